import { killedAnywhere, killedAt, killPoints, live } from '../../support/webhooks/kill-points';
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
      expect(outcomes.flatMap((outcome) => outcome.violations)).toEqual([]);
      expect(outcomes.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThan(0);
    },
  );

  test('killed anywhere, again and again, with two loaders at once', async () => {
    expect(
      await violations(seeds.flatMap((seed) => [0, 1, 2, 3].map((n) => killedAnywhere(1000 + 4 * seed + n)))),
    ).toEqual([]);
  });

  test('rows that the warehouse refuses end in quarantine, and the rest is loaded', async () => {
    const worlds = seeds.flatMap((seed) => [0, 1, 2, 3].map((n) => killedAnywhere(2000 + 4 * seed + n, { bad: true })));
    expect(await violations(worlds)).toEqual([]);
  });

  test('without mishaps nothing is sent twice to the table, and all of it arrives', async () => {
    const { violations: found, acknowledged } = await live(new World(1, { kill: 0, lose: 0, double: 0 }));
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
    const world = new World(1, { kill: 0, lose: 0, double: 0 });
    const { violations: found } = await live(world, { beforeComparing: () => break_(world) });
    expect(found.join()).toContain(what);
  });
});
