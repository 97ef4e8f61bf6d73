import { chooseIndex } from '../../../functions/fleet/domain/choose-index';

const never = {
  next: (): number => {
    throw new RangeError('no chance is needed here');
  },
};

test('the first index is the lowest free one', () => {
  const choose = (held: number[], start = 1) => chooseIndex({ held, start, capacity: 5, alone: true, random: never });
  expect(choose([])).toBe(1);
  expect(choose([], 0)).toBe(0);
  expect(choose([1, 2, 4])).toBe(3);
  expect(choose([3, 1, 2])).toBe(4);
});

test('a group that holds more than it wants gets the next one above', () => {
  expect(chooseIndex({ held: [1, 2, 3], start: 1, capacity: 3, alone: true, random: never })).toBe(4);
  expect(chooseIndex({ held: [1, 2, 3, 9], start: 1, capacity: 3, alone: false, random: { next: () => 0.5 } })).toBe(4);
});

test('after a conflict the choice is by chance, among the free ones that the group can come to hold', () => {
  const chosen = [0, 0.34, 0.67, 0.999].map((value) =>
    chooseIndex({ held: [2, 4], start: 1, capacity: 5, alone: false, random: { next: () => value } }),
  );
  expect(chosen).toEqual([1, 3, 5, 5]);
});
