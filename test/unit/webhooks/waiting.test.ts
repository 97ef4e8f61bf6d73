import { createHmac } from 'node:crypto';
import { jsonLogger } from '../../../functions/shared/runtime';
import { readRows, writeRows } from '../../../functions/webhooks/batches/rows';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import { findQuarantined } from '../../../functions/webhooks/operations/quarantine';
import { replayArchive } from '../../../functions/webhooks/operations/replay';
import { columnStatements } from '../../../functions/webhooks/domain/sql/schema';
import { fileName, readFileName } from '../../../functions/webhooks/stager/keys';
import { putAside } from '../../../functions/webhooks/stager/quarantine';
import { stage } from '../../../functions/webhooks/stager/stage';
import { makeHandler as startLoads } from '../../../functions/webhooks/triggers/start-loads/handler';
import { routesOf, sourceOf } from '../../support/webhooks/ingress';
import { Deployment } from '../../support/webhooks/aws/deployment';
import { memoryStore } from '../../support/webhooks/memory-store';
import { exampleSection } from '../../support/webhooks/stack';

// What waits: whose events, since when, and what a message that failed leaves to the others.

const scheme = { kind: 'hmac', header: 'x-signature' } as const;
const routes = routesOf(
  ['busy', 'quiet', 'alone'].map((name) => ({
    ...{ name, path: `/hooks/${name}`, secret: name, scheme, table: name === 'alone' ? 'alone' : 'shared' },
  })),
);

const silent = { count: () => undefined, duration: () => undefined };
const at = (second: number) => new Date(Date.UTC(2026, 10, 26, 12, 0, second));
const message = (source: string, id: string, second: number) => ({
  receipt: id,
  body: JSON.stringify({
    ...{ v: 1, id, source, tenant: '', receivedAt: at(second).toISOString(), seq: 1 },
    body: { in: 'text', text: '{}' },
  }),
});

async function looked(store: ObjectStore, now: Date) {
  const waits: Record<string, number> = {};
  const run = startLoads({
    store,
    routes: sourceOf(routes),
    executions: { latest: async () => undefined, start: async () => undefined },
    clock: { now: () => now },
    log: jsonLogger(() => undefined),
    metrics: {
      count: () => undefined,
      duration: (_, ms, dimensions) => void (waits[Object.values(dimensions).join(' ')] = ms / 1000),
    },
  });
  return { waits, ...(await run()) };
}

test('it is told for each route how long its oldest event waits, also where routes share a table', async () => {
  const { store } = memoryStore();
  const deps = { store, routes, clock: { now: () => at(59) }, metrics: silent };
  await stage(deps, [message('busy', 'm-1', 50), message('quiet', 'm-2', 10), message('busy', 'm-3', 30)]);
  await stage(deps, [message('busy', 'm-4', 55)]);
  expect(await looked(store, at(60))).toEqual({
    waits: { 'shared busy': 30, 'shared quiet': 50, 'alone alone': 0 },
    started: ['shared'],
  });
});

test('a route whose file is behind a thousand others is found, and nothing costs a second listing in quiet times', async () => {
  const { store, objects, listings } = memoryStore();
  const about = { rows: 1, hash: 'ab', replayed: false };
  for (let n = 0; n < 1100; n += 1)
    objects.set(
      `pending/shared/${fileName({ ...about, earliestMs: at(0).getTime() + n, source: 'busy' })}`,
      Buffer.of(),
    );
  objects.set(`pending/shared/${fileName({ ...about, earliestMs: at(5).getTime(), source: 'quiet' })}`, Buffer.of());
  expect((await looked(store, at(60))).waits).toEqual({ 'shared busy': 60, 'shared quiet': 55, 'alone alone': 0 });
  expect(listings).toEqual(['pending/shared/', 'pending/shared/', 'pending/alone/', 'plans/alone/']);
});

test('a file of an earlier version, which does not say whose it is, counts for each route of its table', async () => {
  const { store, objects } = memoryStore();
  objects.set('pending/shared/20261126T120010000Z-3-abcdef.gz', Buffer.of());
  expect((await looked(store, at(60))).waits).toMatchObject({ 'shared busy': 50, 'shared quiet': 50 });
});

test('whose events a file holds is kept when it is taken apart, and when it is replayed', async () => {
  const { store, objects } = memoryStore();
  await stage({ store, routes, clock: { now: () => at(59) }, metrics: silent }, [message('busy', 'm-1', 5)]);
  const [first = ''] = objects.keys();
  const rows = readRows(objects.get(first) ?? Buffer.of())?.rows ?? [];
  expect(await writeRows(store, 'shared', rows)).toBe(first);
  objects.set(first.replace('pending', 'archive'), objects.get(first) ?? Buffer.of());
  objects.delete(first);
  const range = { table: 'shared', fromMs: at(0).getTime(), toMs: at(30).getTime() };
  expect(await replayArchive(store, { ...range, nonce: 'n' })).toBe(1);
  const [again = ''] = [...objects.keys()].filter((key) => key.startsWith('pending/'));
  expect(readFileName(again)).toEqual({
    ...{ earliestMs: at(5).getTime(), rows: 1, source: 'busy', replayed: true },
    hash: expect.not.stringMatching(readFileName(first)?.hash ?? '') as unknown,
  });
});

test('a replay finds what waited long before it was staged, and reads nothing of later hours', async () => {
  const { store, objects, listings } = memoryStore();
  const hours = [0, 7, 8].map((hour) => message('busy', `m-${hour}`, 3600 * hour));
  await stage({ store, routes, clock: { now: () => at(59) }, metrics: silent }, hours);
  for (const key of [...objects.keys()]) {
    objects.set(key.replace('pending', 'archive'), objects.get(key) ?? Buffer.of());
    objects.delete(key);
  }
  const range = { table: 'shared', fromMs: at(3600 * 7).getTime(), toMs: at(3600 * 7 + 1).getTime() };
  expect(await replayArchive(store, { ...range, nonce: 'n' })).toBe(1);
  const [again = ''] = [...objects.keys()].filter((key) => key.startsWith('pending/'));
  const rows = readRows(objects.get(again) ?? Buffer.of())?.rows ?? [];
  expect(rows.map(({ messageId }) => messageId)).toEqual(['m-7']);
  expect(listings).toEqual(['archive/shared/']);
});

test('the beginning of an id stands for an event in quarantine only while no other begins so', async () => {
  const { store } = memoryStore();
  const about = { source: 'busy', reason: 'json', detail: '', message: '{}' } as const;
  await putAside(store, { ...about, at: at(1).toISOString() });
  expect(await findQuarantined(store, '20261126T')).toMatchObject({ source: 'busy' });
  await putAside(store, { ...about, at: at(2).toISOString() });
  expect(await findQuarantined(store, '20261126T')).toBeUndefined();
  expect(await findQuarantined(store, '20261126T120002')).toMatchObject({ at: at(2).toISOString() });
});

describe('over the wire, with the clients of AWS and the functions as they are deployed', () => {
  const input = (name: string) => ({
    name,
    path: `/hooks/${name}`,
    secret: `webhooks/${name}`,
    scheme,
    table: `t_${name}`,
  });
  let there: Deployment;
  beforeAll(async () => {
    there = await new Deployment({ ...exampleSection, routes: ['one', 'two'].map(input) }).start();
    for (const name of ['one', 'two']) there.secrets.secrets.set(`webhooks/${name}`, 'key');
  });
  afterAll(() => there.stop());

  async function post(name: string, event: object): Promise<void> {
    const body = JSON.stringify(event);
    const signature = createHmac('sha256', 'key').update(body).digest('hex');
    expect((await there.post(`/hooks/${name}`, { 'x-signature': signature }, body)).statusCode).toBe(202);
  }

  test('of ten messages one cannot be staged: it alone comes back, and is staged when it can be', async () => {
    // The fourth is too large for a message: its body is in the store, and is gone for a while.
    for (let n = 0; n < 10; n += 1) await post('one', { n, long: n === 3 ? 'x'.repeat(950_000) : '' });
    const [claim = ''] = [...there.s3.objects.keys()].filter((key) => key.startsWith('claims/one/'));
    const bytes = there.s3.objects.get(claim) ?? Buffer.of();
    there.s3.objects.delete(claim);
    const ids = [...there.sqs.messages.keys()];
    expect(ids).toHaveLength(10);
    // Twice, and nothing is lost by it, nor staged twice.
    for (let round = 0; round < 2; round += 1) {
      expect(await there.stage()).toEqual({ batchItemFailures: [{ itemIdentifier: ids[3] }] });
      expect([...there.sqs.messages.keys()]).toEqual([ids[3]]);
    }
    there.s3.objects.set(claim, bytes);
    expect(await there.stage()).toEqual({ batchItemFailures: [] });
    expect(there.sqs.messages.size).toBe(0);
    const staged = [...there.s3.objects.keys()].filter((key) => key.startsWith('pending/t_one/'));
    expect(staged.map((key) => readFileName(key)?.rows)).toEqual([9, 1]);
  });

  test('a column that a route gets is filled from the next event on, not five minutes later', async () => {
    const loaded = async () => {
      await post('two', { amount: 1 });
      await there.stage();
      expect((await there.load('t_two')).status).toBe('SUCCEEDED');
      return there.warehouse.sql.filter((sql) => sql.startsWith('COPY')).at(-1);
    };
    expect(await loaded()).not.toContain('"amount"');
    const [name, value] = [...there.ssm.parameters].find(([key]) => key.endsWith('two')) ?? ['', '{}'];
    const columns = { amount: { type: 'bigint' as const, from: '/amount', required: false } };
    there.ssm.parameters.set(name, JSON.stringify({ ...(JSON.parse(value) as object), columns }));
    // Deployed before the warehouse has it: nothing is loaded, nothing is lost, and the error says what to run.
    await post('two', { amount: 2 });
    await there.stage();
    const end = await there.load('t_two');
    expect(end).toMatchObject({ status: 'FAILED', error: 'TableUnfit' });
    expect(end.cause).toContain('column amount of t_two, t_two_conflicts, t_two_stage: it is missing');
    expect(end.cause).toContain('muster webhooks schema --column amount');
    expect([...there.s3.objects.keys()].filter((key) => key.startsWith('pending/t_two/'))).toHaveLength(1);
    const added = routesOf([{ ...input('two'), columns }]);
    there.warehouse.catalog.run(columnStatements(added, 'webhooks').map(({ sql }) => sql));
    expect(await loaded()).toContain('"amount"');
    expect([...there.s3.objects.keys()].filter((key) => key.startsWith('pending/t_two/'))).toEqual([]);
  });
});
