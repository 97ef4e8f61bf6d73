import { gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { reasonCodes } from '../../../functions/probes/contracts/reasons';
import { packTarget, unpackTarget, type PackedTarget } from '../../../functions/probes/domain/judge/packing';
import type { Vote } from '../../../functions/probes/domain/judge/region';
import { newTarget, withVote, type TargetState } from '../../../functions/probes/domain/judge/target';
import { judgeReports } from '../../../functions/probes/operations/judge-reports';
import { defaultPolicy } from '../../../functions/shared/incidents/book';
import { dynamoDbStore } from '../../../functions/shared/incidents/dynamodb-store';
import { memoryStore, type DocumentStore } from '../../../functions/shared/incidents/store';
import { jsonLogger } from '../../../functions/shared/runtime';
import { randomStream } from '../../../infra/lab/kernel/random';
import { clientOf, createTable } from '../../support/dynamodb/ledger-table';
import { startDynamoDb, type DynamoDb } from '../../support/dynamodb/start-dynamodb';
import { at, begin, config, run, type Sight } from './judging';

const tableName = 'probes';
let dynamoDb: DynamoDb;
let client: DynamoDBClient;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  client = clientOf(dynamoDb);
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.stop();
});

const regions = ['a', 'b', 'c'];
const targets = ['shop', 'api'];
let now = at(0);
const over = (store: DocumentStore) => ({
  store,
  clock: { now: () => new Date(now * 1000) },
  log: jsonLogger(() => undefined),
  system: 'probes',
  config: config(regions, targets),
  policy: defaultPolicy,
});
const minute = (one: number, seen: Record<string, Sight>) =>
  regions.map((region) => ({ report: run(region, at(one), seen), queuedAt: at(one) + 1 }));

describe.each<[string, () => Promise<DocumentStore>]>([
  ['in memory', async () => memoryStore()],
  [
    'in DynamoDB',
    async () => {
      await createTable(client, tableName, ['pk']);
      return dynamoDbStore({ client, tableName });
    },
  ],
])('the judge over documents %s', (_, make) => {
  test('remembers every target from one call to the next, also when it dies at any write', async () => {
    const store = await make();
    let left = Infinity;
    const mortal: DocumentStore = {
      ...store,
      write: async (changes, marks) => {
        if (--left < 0) throw new TypeError('killed');
        return store.write(changes, marks);
      },
    };
    for (let one = 0; one < 6; one += 1) {
      now = at(one) + 5;
      const received = minute(one, { shop: one < 3 ? 'up' : 'down', api: 'up' });
      // Killed before each of its writes in turn; what SQS gives again is the same.
      for (left = 0; ;) {
        const lives = left;
        try {
          await judgeReports(over(mortal), received);
          break;
        } catch (error) {
          expect(error).toEqual(new TypeError('killed'));
          left = lives + 1;
        }
      }
    }
    now = at(6);
    const { view, state } = await judgeReports(over(store), []);
    expect(view.targets.map(({ id, status }) => `${id} ${status}`)).toEqual(['shop down', 'api up']);
    expect(state.targets.get('shop')!.steps).toHaveLength(6);
    const book = (await store.read('book probes'))!.value as { incidents: object; made: unknown[] };
    expect(Object.keys(book.incidents)).toEqual(['TARGET|shop|all']);
    expect(book.made).toHaveLength(1);
  });

  if (_ === 'in memory')
    test('two that judge at once lose no vote', async () => {
      const store = await make();
      now = at(0) + 5;
      const all = minute(0, { shop: 'up', api: 'up' });
      await Promise.all(all.map((one) => judgeReports(over(store), [one])));
      const { view } = await judgeReports(over(store), []);
      expect(view.targets.map(({ fresh }) => fresh)).toEqual([regions, regions]);
    });
});

describe('reports of some targets', () => {
  const some = (one: number, region: string, seen: Record<string, Sight>) =>
    [{ report: run(region, at(one), seen), queuedAt: at(one) + 1 }] as const;

  test('read no others, and leave what people know of those as it is', async () => {
    const store = memoryStore();
    const read: string[] = [];
    const counted: DocumentStore = {
      ...store,
      readMany: async (names) => {
        read.push(...names);
        return store.readMany(names);
      },
    };
    for (let one = 0; one < 6; one += 1) {
      now = at(one) + 5;
      await judgeReports(over(store), minute(one, { shop: one < 2 ? 'up' : 'down', api: 'up' }));
    }
    now = at(6) + 5;
    for (const region of regions) await judgeReports(over(counted), some(6, region, { api: 'up' }));
    expect([...new Set(read)].sort()).toEqual(['judge', 'judge target api']);
    const { view, notices, state } = await judgeReports(over(store), []);
    expect(view.targets.map(({ id, status }) => `${id} ${status}`)).toEqual(['shop down', 'api up']);
    expect(notices).toEqual([]);
    expect(state.told.incidents.shop).toMatchObject({ open: true });
  });

  test('know of a suspect region what all of them have shown', async () => {
    const store = memoryStore();
    const seenBy = (region: string) => (region === 'c' ? ('down' as const) : ('up' as const));
    for (let one = 0; one < 6; one += 1) {
      now = at(one) + 5;
      for (const region of regions)
        await judgeReports(over(store), some(one, region, { shop: seenBy(region), api: seenBy(region) }));
      now += 30;
      await judgeReports(over(store), []);
    }
    now = at(6) + 5;
    const { view, notices } = await judgeReports(over(store), some(6, 'c', { shop: 'down' }));
    expect(view.regions.map(({ state }) => state)).toEqual(['ok', 'ok', 'suspect']);
    expect(view.targets).toMatchObject([{ id: 'shop', status: 'up', down: [] }]);
    expect(notices).toEqual([]);
  });
});

describe('what is stored of a target', () => {
  const seen = fc.constantFrom<Vote>('good', 'bad', 'confirmed', 'none');
  const votes = fc.array(
    fc.record({
      region: fc.constantFrom('a', 'b', 'constructor', '__proto'),
      minute: fc.nat(120),
      vote: seen,
      reason: fc.option(fc.constantFrom(...reasonCodes)),
    }),
    { maxLength: 80 },
  );
  const rules = { interval: 60, regions: ['a', 'b', 'constructor', '__proto'] };

  test('comes back as it was', () => {
    fc.assert(
      fc.property(votes, (all) => {
        const state = all.reduce<TargetState>(
          (before, { region, minute: one, vote, reason }) =>
            withVote(before, at(one), { region, vote: { vote: vote, reason } }, rules),
          newTarget,
        );
        const record = { state, latency: { a: { older: [at(1), 1200, at(2), 100], newest: [] } } };
        expect(unpackTarget(JSON.parse(JSON.stringify(packTarget(record))) as PackedTarget)).toEqual(record);
      }),
      { numRuns: 60 },
    );
  });

  const stored = (interval: number, places: number, random: () => number, share: number) => {
    const names = Array.from({ length: places }, (_, place) => `region-${place}`);
    let state = newTarget;
    // Ninety days of minutes would say no more: days and incidents are bounded, and filled here by hand.
    for (let slot = begin; slot < begin + 3 * 3600; slot += interval)
      for (const region of names) {
        const bad = random() < share;
        const reason = bad ? reasonCodes[Math.floor(random() * 17)]! : null;
        state = withVote(
          state,
          slot,
          { region, vote: { vote: bad ? 'confirmed' : 'good', reason } },
          { interval, regions: names },
        );
      }
    const days = Object.fromEntries(
      Array.from({ length: 90 }, (_, day) => [
        new Date((begin - day * 86_400) * 1000).toISOString().slice(0, 10),
        { known: 86_400, down: share === 0 ? 0 : Math.floor(random() * 86_400) },
      ]),
    );
    const closed = Array.from({ length: share === 0 ? 5 : 200 }, (_, place) => ({
      since: begin - Math.floor(random() * 1e7),
      kind: 'down' as const,
      until: begin - place,
      flapping: false,
      regions: names,
      reasons: [...reasonCodes].filter(() => random() < 0.5),
    }));
    const filled = <Fold extends TargetState['last']>(fold: Fold): Fold => ({
      ...fold,
      days,
      course: { ...fold.course, closed },
    });
    const full = { ...state, base: filled(state.base), before: filled(state.before), last: filled(state.last) };
    const latency = Object.fromEntries(
      names.map((region) => [
        region,
        {
          older: Array.from({ length: 60 }, (_, n) => [begin + n * 60, Math.floor(random() * 3e5)]).flat(),
          newest: [],
        },
      ]),
    );
    return gzipSync(JSON.stringify(packTarget({ state: full, latency }))).length;
  };

  test('has less than 3 KB while it is well, and never comes near the 400 KB of an item', () => {
    const random = randomStream('stored', 1);
    const next = () => random.next();
    expect(stored(60, 5, next, 0)).toBeLessThan(3_000);
    // Every ten seconds from twenty regions, half of it failing for ever other reasons, and two hundred incidents.
    expect(stored(10, 20, next, 0.5)).toBeLessThan(200_000);
  });
});
