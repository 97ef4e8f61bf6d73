import type { Column, Route } from '../../contracts/routes';
import { tableNames, quoteName } from './place';

/** In a database that was created CASE_INSENSITIVE the events `A` and `a` would be one ("CREATE TABLE", COLLATE). */
const distinct = 'COLLATE CASE_SENSITIVE NOT NULL';

// Redshift's VARCHAR counts bytes.
const common: readonly (readonly [string, string])[] = [
  ['source', `VARCHAR(63) ${distinct}`],
  ['tenant', `VARCHAR(256) ${distinct}`],
  ['event_id', `VARCHAR(256) ${distinct}`],
  ['event_time', 'TIMESTAMP'],
  ['received_at', 'TIMESTAMP NOT NULL'],
  ['seq', 'BIGINT NOT NULL'],
  ['message_id', 'VARCHAR(64) NOT NULL'],
  ['body_sha256', 'CHAR(64) NOT NULL'],
  ['body_bytes', 'BIGINT NOT NULL'],
  ['flags', 'VARCHAR(1024)'],
  ['payload', 'SUPER'],
  ['payload_text', 'VARCHAR(65535)'],
  ['raw_key', 'VARCHAR(512)'],
];

/**
 * What has to be in the warehouse before the first load. No keys: Redshift does not enforce them and plans as if they
 * held. A column that a route gets later is of `columnStatements`.
 */
export function schemaStatements(routes: readonly Route[], schema: string): string[] {
  const tables = new Map(routes.map(({ table, columns }) => [table, columns]));
  return [
    // Which is there, and Redshift creates none of that name ("CREATE SCHEMA").
    ...(schema === 'public' ? [] : [`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`]),
    ...[...tables].flatMap(([table, columns]) => ofTable(table, columns, schema)),
  ];
}

/**
 * What adds the columns of the routes to tables that are there already: in the table, its conflicts and its stage.
 * Redshift has no IF NOT EXISTS here, and adds one column a statement (database developer guide, "ALTER TABLE").
 */
export function columnStatements(routes: readonly Route[], schema: string): { column: string; sql: string }[] {
  const tables = new Map(routes.map(({ table, columns }) => [table, columns]));
  return [...tables].flatMap(([table, columns]) => {
    const { target, stage, conflicts } = tableNames(schema, table);
    return Object.entries(columns).flatMap(([column, one]) =>
      [target, conflicts, stage].map((name) => ({
        column,
        sql: `ALTER TABLE ${name} ADD COLUMN ${quoteName(column)} ${typeOf(one)}`,
      })),
    );
  });
}

function ofTable(table: string, columns: Readonly<Record<string, Column>>, schema: string): string[] {
  const { target, stage, conflicts, ledger } = tableNames(schema, table);
  const typed = Object.entries(columns).map(([name, column]) => `${quoteName(name)} ${typeOf(column)}`);
  const staged = [...common.map(([name, type]) => `${quoteName(name)} ${type}`), ...typed];
  const kept = [...staged, '"batch_id" CHAR(32) NOT NULL'].join(', ');
  const spread = 'DISTSTYLE KEY DISTKEY ("event_id")';
  return [
    `CREATE TABLE IF NOT EXISTS ${target} (${kept}) ${spread} SORTKEY ("received_at")`,
    `CREATE TABLE IF NOT EXISTS ${conflicts} (${kept}) ${spread} SORTKEY ("received_at")`,
    `CREATE TABLE IF NOT EXISTS ${stage} (${staged.join(', ')}) ${spread}`,
    `CREATE TABLE IF NOT EXISTS ${ledger} ("batch_id" CHAR(32) NOT NULL, "loaded_at" TIMESTAMP NOT NULL, ` +
      '"rows_staged" BIGINT NOT NULL, "rows_inserted" BIGINT NOT NULL) DISTSTYLE ALL SORTKEY ("loaded_at")',
  ];
}

/** As the schema creates it: `VARCHAR(256)`. */
export function typeOf(column: Column): string {
  switch (column.type) {
    case 'text':
      return `VARCHAR(${column.bytes})`;
    case 'decimal':
      return `DECIMAL(${column.precision}, ${column.scale})`;
    case 'bigint':
      return 'BIGINT';
    case 'boolean':
      return 'BOOLEAN';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'json':
      return 'SUPER';
  }
}
