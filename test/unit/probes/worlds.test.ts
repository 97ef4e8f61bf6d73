import { judge } from '../../support/probes/world-judge';
import { worlds } from '../../support/probes/world-list';

// Days of each kind of world. More seeds are run by hand: `npm run bench worlds`.

test.each(worlds.map(({ what, ...rest }) => [what, rest] as const))(
  '%s: no false alarm, and what is so is told in time',
  (_, { world, foundWithin = Infinity, unknownsADay }) => {
    const hours = Math.min(world.hours, 12);
    const outcome = judge({ ...world, hours, seed: 1 });
    expect(outcome).toMatchObject({ falseAlarms: 0, unnamed: 0, untold: 0, unmuted: 0 });
    expect(outcome.found.length).toBeGreaterThan(0);
    expect(Math.max(...outcome.found)).toBeLessThanOrEqual(foundWithin);
    expect(outcome.unknowns).toBeLessThanOrEqual(unknownsADay);
  },
);

test('a world in which most regions are cut off at once makes the judge cry, so that it can', () => {
  const bursts = { regions: 2, every: 3600, lasts: 600 };
  const { falseAlarms } = judge({ regions: 3, hours: 12, falseShare: 0.01, bursts, seed: 1 });
  expect(falseAlarms).toBeGreaterThan(0);
});
