import { chooseIndex } from '../../../functions/fleet/domain/choose-index';
import { randomStream } from '../../../infra/lab/kernel/random';

const never = {
  next: (): number => {
    throw new RangeError('no chance is needed here');
  },
};
const usual = { start: 1, largest: 9999, seekers: 1, alone: true, random: never };

test('the first index is the lowest free one', () => {
  const choose = (held: number[], start = 1) => chooseIndex({ ...usual, held, start, seekers: 5 });
  expect(choose([])).toBe(1);
  expect(choose([], 0)).toBe(0);
  expect(choose([1, 2, 4])).toBe(3);
  expect(choose([3, 1, 2])).toBe(4);
});

/** All that can be chosen, by chance. */
function possible(options: Partial<Parameters<typeof chooseIndex>[0]> & { held: readonly number[] }): unknown[] {
  const chosen = Array.from({ length: 100 }, (_, at) =>
    chooseIndex({ ...usual, alone: false, ...options, random: { next: () => at / 100 } }),
  );
  return [...new Set(chosen)];
}

test('with others the choice is by chance, among as many of the lowest free ones as seek a number', () => {
  expect(possible({ held: [2, 4], seekers: 3 })).toEqual([1, 3, 5]);
  expect(possible({ held: [1, 2, 3], seekers: 2 })).toEqual([4, 5]);
  expect(possible({ held: [], seekers: 30 })).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
});

test.each([
  ['an index below the first one', [0, 1]],
  ['indexes far above', [1, 700, 9000]],
])('%s that is held makes room for nothing', (_, held) => {
  expect(possible({ held, seekers: 2 })).toEqual([2, 3]);
});

test('a launch that seeks alone after a conflict gets the next one, and so does one that counted no other', () => {
  expect(possible({ held: [1, 2], seekers: 1 })).toEqual([3]);
  expect(possible({ held: [1, 2], seekers: 0 })).toEqual([3]);
});

test('no index is beyond what names are made for', () => {
  expect(possible({ held: [1, 2, 3], seekers: 9, largest: 5 })).toEqual([4, 5]);
  expect(chooseIndex({ ...usual, held: [1, 2, 3], largest: 3 })).toBeUndefined();
  expect(possible({ held: [1, 2, 3], seekers: 9, largest: 3 })).toEqual([undefined]);
});

test('a thousand that all read before any of them writes need a few tries each, and end dense', () => {
  const random = randomStream('seekers', 1);
  const held = new Set([2, 500, 7777]);
  let tries = 0;
  for (let seekers = 1000; seekers > 0;) {
    const read = [...held];
    const chosen = Array.from({ length: seekers }, () =>
      chooseIndex({ ...usual, held: read, seekers, alone: false, random }),
    );
    tries += chosen.length;
    // Of those that chose the same, one gets it.
    for (const index of new Set(chosen)) held.add(index!);
    seekers -= new Set(chosen).size;
  }
  expect(tries).toBeLessThan(3000);
  expect([...held].sort((left, right) => left - right)).toEqual([
    ...Array.from({ length: 1002 }, (_, at) => at + 1),
    7777,
  ]);
});

test('what others bear without the ledger is left to them, and what the instance bears itself it keeps if it can', () => {
  const choose = (more: Partial<Parameters<typeof chooseIndex>[0]>) => chooseIndex({ ...usual, held: [1], ...more });
  expect(choose({ seen: [2, 3] })).toBe(4);
  expect(possible({ held: [1], seen: [3], own: 7, seekers: 3 })).toEqual([7]);
  expect(choose({ own: 1 })).toBe(2);
  expect(choose({ seen: [2], own: 2 })).toBe(3);
  expect(choose({ own: 2, start: 5 })).toBe(5);
  expect(choose({ own: 10_000 })).toBe(2);
});
