import fc from 'fast-check';
import { dialectProblems } from '../../../functions/webhooks/domain/sql/dialect';
import { columnsStatement } from '../../../functions/webhooks/domain/sql/fit';
import { ledgerStatement, loadStatements } from '../../../functions/webhooks/domain/sql/load';
import { toPostgres } from '../../../functions/webhooks/adapters/postgres/translate';
import { columnStatements, schemaStatements } from '../../../functions/webhooks/domain/sql/schema';
import { readRoutes, type Column } from '../../../functions/webhooks/contracts/routes';
import { routesOf } from '../../support/webhooks/ingress';

const place = {
  schema: 'webhooks',
  bucket: 'bucket-1',
  copyRole: 'arn:aws:iam::111122223333:role/copy',
  horizonDays: 8,
};
const columns = ['user', 'timestamp', 'amount'];
const order = { batch: 'a'.repeat(32), table: 'events', columns, manifest: 'plans/events/x.json', earliestMs: 0 };
const load = loadStatements(order, place);
const schema = schemaStatements(
  routesOf([
    {
      name: 'a',
      path: '/a',
      scheme: { kind: 'github' },
      secret: 's',
      table: 'events',
      columns: {
        user: { type: 'text', from: '/u' },
        timestamp: { type: 'timestamp', from: '/t' },
        amount: { type: 'decimal', from: '/a' },
        whole: { type: 'json', from: '/w' },
        paid: { type: 'boolean', from: '/p' },
        n: { type: 'bigint', from: '/n' },
      },
    },
  ]),
  'webhooks',
);

describe('what is sent to the warehouse', () => {
  test('Redshift runs all of it', () => {
    expect(dialectProblems([...load, ledgerStatement(order, place), columnsStatement('events', 'webhooks')])).toEqual(
      [],
    );
    expect(dialectProblems(schema)).toEqual([]);
  });

  test('what tells events apart is compared letter by letter, with any collation of the database', () => {
    const tables = schema.filter((sql) => /"events(_stage|_conflicts)?" \(/.test(sql));
    expect(tables).toHaveLength(3);
    for (const sql of tables) {
      for (const name of ['source', 'tenant', 'event_id'])
        expect(sql).toMatch(new RegExp(`"${name}" VARCHAR\\(\\d+\\) COLLATE CASE_SENSITIVE NOT NULL`));
      expect(dialectProblems([sql.replace(' COLLATE CASE_SENSITIVE', '')])).toEqual([
        '1: source without COLLATE CASE_SENSITIVE',
      ]);
      expect(toPostgres(sql)).not.toMatchObject({ sql: expect.stringContaining('COLLATE') as string });
    }
  });

  test('the lock is first and on what readers leave alone, conflicts go by the ledger, and nothing commits between', () => {
    expect(load[0]).toBe('LOCK TABLE "webhooks"."events_stage"');
    expect(load[1]).toBe('DELETE FROM "webhooks"."events_stage"');
    expect(load.slice(3).map((sql) => /^INSERT INTO (\S+)/.exec(sql)?.[1])).toEqual([
      '"webhooks"."events"',
      '"webhooks"."events_loads"',
      '"webhooks"."events_conflicts"',
    ]);
    expect(load.at(-1)).toContain('AND "rows_staged" <> "rows_inserted")');
    expect(load.join()).not.toMatch(/TRUNCATE|COMMIT/);
  });

  test('tables in the schema that every database has come without one that creates it', () => {
    expect(
      schemaStatements(
        routesOf([{ name: 'a', path: '/a', scheme: { kind: 'github' }, secret: 's', table: 'e' }]),
        'public',
      ).map((sql) => /^CREATE \w+/.exec(sql)?.[0]),
    ).toEqual(Array(4).fill('CREATE TABLE'));
  });

  test('the horizon is eight days before the earliest of the batch', () => {
    expect(load[3]).toContain(`TIMESTAMP '1969-12-24 00:00:00.000'`);
  });

  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,62}$/);
  const column: fc.Arbitrary<Column> = fc
    .oneof(
      fc.record({ type: fc.constant('text' as const), bytes: fc.integer({ min: 1, max: 65_535 }) }),
      fc.record({
        type: fc.constant('decimal' as const),
        precision: fc.constant(38),
        scale: fc.integer({ min: 0, max: 37 }),
      }),
      fc.record({
        type: fc.constantFrom('bigint' as const, 'boolean' as const, 'timestamp' as const, 'json' as const),
      }),
    )
    .map((given) => ({ ...given, from: '/a', required: false }));
  const words = ['user', 'select', 'index', 'end', 'rn', 'nth', 'unique', 'primary', 'timestamp', 'c', 's', 't', 'x'];

  test('for all routes, Redshift runs every statement that they lead to', () => {
    const columnsOf = fc.dictionary(fc.oneof(name, fc.constantFrom(...words)), column, { maxKeys: 30 });
    fc.assert(
      fc.property(
        name,
        name,
        columnsOf,
        fc.integer({ min: 0, max: 4e12 }),
        (schemaName, table, columns, earliestMs) => {
          const read = readRoutes([{ name: 'a', path: '/a', scheme: { kind: 'github' }, secret: 's', table, columns }]);
          fc.pre('routes' in read && !schemaName.startsWith('pg_'));
          const there = { ...place, schema: schemaName };
          const made = { ...order, table, columns: Object.keys(columns), earliestMs };
          expect(dialectProblems(loadStatements(made, there))).toEqual([]);
          expect(dialectProblems([ledgerStatement(made, there)])).toEqual([]);
          expect(dialectProblems([columnsStatement(made.table, there.schema)])).toEqual([]);
          if ('routes' in read)
            for (const sql of schemaStatements(read.routes, schemaName)) expect(dialectProblems([sql])).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a route takes as many columns as a statement has room for, and no more', () => {
    const columnsOf = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [
          `${'c'.repeat(59)}_${n + 100}`,
          { type: 'bigint' as const, from: '/n' },
        ]),
      );
    const routeOf = (count: number) => ({
      name: 'a',
      path: '/a',
      scheme: { kind: 'github' as const },
      secret: 's',
      table: 't'.repeat(53),
      columns: columnsOf(count),
    });
    const [route] = routesOf([routeOf(400)]);
    const widest = { ...order, table: 't'.repeat(60), columns: Object.keys(route!.columns) };
    expect(dialectProblems(loadStatements(widest, { ...place, schema: 's'.repeat(63) }))).toEqual([]);
    expect(readRoutes([routeOf(401)])).toMatchObject({ mistakes: [{ path: '0.columns' }] });
  });

  test('the longest table has its loader’s own tables beside it in PostgreSQL too, which cuts names after 63', () => {
    const readOf = (length: number) =>
      readRoutes([{ name: 'a', path: '/a', scheme: { kind: 'github' }, secret: 's', table: 't'.repeat(length) }]);
    const [longest] = [...Array(64).keys()].filter((length) => length > 0 && 'routes' in readOf(length)).slice(-1);
    const made = schemaStatements(
      routesOf([{ name: 'a', path: '/a', scheme: { kind: 'github' }, secret: 's', table: 't'.repeat(longest ?? 0) }]),
      'webhooks',
    );
    const tables = made.flatMap((sql) => /^CREATE TABLE IF NOT EXISTS "webhooks"\."([^"]*)"/.exec(sql)?.[1] ?? []);
    expect(new Set(tables.map((name) => name.slice(0, 63))).size).toBe(4);
    expect(tables.filter((name) => name.length > 63)).toEqual([]);
  });

  test('500 routes of 100 columns stay below the limits of a statement', () => {
    const many = Array.from({ length: 100 }, (_, n) => `column_with_a_rather_long_name_${n}`);
    expect(dialectProblems(loadStatements({ ...order, columns: many }, place))).toEqual([]);
  });

  test('a lock that comes after what takes the snapshot is found', () => {
    expect(dialectProblems([load[1]!, load[0]!])).toEqual(['2: a lock that is not the first statement']);
  });

  test.each(['x"; DROP TABLE y', "x'", 'X', '', 'a b'])('a name %j gets into no statement', (table) => {
    expect(() => loadStatements({ ...order, table }, place)).toThrow('no name for SQL');
    expect(() => loadStatements({ ...order, batch: `'${table}` }, place)).toThrow('no text for SQL');
  });

  test.each([
    'TRUNCATE "a"',
    'INSERT INTO "a" ("b") VALUES (1) ON CONFLICT DO NOTHING',
    'INSERT INTO "a" ("b") SELECT 1 RETURNING "b"',
    'SELECT 1; SELECT 2',
    `SELECT "a"::json FROM "b"`,
    `SELECT "a"->>'b' FROM "c"`,
    'CREATE INDEX i ON "a" ("b")',
    'CREATE TABLE IF NOT EXISTS "a" ("b" BIGINT PRIMARY KEY)',
    'SELECT string_agg("a") FROM "b"',
    'SELECT $1',
    "SELECT 'a",
    `SELECT 1 -- ${'x'.repeat(10)}`,
    `SELECT ${'1,'.repeat(60_000)} 1`,
    'MERGE INTO "a" USING "b" ON 1=1',
    'SELECT 1 FROM "a" RIGHT JOIN "b" ON 1=1',
    ...['NULL AS', 'ESCAPE', 'CSV', 'DELIMITER', 'FILLRECORD', 'IGNOREBLANKLINES', 'REMOVEQUOTES', 'READRATIO 5'].map(
      (option) => `${load[2]} ${option}`,
    ),
    ...['ACCEPTINVCHARS', 'EMPTYASNULL', 'BLANKSASNULL', 'TRUNCATECOLUMNS', 'MAXERROR 5', 'GZIP'].map(
      (option) => `${load[2]} ${option}`,
    ),
    ...[' GZIP', ' MANIFEST', " TIMEFORMAT 'auto'", / \([^)]*\)/].map((part) => load[2]!.replace(part, '')),
    `COPY "a" ("b") FROM 'x' IAM_ROLE 'r' MANIFEST GZIP FORMAT JSON 'auto' TIMEFORMAT 'auto' COMPUPDATE OFF STATUPDATE OFF`,
    'CREATE TABLE IF NOT EXISTS "a" ("b" VARCHAR(65536))',
    'CREATE TABLE IF NOT EXISTS "a" ("b" CHAR(4097))',
    'CREATE TABLE IF NOT EXISTS "a" ("b" DECIMAL(39, 0))',
    'CREATE TABLE IF NOT EXISTS "a" ("b" DECIMAL(38, 38))',
    'CREATE TABLE IF NOT EXISTS "a" ("b" TEXT)',
    'CREATE TABLE IF NOT EXISTS "a" ("b" JSON)',
    'CREATE TABLE IF NOT EXISTS "a" ("b" SUPER) SORTKEY ("b")',
    `CREATE TABLE IF NOT EXISTS "${'a'.repeat(128)}" ("b" BIGINT)`,
    'ALTER TABLE "a" ADD COLUMN "b" TIMESTAMPTZ',
    'CREATE SCHEMA IF NOT EXISTS "pg_hooks"',
    'CREATE SCHEMA IF NOT EXISTS "public"',
  ])('the check finds what is wrong with %.60s', (sql) => {
    expect(dialectProblems([sql])).not.toEqual([]);
  });
});

test('a column that a route gets later is added to the table, its conflicts and its stage, each by one statement', () => {
  const routes = routesOf([
    {
      ...{ name: 'shop', path: '/hooks/shop', secret: 'shop', table: 'orders', scheme: { kind: 'github' } },
      columns: { note: { type: 'text', bytes: 40, from: '/note' }, all: { type: 'json', from: '/all' } },
    },
  ]);
  const added = columnStatements(routes, 'hooks');
  expect(added.filter(({ column }) => column === 'note').map(({ sql }) => sql)).toEqual(
    ['orders', 'orders_conflicts', 'orders_stage'].map(
      (table) => `ALTER TABLE "hooks"."${table}" ADD COLUMN "note" VARCHAR(40)`,
    ),
  );
  for (const { sql } of added) expect(dialectProblems([sql])).toEqual([]);
  expect(dialectProblems(['ALTER TABLE "hooks"."orders" DROP COLUMN "note"'])).not.toEqual([]);
  const [first] = added.filter(({ column }) => column === 'all');
  expect(toPostgres(first?.sql ?? '')).toEqual({
    kind: 'sql',
    sql: 'ALTER TABLE "hooks"."orders" ADD COLUMN IF NOT EXISTS "all" JSON',
  });
});
