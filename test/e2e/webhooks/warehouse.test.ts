import type { EventEmitter } from 'node:events';
import { gzipSync } from 'node:zlib';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { jsonLogger } from '../../../functions/shared/runtime';
import { createDataApiWarehouse } from '../../../functions/webhooks/adapters/aws/data-api';
import { runInTransaction } from '../../../functions/webhooks/adapters/postgres/run';
import { listQuarantine } from '../../../functions/webhooks/operations/quarantine';
import { replayArchive } from '../../../functions/webhooks/operations/replay';
import type { Warehouse } from '../../../functions/webhooks/ports/warehouse';
import { batchOf, manifestKey, writePlan } from '../../../functions/webhooks/batches/manifest';
import { writeRows } from '../../../functions/webhooks/batches/rows';
import { stage } from '../../../functions/webhooks/stager/stage';
import { DataApiServer } from '../../../infra/lab/systems/webhooks/data-api-server';
import { runLoad } from '../../../infra/lab/systems/webhooks/loader';
import { localPlace, prepare } from '../../../infra/lab/systems/webhooks/station';
import { startBothWarehouses, type BothWarehouses } from '../../support/webhooks/both-warehouses';
import { routesOf } from '../../support/webhooks/ingress';

const oddly = ['rn', 'select', 't', 'c'].map((name) => [name, { type: 'text' as const, from: '/v' }] as const);
const routes = routesOf(
  ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'purged', 'late', 'odd'].map((table) => ({
    name: `s_${table}`,
    path: `/${table}`,
    scheme: { kind: 'key' as const },
    secret: table,
    table,
    eventId: { from: 'body' as const, pointer: '/id' },
    columns: table === 'odd' ? Object.fromEntries(oddly) : { n: { type: 'bigint' as const, from: '/n' } },
  })),
);
const quiet = { log: jsonLogger(() => undefined), metrics: { count: () => undefined, duration: () => undefined } };
const clock = { now: () => new Date() };

let both: BothWarehouses;
let postgres: BothWarehouses['postgres'];
let store: BothWarehouses['store'];
let warehouses: BothWarehouses['warehouses'];

beforeAll(async () => {
  both = await startBothWarehouses();
  ({ postgres, store, warehouses } = both);
  await prepare(postgres, routes);
});
afterAll(() => both.close());

let ids = 0;
const start = Date.parse('2026-11-26T12:00:00.000Z');
const message = (table: string, id: string, more: object = {}, atMs = start) =>
  JSON.stringify({
    v: 1,
    id: `m${(ids += 1)}`,
    source: `s_${table}`,
    tenant: '',
    receivedAt: new Date(atMs).toISOString(),
    seq: ids,
    body: { in: 'text', text: JSON.stringify({ id, ...more }) },
  });
const put = async (bodies: readonly string[]) =>
  stage(
    { store, routes, clock, ...quiet },
    bodies.map((body, n) => ({ receipt: String(n), body })),
  );
const load = (table: string, warehouse: Warehouse) =>
  runLoad({ store, warehouse, routes, bucket: localPlace.bucket, clock, ...quiet }, table, { speed: 100 });
const rowsOf = async (table: string) =>
  (await postgres.pool.query<{ event_id: string; n: string }>(`SELECT event_id, n FROM webhooks.${table} ORDER BY 1`))
    .rows;

test.each(['data-api', 'postgres'] as const)(
  '%s: in-batch duplicates, a second batch, another body: the first wins, once',
  async (kind) => {
    const table = kind === 'postgres' ? 'one' : 'two';
    await put([message(table, 'a', { n: '1' }), message(table, 'a', { n: '1' }), message(table, 'b', { n: 2 })]);
    expect(await load(table, warehouses[kind])).toMatchObject({ status: 'SUCCEEDED' });
    await put([message(table, 'a', { n: '1' }), message(table, 'b', { n: 3 }), message(table, 'c', {})]);
    expect(await load(table, warehouses[kind])).toMatchObject({ status: 'SUCCEEDED' });
    expect(await rowsOf(table)).toEqual([
      { event_id: 'a', n: '1' },
      { event_id: 'b', n: '2' },
      { event_id: 'c', n: null },
    ]);
    const { rows } = await postgres.pool.query(`SELECT event_id, n FROM webhooks.${table}_conflicts`);
    expect(rows).toEqual([{ event_id: 'b', n: '3' }]);
    // Beyond the horizon it is another event: eight days are known, nine are not.
    await put([message(table, 'a', { n: '1' }, start + 7.9 * 86_400_000)]);
    await load(table, warehouses[kind]);
    expect((await rowsOf(table)).filter(({ event_id }) => event_id === 'a')).toHaveLength(1);
    await put([message(table, 'a', { n: '1' }, start + 9 * 86_400_000)]);
    await load(table, warehouses[kind]);
    expect((await rowsOf(table)).filter(({ event_id }) => event_id === 'a')).toHaveLength(2);
  },
);

test('a ledger that is emptied before it is asked, and rows that are purged: nothing twice, and a replay brings them back', async () => {
  const { pool } = postgres;
  let emptied = 0;
  const emptying: Warehouse = {
    ...warehouses.postgres,
    ledger: async (asked, token) => {
      if (emptied === 0) emptied = (await pool.query('DELETE FROM webhooks.purged_loads')).rowCount ?? 0;
      return warehouses.postgres.ledger(asked, token);
    },
  };
  await put([message('purged', 'a', { n: 1 }), message('purged', 'b', { n: 2 })]);
  expect(await load('purged', emptying)).toMatchObject({ status: 'SUCCEEDED' });
  expect(emptied).toBe(1);
  const both = [
    { event_id: 'a', n: '1' },
    { event_id: 'b', n: '2' },
  ];
  expect(await rowsOf('purged')).toEqual(both);
  await pool.query("DELETE FROM webhooks.purged_loads; DELETE FROM webhooks.purged WHERE event_id = 'a'");
  const range = { table: 'purged', fromMs: start, toMs: start + 1 };
  for (const nonce of ['once', 'again']) {
    expect(await replayArchive(store, { ...range, nonce })).toBe(1);
    await load('purged', warehouses.postgres);
    expect(await rowsOf('purged')).toEqual(both);
  }
});

test('a token that the Data API has forgotten, a statement that is gone, and one too many', async () => {
  let now = 0;
  const server = new DataApiServer({ pool: postgres.pool, store, now: () => now });
  const full = new DataApiServer({ pool: postgres.pool, store, mostActive: 0 });
  const warehouseOn = async (one: DataApiServer) => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new RedshiftDataClient({ endpoint: await one.listen(), region: 'eu-central-1', credentials });
    const target = { WorkgroupName: 'w', Database: 'd' };
    return createDataApiWarehouse({ client, target, place: localPlace });
  };
  try {
    const warehouse = await warehouseOn(server);
    await put([message('late', 'a', { n: 1 })]);
    const files = (await store.list('pending/late/')).map(({ key }) => key);
    const batch = batchOf('late', files);
    await writePlan(store, localPlace.bucket, batch);
    const order = { table: 'late', batch: batch.id, columns: ['n'], manifest: manifestKey(batch), earliestMs: start };
    const ended = async (statement: string) => {
      for (;;) {
        const { state } = await warehouse.follow(statement);
        if (state !== 'running') return state;
      }
    };
    const first = await warehouse.submit(order, 'token');
    expect(await ended(first.statement)).toBe('finished');
    expect(await warehouse.submit(order, 'token')).toEqual(first);
    now = 8 * 3_600_000;
    const second = await warehouse.submit(order, 'token');
    expect(second).not.toEqual(first);
    expect(await ended(second.statement)).toBe('finished');
    expect(await rowsOf('late')).toEqual([{ event_id: 'a', n: '1' }]);
    now = 24 * 3_600_000;
    expect(await warehouse.follow(first.statement)).toEqual({ state: 'unknown' });
    await expect((await warehouseOn(full)).submit(order, 'another')).rejects.toMatchObject({
      name: 'ActiveStatementsExceededException',
    });
  } finally {
    await server.close();
    await full.close();
  }
});

test('two loaders at once, with the same events in different batches', async () => {
  const all = Array.from({ length: 40 }, (_, n) => `e${n}`);
  for (let round = 0; round < 3; round += 1) {
    await put(all.map((id) => message('three', id)));
    await Promise.all([load('three', warehouses.postgres), load('three', warehouses['data-api'])]);
  }
  await load('three', warehouses.postgres);
  expect((await rowsOf('three')).map(({ event_id }) => event_id)).toEqual([...all].sort());
});

test('two tables are loaded at once under SERIALIZABLE, and read meanwhile, and nothing is refused for it', async () => {
  const strict = new DataApiServer({ pool: postgres.pool, store, isolation: 'SERIALIZABLE' });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new RedshiftDataClient({ endpoint: await strict.listen(), region: 'eu-central-1', credentials });
  const warehouse = createDataApiWarehouse({
    client,
    target: { WorkgroupName: 'w', Database: 'd' },
    place: localPlace,
  });
  const reader = await postgres.pool.connect();
  try {
    // A query that has not ended neither keeps a load waiting nor waits for one.
    await reader.query('BEGIN');
    await reader.query('SELECT * FROM webhooks.six');
    const lines: string[] = [];
    const log = jsonLogger((line) => void lines.push(line));
    const deps = { store, warehouse, routes, bucket: localPlace.bucket, clock, ...quiet, log };
    for (let round = 0; round < 4; round += 1) {
      await put(['six', 'seven'].flatMap((table) => [message(table, `a${round}`), message(table, `b${round}`)]));
      const ends = await Promise.all(['six', 'seven'].map((table) => runLoad(deps, table, { speed: 100 })));
      expect(ends).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    }
    expect(lines.filter((line) => /could not serialize|attempt 2/.test(line))).toEqual([]);
    expect(await rowsOf('six')).toHaveLength(8);
    expect(await rowsOf('seven')).toHaveLength(8);
  } finally {
    await reader.query('ROLLBACK');
    reader.release();
    await strict.close();
  }
});

test('what COPY escapes, quotes, takes for NULL or for an end comes out as it was written', async () => {
  const odd = [
    '',
    ' ',
    'null',
    '\\N',
    '\\\\N',
    '\\.',
    'a\\',
    '"',
    '\\"',
    '\t\n\r\b\f\v',
    '\u0001\u007f\u2028',
    '😀ä\ufffe',
    '{"a":1}',
  ];
  await put(
    odd.map((v, n) =>
      JSON.stringify({
        ...(JSON.parse(message('odd', 'x')) as object),
        id: `odd${n}`,
        body: { in: 'text', text: JSON.stringify({ id: `o${String(n).padStart(2, '0')}`, v, j: [v, { [v]: v }] }) },
      }),
    ),
  );
  expect(await load('odd', warehouses['data-api'])).toMatchObject({ status: 'SUCCEEDED' });
  const { rows } = await postgres.pool.query<{ t: string; payload: { v: string; j: unknown }; payload_text: string }>(
    `SELECT t, payload, payload_text FROM webhooks.odd WHERE event_id LIKE 'o__' ORDER BY event_id`,
  );
  // The one that Redshift might take for NULL is NULL everywhere, and its event says what it was.
  expect(rows.map(({ t }) => t)).toEqual(odd.map((v) => (v === '\\N' ? null : v)));
  expect(rows.map(({ payload }) => payload.v)).toEqual(odd);
  expect(rows.map(({ payload }) => payload.j)).toEqual(odd.map((v) => [v, { [v]: v }]));
  expect(rows.map(({ payload_text: text }) => (JSON.parse(text) as { v: string }).v)).toEqual(odd);
});

test('a column may be called as it likes, also as the loader calls its own', async () => {
  await put([
    JSON.stringify({
      ...(JSON.parse(message('odd', 'a')) as object),
      body: { in: 'text', text: '{"id":"a","v":"1"}' },
    }),
  ]);
  expect(await load('odd', warehouses['data-api'])).toMatchObject({ status: 'SUCCEEDED' });
  const { rows } = await postgres.pool.query('SELECT rn, "select", t, c FROM webhooks.odd WHERE event_id = \'a\'');
  expect(rows).toEqual([{ rn: '1', select: '1', t: '1', c: '1' }]);
});

test('rows that the warehouse refuses are found and put aside, and the rest is loaded', async () => {
  const row = (n: number, value: string) => ({
    line: JSON.stringify({
      source: 's_four',
      tenant: '',
      event_id: `r${n}`,
      received_at: '2026-11-26 12:00:00.000',
      seq: n,
      message_id: `r${n}`,
      body_sha256: 'x',
      body_bytes: 1,
      payload_text: '{}',
      raw_key: null,
      payload: {},
      n: value,
    }),
    messageId: `r${n}`,
    source: 's_four',
    receivedMs: start,
  });
  // As no stager of ours writes them.
  await writeRows(
    store,
    'four',
    Array.from({ length: 20 }, (_, n) => row(n, n === 7 || n === 19 ? 'no number' : String(n))),
  );
  await put([message('four', 'fine')]);
  expect(await load('four', warehouses['data-api'])).toMatchObject({ status: 'SUCCEEDED' });
  expect(await rowsOf('four')).toHaveLength(19);
  const aside = (await listQuarantine(store)).entries.filter(({ source }) => source === 's_four');
  expect(
    aside.map(({ reason, message: text }) => [reason, (JSON.parse(text) as { eventId: string }).eventId]).sort(),
  ).toEqual([
    ['warehouse-refused', 'r19'],
    ['warehouse-refused', 'r7'],
  ]);
});

test('a load that fails for a missing table stops, and continues when the table is there; a replay brings back what is gone', async () => {
  await postgres.pool.query('ALTER TABLE webhooks.five RENAME TO gone');
  await put([message('five', 'a'), message('five', 'b')]);
  expect(await load('five', warehouses['data-api'])).toMatchObject({ status: 'FAILED', error: 'LoadFailed' });
  expect((await listQuarantine(store)).entries.filter(({ source }) => source === 's_five')).toEqual([]);
  await postgres.pool.query('ALTER TABLE webhooks.gone RENAME TO five');
  await load('five', warehouses['data-api']);
  expect(await rowsOf('five')).toHaveLength(2);
  const range = { table: 'five', fromMs: start - 1, toMs: start + 1 };
  for (const gone of [false, true, false]) {
    if (gone) await postgres.pool.query(`DELETE FROM webhooks.five WHERE event_id = 'a'`);
    expect(await replayArchive(store, { ...range, nonce: String(Math.random()) })).toBe(1);
    await load('five', warehouses['data-api']);
    expect(await rowsOf('five')).toHaveLength(2);
  }
});

test('a row that is refused while the next file is fetched fails the load, and the connection is as before', async () => {
  const files: Record<string, string> = { one: '{"n":"no number"}', two: '{"n":2}' };
  let isRefused: () => void = () => undefined;
  const refused = new Promise<void>((resolve) => (isRefused = resolve));
  const client = await postgres.pool.connect();
  // Of a socket its data come to all that listen: here it is only looked at.
  (client as unknown as { connection: EventEmitter }).connection.on('errorMessage', () => isRefused());
  const store = {
    get: async (key: string) => {
      if (key === 'manifest')
        return Buffer.from(JSON.stringify({ entries: [{ url: 's3://b/one' }, { url: 's3://b/two' }] }));
      // Only when the first file has been refused.
      if (key === 'two') await refused;
      return gzipSync(`${files[key] ?? ''}\n`);
    },
  };
  await client.query('CREATE TABLE IF NOT EXISTS refused_stage (n BIGINT)');
  const copy = `COPY refused_stage ("n") FROM 's3://b/manifest' IAM_ROLE 'r' MANIFEST GZIP FORMAT JSON 'auto'`;
  await expect(runInTransaction(client, store, [copy])).rejects.toThrow('invalid input syntax for type bigint');
  expect((await client.query('SELECT count(*)::int AS n FROM refused_stage')).rows).toEqual([{ n: 0 }]);
  client.release();
}, 20_000);
