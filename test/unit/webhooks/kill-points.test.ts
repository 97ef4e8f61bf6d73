import { listQuarantine } from '../../../functions/webhooks/operations/quarantine';
import { World, type CallName, type Mishaps } from '../../support/webhooks/world';
import type { RouteInput } from '../../../functions/webhooks/contracts/routes';

const routes: RouteInput[] = [
  {
    name: 'a',
    path: '/hooks/a',
    scheme: { kind: 'key' },
    secret: 's',
    eventId: { from: 'header', header: 'x-id' },
    table: 'events',
    columns: { bad: { type: 'boolean', from: '/bad' } },
  },
];

const events = 12;
const badOnes = new Set(['e3', 'e7']);

/** Posts, stages and loads with mishaps, then lets everything come to its end without, and compares. */
async function live(world: World, { bad = false } = {}): Promise<void> {
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  for (let n = 0; n < events; n += 1) {
    const id = `e${n}`;
    const body = JSON.stringify({ n, ...(bad && badOnes.has(id) && { bad: true }) });
    // As senders do: again until it is acknowledged, and now and then once more.
    for (let attempt = 0; attempt < 4 && !acknowledged.has(id); attempt += 1) {
      sent.add(id);
      if ((await world.post(routes, id, body)) === 202) acknowledged.add(id);
    }
    if (world.chance.next() < 0.2) await world.post(routes, id, body);
    if (world.chance.next() < 0.5) await world.stageOnce(routes);
    if (world.chance.next() < 0.25) await world.load(routes, 1 + Math.floor(world.chance.next() * 2));
  }
  const killAt = world.killAt;
  if (killAt !== undefined) await world.load(routes, 2);
  world.killAt = undefined;
  world.mishaps = { kill: 0, lose: 0, double: 0 };
  for (let round = 0; round < 200 && world.queue.length > 0; round += 1) await world.stageOnce(routes);
  const ends = await world.load(routes, 2);
  const left = () => [...world.objects.keys()].some((key) => /^(pending|plans)\//.test(key));
  for (let round = 0; round < 20 && left(); round += 1) await world.load(routes, 1);
  expect(ends.filter((end) => end !== 'SUCCEEDED')).toEqual([]);
  expect(world.queue).toEqual([]);
  expect([...world.objects.keys()].filter((key) => /^(pending|plans)\//.test(key))).toEqual([]);
  const ids = world.table.map(({ event_id }) => event_id);
  expect(ids.length).toBe(new Set(ids).size);
  const quarantined = new Set(
    (await listQuarantine(world.store)).map(({ message }) => (JSON.parse(message) as { eventId: string }).eventId),
  );
  const expected = [...acknowledged].filter((id) => !(bad && badOnes.has(id)));
  expect(expected.filter((id) => !ids.includes(id))).toEqual([]);
  // What had no answer may have arrived all the same; what was never sent has not.
  expect(ids.filter((id) => !sent.has(id))).toEqual([]);
  if (bad) for (const id of badOnes) if (acknowledged.has(id)) expect(quarantined).toContain(id);
  expect([...quarantined].filter((id) => !bad || !badOnes.has(id))).toEqual([]);
}

const quiet: Mishaps = { kill: 0, lose: 0, double: 0 };
const calls: CallName[] = [
  'queue.send',
  'queue.receive',
  'queue.delete',
  'store.put',
  'store.get',
  'store.list',
  'store.remove',
  'warehouse.submit',
  'warehouse.follow',
  'warehouse.ledger',
];
const seeds = Number(process.env.WEBHOOK_SEEDS ?? 8);

describe('the table holds what was acknowledged, once', () => {
  test.each(calls.flatMap((call) => (['before', 'after'] as const).map((when) => [when, call] as const)))(
    'killed %s %s, with answers lost and messages doubled and out of order',
    async (when, call) => {
      for (let seed = 0; seed < seeds; seed += 1) {
        const world = new World(seed, { kill: 0, lose: 0.05, double: 0.2 });
        world.killAt = { call, when };
        await live(world);
        expect(world.seen.get(call)).toBeGreaterThan(0);
      }
    },
  );

  test('killed anywhere, again and again, with two loaders at once', async () => {
    for (let seed = 1000; seed < 1000 + seeds * 4; seed += 1)
      await live(new World(seed, { kill: 0.1, lose: 0.1, double: 0.3 }));
  });

  test('rows that the warehouse refuses end in quarantine, and the rest is loaded', async () => {
    for (let seed = 2000; seed < 2000 + seeds * 4; seed += 1)
      await live(new World(seed, { kill: 0.05, lose: 0.05, double: 0.2 }), { bad: true });
  });

  test('without mishaps nothing is sent twice to the table, and all of it arrives', async () => {
    await live(new World(1, quiet));
  });
});
