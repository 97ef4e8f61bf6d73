import { killedAnywhere, killedAt, killPoints, live, quiet, type Outcome } from '../../support/webhooks/kill-points';
import { World } from '../../support/webhooks/world';

// Few seeds, of which each kills twice; `npm run simulate -- --webhooks` runs 200 at each point.
const seeds = [0, 1, 2, 3];
const known = killPoints.map(({ call }) => call);
const several = Array.from({ length: 32 }, (_, n) => n);

function sumOf(outcomes: readonly Outcome[], what: 'kills' | 'redrives'): number {
  return outcomes.reduce((sum, outcome) => sum + outcome[what], 0);
}

describe('the table holds what was acknowledged, once', () => {
  test.each(killPoints)(
    'killed $when $call, with answers lost and messages doubled and out of order, two loaders at once',
    async (point) => {
      const outcomes = await Promise.all(seeds.map((seed) => killedAt(point, seed)));
      expect(outcomes.flatMap((outcome) => outcome.violations)).toEqual([]);
      // A world that is never killed at its point proves nothing of it.
      expect(outcomes.filter(({ kills }) => kills === 0)).toEqual([]);
      // That each of the points is reached is said above.
      expect(outcomes.flatMap(({ seen }) => seen.filter((call) => !known.includes(call)))).toEqual([]);
    },
  );

  test.each([
    ['again and again, with two loaders at once', 1000, false],
    ['and of rows that the warehouse refuses, which end in quarantine, the rest is loaded', 2000, true],
  ])('killed anywhere, %s; the points are all calls that leave a process', async (_, from, bad) => {
    const outcomes = await Promise.all(several.map((n) => killedAnywhere(from + n, { bad })));
    expect(outcomes.flatMap((outcome) => outcome.violations)).toEqual([]);
    expect(outcomes.flatMap(({ seen }) => seen.filter((call) => !known.includes(call)))).toEqual([]);
    expect(sumOf(outcomes, 'redrives')).toBeGreaterThan(0);
  });

  test('without mishaps nothing is sent twice to the table, and all of it arrives', async () => {
    const { violations: found, acknowledged } = await live(new World(1, quiet));
    expect([found, acknowledged]).toEqual([[], 12]);
  });

  test.each([
    ['a row twice', (world: World) => void world.table.push(world.table[0]!), 'twice'],
    ['a row that is gone', (world: World) => void world.table.pop(), 'not in the table'],
    [
      'a file that is left',
      (world: World) => void world.objects.set('pending/events/x.gz', Buffer.from('')),
      'still to be',
    ],
  ])('%s is noticed', async (_, break_, what) => {
    const world = new World(1, quiet);
    const { violations: found } = await live(world, { beforeComparing: () => break_(world) });
    expect(found.join()).toContain(what);
  });
});
