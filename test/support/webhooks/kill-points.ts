import type { RouteInput } from '../../../functions/webhooks/contracts/routes';
import { leftToPeopleMs } from '../../../functions/webhooks/domain/plan';
import { listQuarantine } from '../../../functions/webhooks/operations/quarantine';
import { World, type CallName, type Mishaps } from './world';

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

/** Every call that leaves a process, by the process that makes it. */
const calls: readonly CallName[] = [
  ...(['ingress store.put', 'ingress queue.send'] as const),
  ...(['stager queue.receive', 'stager store.get', 'stager store.put', 'stager queue.delete'] as const),
  ...(['StartLoads store.list', 'StartLoads executions.latest', 'StartLoads executions.start'] as const),
  ...(['PlanBatch store.list', 'PlanBatch store.put'] as const),
  ...(['SubmitLoad store.get', 'SubmitLoad store.list', 'SubmitLoad store.remove'] as const),
  ...([
    'SubmitLoad warehouse.columns',
    'SubmitLoad warehouse.submit',
    'FollowLoad warehouse.follow',
    'ConfirmLoad warehouse.ledger',
  ] as const),
  ...(['SplitBatch store.get', 'SplitBatch store.put', 'SplitBatch store.remove'] as const),
  ...(['ArchiveBatch store.get', 'ArchiveBatch store.put', 'ArchiveBatch store.remove'] as const),
];

/** Made only for bodies that are too large for a message. */
const largeOnly: readonly CallName[] = ['ingress store.put', 'stager store.get'];

export type KillPoint = Omit<NonNullable<World['killAt']>, 'nth'>;

/** Before and after each call that leaves a process. */
export const killPoints: readonly KillPoint[] = calls.flatMap((call) =>
  (['before', 'after'] as const).map((when) => ({ call, when })),
);

/** What came of one world. */
export interface Outcome {
  /** What must not be; nothing where all is well. */
  readonly violations: readonly string[];
  readonly acknowledged: number;
  readonly kills: number;
  readonly redrives: number;
  /** Which calls were made. */
  readonly seen: readonly CallName[];
}

/**
 * A world in which a process is killed at the point, twice in its life, and answers are lost, messages doubled and out of
 * order, loads fail and are redriven; two stagers and two loaders at once. Which of the calls it is follows from the seed;
 * in half of the worlds the warehouse refuses two of the rows, in an eighth a body is too large for a message.
 */
export async function killedAt(point: KillPoint, seed: number): Promise<Outcome> {
  // In every other pair of seeds the first, which for some calls is the only one; and one that may be the attempt after it.
  const first = seed % 4 < 2 ? 1 : 1 + (seed % 9);
  const outcome = await killedAtCalls(point, seed, [first, first + 1 + (seed % 5)]);
  if (isEnough(outcome)) return outcome;
  // A world may make a call less often than that, or have trouble at it. There it is killed at the first one that it can be.
  const again = await killedAtCalls(point, seed, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Of a call that is made once the answer may get lost: no process is killed after it, and another world stands for this one.
  return isEnough(again) ? again : killedAtCalls(point, seed + otherWorld, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

/** Far from all seeds that are asked for, and with the same rest by 4, 8 and 9: bad rows and large bodies are as they were. */
const otherWorld = 72_000_000;

/** A process was killed at the point, or there is something wrong without. */
function isEnough({ kills, violations }: Outcome): boolean {
  return kills > 0 || violations.length > 0;
}

async function killedAtCalls(point: KillPoint, seed: number, nth: readonly number[]): Promise<Outcome> {
  const { call } = point;
  const world = new World(seed, { kill: 0, lose: 0.05, double: 0.2, trouble: 0.05 });
  world.killAt = { ...point, nth };
  // Each point has the world in which its call is made.
  if (call === 'SubmitLoad store.remove') world.plansAre = seed % 4 < 2 ? 'overwritten' : 'overtaken';
  const bad = seed % 2 === 1 || call.startsWith('SplitBatch');
  return live(world, { bad, large: largeOnly.includes(call) || seed % 8 === 2 });
}

/** One in which any process may be killed at any call, again and again. */
export async function killedAnywhere(seed: number, { bad = false } = {}): Promise<Outcome> {
  const mishaps = bad
    ? { kill: 0.05, lose: 0.05, double: 0.2, trouble: 0.05 }
    : { kill: 0.1, lose: 0.1, double: 0.3, trouble: 0.1 };
  return live(new World(seed, mishaps), { bad });
}

export const quiet: Mishaps = { kill: 0, lose: 0, double: 0, trouble: 0 };

/**
 * What makes a body too large for a message, which writes each tab as two: it is in the store, and the message says where.
 * Between two words of JSON, so that it is measured and kept, but is no value that is parsed, cut and written.
 */
const filler = '\t'.repeat(450_000);

/** Posts, stages and loads with mishaps, then lets everything come to its end without, and compares. */
export async function live(
  world: World,
  {
    bad = false,
    large = false,
    beforeComparing = () => undefined,
  }: { bad?: boolean; large?: boolean; beforeComparing?: () => void } = {},
): Promise<Outcome> {
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  for (let n = 0; n < events; n += 1) {
    const id = `e${n}`;
    const event = JSON.stringify({ n, ...(bad && badOnes.has(id) && { bad: true }) });
    const body = large && n % 5 === 2 ? `${event}${filler}` : event;
    // As senders do: again until it is acknowledged, and now and then once more.
    for (let attempt = 0; attempt < 4 && !acknowledged.has(id); attempt += 1) {
      sent.add(id);
      if ((await world.post(routes, id, body)) === 202) acknowledged.add(id);
    }
    if (world.chance.next() < 0.2) await world.post(routes, id, body);
    if (world.chance.next() < 0.5) await world.stageOnce(routes, 1 + Math.floor(world.chance.next() * 2));
    // While loaders run, files come, so that two of them may not see the same ones.
    if (world.chance.next() < 0.25) {
      const loaders = Math.floor(world.chance.next() * 3);
      await Promise.all([world.load(routes, loaders), world.stageOnce(routes), world.stageOnce(routes)]);
    }
  }
  if (world.killAt !== undefined) {
    await world.stageOnce(routes);
    await world.load(routes, 2);
  }
  world.killAt = undefined;
  world.mishaps = quiet;
  for (let round = 0; round < 200 && world.queue.length > 0; round += 1) await world.stageOnce(routes);
  // In half of the worlds it is loaded by what start-loads starts, and by nothing else; after a failure that waits.
  world.now += leftToPeopleMs;
  const ends = await world.load(routes, world.chance.next() < 0.5 ? 2 : 0);
  for (let round = 0; round < 20 && leftIn(world).length > 0; round += 1) {
    world.now += leftToPeopleMs;
    await world.load(routes, 0);
  }
  beforeComparing();
  const violations = [
    ...ends.filter((end) => end !== 'SUCCEEDED').map((end) => `a load without mishaps ended as ${end}`),
    ...world.queue.map(({ id }) => `${id} is still in the queue`),
    ...leftIn(world).map((key) => `${key} is still to be loaded`),
    ...(await compare(world, { acknowledged, sent, bad: bad ? badOnes : new Set() })),
  ];
  const { kills, redrives, seen } = world;
  return { violations, acknowledged: acknowledged.size, kills, redrives, seen: [...seen.keys()] };
}

const leftIn = (world: World) => [...world.objects.keys()].filter((key) => /^(pending|plans)\//.test(key));

async function compare(
  world: World,
  given: {
    readonly acknowledged: ReadonlySet<string>;
    readonly sent: ReadonlySet<string>;
    readonly bad: ReadonlySet<string>;
  },
): Promise<string[]> {
  const ids = world.table.map(({ event_id }) => event_id);
  const aside = new Set(
    (await listQuarantine(world.store())).entries.map(
      ({ message }) => (JSON.parse(message) as { eventId: string }).eventId,
    ),
  );
  const lost = [...given.acknowledged].filter((id) => !(given.bad.has(id) ? aside : new Set(ids)).has(id));
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is in the table twice`),
    ...lost.map(
      (id) => `${id} was acknowledged and is ${given.bad.has(id) ? 'not in quarantine' : 'not in the table'}`,
    ),
    // What had no answer may have arrived all the same; what was never sent has not.
    ...ids.filter((id) => !given.sent.has(id)).map((id) => `${id} is in the table and was never sent`),
    ...ids.filter((id) => given.bad.has(id)).map((id) => `${id} is in the table and the warehouse refuses it`),
    ...[...aside].filter((id) => !given.bad.has(id)).map((id) => `${id} is in quarantine for nothing`),
  ];
}
