import { isCrowd, isDoneTogether } from '../../../functions/fleet/crowd/size';

test.each([
  [0, false],
  [20, false],
  [21, true],
  [1000, true],
])('%i that come at once are a crowd: %s', (newcomers, expected) => expect(isCrowd(newcomers)).toBe(expected));

test.each([
  [21, 0, true],
  [20, 0, false],
  [20, 1, false],
  [20, 2, true],
  [0, 2, true],
])('of %i, a step that was tried in vain %i times is done together: %s', (crowd, retries, expected) =>
  expect(isDoneTogether({ crowd, run: { retries } })).toBe(expected),
);
