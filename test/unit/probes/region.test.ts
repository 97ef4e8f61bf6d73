import type { Report } from '../../../functions/probes/contracts/result';
import { targetSchema, type Target } from '../../../functions/probes/contracts/target';
import { runRegion } from '../../../infra/lab/systems/probes/region';
import { at, found, type Sight } from './judging';

// A region on this machine: `muster probes run`.

const shop = targetSchema.parse({ id: 'shop', url: 'https://shop.example.com/' });
const api = { ...shop, id: 'api' };

/** What one run reports, when what is seen of each target, look by look, takes so many seconds. */
async function reported(targets: readonly Target[], seen: Readonly<Record<string, readonly Sight[]>>, takes = 0) {
  let now = at(0);
  const looks: Record<string, number> = {};
  const waits: number[] = [];
  const reports: Report[] = [];
  await runRegion({
    region: 'here',
    slot: at(0),
    targets,
    clock: { now: () => new Date(now * 1000) },
    prober: {
      look: async ({ id }) => {
        looks[id] = (looks[id] ?? 0) + 1;
        now += takes;
        return found(id, seen[id]?.[(looks[id] ?? 0) - 1] ?? 'up');
      },
    },
    pause: async (ms) => {
      if (ms >= 1000) waits.push(ms);
    },
    report: (report) => reports.push(report),
  });
  const results = reports.map((one) => one.results.map(({ target, up, attempts }) => [target, up, attempts]));
  return { results, waits, slots: new Set(reports.map(({ slot }) => slot)) };
}

test.each<[string, readonly Sight[], number, readonly unknown[], readonly number[]]>([
  ['is well', ['up'], 0, [[['shop', true, 1]]], []],
  ['is well at the second look', ['bad', 'up'], 0, [[['shop', false, 1]], [['shop', true, 2]]], [5_000]],
  [
    'is down',
    ['bad', 'bad', 'bad'],
    0,
    [[['shop', false, 1]], [['shop', false, 2]], [['shop', false, 3]]],
    [5_000, 10_000],
  ],
  [
    'waits for what hangs',
    ['bad', 'bad', 'up'],
    4,
    [[['shop', false, 1]], [['shop', false, 2]], [['shop', true, 3]]],
    [1_000, 6_000],
  ],
  ['cannot be looked at', ['none'], 0, [[['shop', false, 1]]], []],
])('a target that %s', async (_, seen, takes, results, waits) => {
  expect(await reported([shop], { shop: seen }, takes)).toMatchObject({ results, waits });
});

test('only what is down is looked at again, and all of it is of one slot', async () => {
  const { results, slots } = await reported([shop, api], { shop: ['bad', 'up'] });
  expect(results).toEqual([
    [
      ['shop', false, 1],
      ['api', true, 1],
    ],
    [['shop', true, 2]],
  ]);
  expect(slots.size).toBe(1);
});

test('where the next slot is near nothing is looked at again', async () => {
  const { results } = await reported([{ ...shop, intervalSeconds: 10 }], { shop: ['bad', 'bad'] });
  expect(results).toEqual([[['shop', false, 1]]]);
});

test('a run without targets says that the region lives', async () => {
  expect((await reported([], {})).results).toEqual([[]]);
});
