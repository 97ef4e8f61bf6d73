import { jsonLogger } from '../../../functions/shared/runtime';
import type { Route, RouteInput } from '../../../functions/webhooks/contracts/routes';
import { listQuarantine } from '../../../functions/webhooks/operations/quarantine';
import { stage } from '../../../functions/webhooks/stager/stage';
import { runLoad } from '../../../infra/lab/systems/webhooks/loader';
import { localPlace, prepare } from '../../../infra/lab/systems/webhooks/station';
import { startBothWarehouses, type BothWarehouses } from '../../support/webhooks/both-warehouses';
import { routesOf } from '../../support/webhooks/ingress';

// The columns of a route are changed where its table is there already.

const clock = { now: () => new Date() };
const quiet = { log: jsonLogger(() => undefined), metrics: { count: () => undefined, duration: () => undefined } };

let both: BothWarehouses;
let postgres: BothWarehouses['postgres'];
let store: BothWarehouses['store'];
let warehouses: BothWarehouses['warehouses'];

beforeAll(async () => {
  both = await startBothWarehouses();
  ({ postgres, store, warehouses } = both);
});
afterAll(() => both.close());

type Columns = NonNullable<RouteInput['columns']>;
type ColumnInput = Columns[string];
let [tables, ids] = [0, 0];

/** A table of its own, made for a route with these columns. */
async function made(columns: Columns) {
  const table = `t${(tables += 1)}`;
  const routeWith = (given: Columns): readonly Route[] =>
    routesOf([{ name: table, path: `/${table}`, scheme: { kind: 'key' }, secret: 's', table, columns: given }]);
  await prepare(postgres, routeWith(columns));
  return { table, routeWith, ...about(table) };
}

const about = (table: string) => ({
  put: async (routes: readonly Route[], ...events: object[]) => {
    const messages = events.map((event) => {
      ids += 1;
      const body = { in: 'text', text: JSON.stringify({ ...event, ids }) };
      const envelope = { v: 1, id: `m${ids}`, source: table, tenant: '', receivedAt: clock.now(), seq: ids, body };
      return { receipt: String(ids), body: JSON.stringify(envelope) };
    });
    expect(await stage({ store, routes, clock, ...quiet }, messages)).toEqual([]);
  },
  load: async (routes: readonly Route[], kind: 'data-api' | 'postgres') => {
    const deps = { store, warehouse: warehouses[kind], routes, bucket: localPlace.bucket, clock, ...quiet };
    return runLoad(deps, table, { speed: 100 });
  },
  sql: async (change: string) => {
    for (const name of [table, `${table}_conflicts`, `${table}_stage`])
      await postgres.pool.query(`ALTER TABLE webhooks.${name} ${change}`);
  },
  rows: async (columns: string) =>
    (await postgres.pool.query<object>(`SELECT ${columns} FROM webhooks.${table} ORDER BY seq`)).rows,
  waiting: async () => (await store.list(`pending/${table}/`)).length,
});

const setAside = async (table: string) =>
  (await listQuarantine(store)).entries.filter(({ source }) => source === table);
const all = (table: string) => `${table}, ${table}_conflicts, ${table}_stage`;

describe.each(['data-api', 'postgres'] as const)('%s', (kind) => {
  test('another type: a clear error before anything is loaded; what waits is loaded when the table is corrected', async () => {
    const { table, routeWith, put, load, sql, rows, waiting } = await made({ v: { type: 'boolean', from: '/v' } });
    await put(routeWith({ v: { type: 'boolean', from: '/v' } }), { v: true });
    expect(await load(routeWith({ v: { type: 'boolean', from: '/v' } }), kind)).toMatchObject({ status: 'SUCCEEDED' });
    const changed = routeWith({ v: { type: 'bigint', from: '/v' } });
    await prepare(postgres, changed);
    await put(changed, ...Array.from({ length: 20 }, (_, v) => ({ v })));
    const end = await load(changed, kind);
    expect(end).toMatchObject({ status: 'FAILED', error: 'TableUnfit' });
    expect(end.cause).toContain(`column v of ${all(table)}: it is BOOLEAN, the route fills it with BIGINT; give the`);
    expect([await rows('v'), await waiting(), await setAside(table)]).toEqual([[{ v: true }], 1, []]);
    await sql('ALTER COLUMN v TYPE BIGINT USING v::int');
    expect(await load(changed, kind)).toMatchObject({ status: 'SUCCEEDED' });
    const values = (await rows('v')).map((row) => Number((row as { v: string }).v));
    expect([values, await waiting(), await setAside(table)]).toEqual([
      [1, ...Array.from({ length: 20 }, (_, v) => v)],
      0,
      [],
    ]);
  });

  test.each<[string, ColumnInput, ColumnInput, string]>([
    ['shorter', { type: 'text', from: '/v', bytes: 100 }, { type: 'text', from: '/v', bytes: 200 }, 'VARCHAR(100)'],
    [
      'of fewer digits',
      { type: 'decimal', from: '/v', precision: 10, scale: 2 },
      { type: 'decimal', from: '/v', precision: 12, scale: 4 },
      'DECIMAL(10, 2)',
    ],
    ['a SUPER', { type: 'json', from: '/v' }, { type: 'text', from: '/v', bytes: 200 }, 'SUPER'],
    ['a time', { type: 'timestamp', from: '/v' }, { type: 'bigint', from: '/v' }, 'TIMESTAMP'],
  ])(
    'a column that is %s than its route fills is named, and a wider one is none of it',
    async (_, is, wanted, says) => {
      const { routeWith, put, load, waiting } = await made({ v: is });
      const changed = routeWith({ v: wanted });
      await put(changed, { v: 7 });
      expect((await load(changed, kind)).cause).toContain(`it is ${says}, the route fills it with `);
      expect(await waiting()).toBe(1);
      if (is.type !== wanted.type) return;
      const wider = await made({ v: wanted });
      await wider.put(wider.routeWith({ v: is }), { v: 7 });
      expect(await wider.load(wider.routeWith({ v: is }), kind)).toMatchObject({ status: 'SUCCEEDED' });
    },
  );

  test('a new column: on one machine it is added; where it is not yet, the load says what to run', async () => {
    const { table, routeWith, put, load, rows, waiting } = await made({});
    const more = routeWith({ v: { type: 'text', from: '/v' } });
    await put(routeWith({}), { v: 'before' });
    await load(routeWith({}), kind);
    await put(more, { v: 'after' });
    const end = await load(more, kind);
    expect(end).toMatchObject({ status: 'FAILED', error: 'TableUnfit' });
    expect(end.cause).toContain(`column v of ${all(table)}: it is missing, the route fills it with VARCHAR(`);
    expect(end.cause).toContain('muster webhooks schema --column v');
    expect(await waiting()).toBe(1);
    await prepare(postgres, more);
    expect(await load(more, kind)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await rows('v')).toEqual([{ v: null }, { v: 'after' }]);
  });

  test('a removed column stays, and is null in new rows; one that takes no null is named', async () => {
    const { table, routeWith, put, load, sql, rows } = await made({ v: { type: 'text', from: '/v' } });
    await put(routeWith({ v: { type: 'text', from: '/v' } }), { v: 'before' });
    await load(routeWith({ v: { type: 'text', from: '/v' } }), kind);
    await put(routeWith({}), { v: 'after' });
    expect(await load(routeWith({}), kind)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await rows('v')).toEqual([{ v: 'before' }, { v: null }]);
    await sql('ADD COLUMN w INTEGER NOT NULL DEFAULT 1');
    await put(routeWith({}), { n: 3 });
    expect(await load(routeWith({}), kind)).toMatchObject({ status: 'SUCCEEDED' });
    await sql('ALTER COLUMN w DROP DEFAULT');
    await put(routeWith({}), { n: 4 });
    const end = await load(routeWith({}), kind);
    expect(end.cause).toContain(`column w of ${all(table)}: no route fills it, and it takes no null`);
    expect(await setAside(table)).toEqual([]);
    await sql('DROP COLUMN w');
    expect(await load(routeWith({}), kind)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await rows('v')).toHaveLength(4);
  });

  test('a table that is not there is told by the load, and one of another maker by what it lacks', async () => {
    const { table, routeWith, put, load, waiting } = await made({});
    await put(routeWith({}), {});
    await postgres.pool.query(`DROP TABLE webhooks.${table}, webhooks.${table}_stage`);
    expect(await load(routeWith({}), kind)).toMatchObject({ status: 'FAILED', error: 'LoadFailed' });
    await postgres.pool.query(`CREATE TABLE webhooks.${table} (id BIGINT)`);
    const end = await load(routeWith({}), kind);
    expect(end).toMatchObject({ error: 'TableUnfit' });
    expect(end.cause).toContain(`column event_id of ${table}: it is missing, and each row has it`);
    expect(await waiting()).toBe(1);
  });
});
