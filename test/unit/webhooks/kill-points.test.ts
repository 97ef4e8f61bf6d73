import { killedAnywhere, killedAt, killPoints, live, quiet } from '../../support/webhooks/kill-points';
import { World } from '../../support/webhooks/world';

// Few seeds; `npm run simulate -- --webhooks` runs 200 at each point.
const seeds = Array.from({ length: 8 }, (_, seed) => seed);

async function violations(worlds: readonly Promise<{ violations: readonly string[] }>[]): Promise<string[]> {
  return (await Promise.all(worlds)).flatMap((outcome) => outcome.violations);
}

describe('the table holds what was acknowledged, once', () => {
  test.each(killPoints)(
    'killed $when $call, with answers lost and messages doubled and out of order, two loaders at once',
    async (point) => {
      const outcomes = await Promise.all(seeds.map((seed) => killedAt(point, seed)));
      const kills = () => outcomes.reduce((sum, outcome) => sum + outcome.kills, 0);
      // Some calls are made only where two loaders meet: worlds are lived until one has come so far.
      for (let seed = seeds.length; kills() === 0 && seed < 200; seed += 1) outcomes.push(await killedAt(point, seed));
      expect(outcomes.flatMap((outcome) => outcome.violations)).toEqual([]);
      expect(kills()).toBeGreaterThan(0);
    },
  );

  test('killed anywhere, again and again, with two loaders at once', async () => {
    expect(
      await violations(seeds.flatMap((seed) => [0, 1, 2, 3].map((n) => killedAnywhere(1000 + 4 * seed + n)))),
    ).toEqual([]);
  });

  test('the points are all calls that leave a process, and executions are redriven', async () => {
    const outcomes = await Promise.all(seeds.map((seed) => killedAnywhere(3000 + seed, { bad: seed % 2 === 0 })));
    const [first = { call: 'ingress store.put', when: 'before', nth: 1 } as const] = killPoints;
    outcomes.push(...(await Promise.all(seeds.map((seed) => killedAt(first, seed)))));
    // That each of the points is reached, the test of it says.
    const known = killPoints.map(({ call }) => call);
    expect(outcomes.flatMap(({ seen }) => seen.filter((call) => !known.includes(call)))).toEqual([]);
    expect(outcomes.reduce((sum, { redrives }) => sum + redrives, 0)).toBeGreaterThan(0);
  });

  test('rows that the warehouse refuses end in quarantine, and the rest is loaded', async () => {
    const worlds = seeds.flatMap((seed) => [0, 1, 2, 3].map((n) => killedAnywhere(2000 + 4 * seed + n, { bad: true })));
    expect(await violations(worlds)).toEqual([]);
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
