import type { Column } from '../../contracts/routes';
import { commonColumns } from '../../contracts/routes';
import type { FoundColumn } from '../../ports/warehouse';
import { quoteText } from './place';
import { typeOf } from './schema';

/** The three tables that hold rows of events; the ledger's columns are of no route. */
const tablesOf = (table: string) => [table, `${table}_conflicts`, `${table}_stage`];

/**
 * What asks the warehouse for the columns of a route's tables, in the order of `FoundColumn`. SVV_COLUMNS shows each
 * user the tables of the database; with metadata security, those that the user has a right to (Redshift, "SVV_COLUMNS").
 */
export function columnsStatement(table: string, schema: string): string {
  const isOne = tablesOf(table).map((name) => `"table_name" = ${quoteText(name)}`);
  return (
    'SELECT "table_name", "column_name", "data_type", "character_maximum_length", "numeric_precision", ' +
    `"numeric_scale", "is_nullable", "column_default" FROM SVV_COLUMNS WHERE "table_schema" = ${quoteText(schema)} ` +
    `AND (${isOne.join(' OR ')})`
  );
}

/** How Redshift and PostgreSQL call a type, and how the schema does. */
const known: Readonly<Record<string, string>> = {
  ...{ 'character varying': 'VARCHAR', character: 'CHAR', text: 'VARCHAR', bigint: 'BIGINT', integer: 'INTEGER' },
  ...{ smallint: 'SMALLINT', boolean: 'BOOLEAN', numeric: 'DECIMAL', real: 'REAL', super: 'SUPER', json: 'SUPER' },
  ...{ 'double precision': 'DOUBLE PRECISION', date: 'DATE', 'timestamp without time zone': 'TIMESTAMP' },
  ...{ 'timestamp with time zone': 'TIMESTAMPTZ' },
};

interface Problem {
  readonly column: string;
  readonly what: string;
  readonly todo: string;
}

/**
 * Why the tables that are there do not take the rows of their route; nothing where they do. A table of which nothing is
 * seen (there is none, or the user may not see it) is not judged: the load itself says so. Nor is a type of which the
 * name is not known: to take it for a wrong one would stop loads that work.
 *
 * A column of the table that no route fills (any more) stays, and is null in new rows.
 */
export function fitProblems(
  table: string,
  columns: Readonly<Record<string, Column>>,
  found: readonly FoundColumn[],
): string[] {
  const problems = new Map<string, { readonly problem: Problem; readonly tables: string[] }>();
  for (const name of tablesOf(table)) {
    const there = new Map(found.filter((one) => one.table === name).map((one) => [one.column, one]));
    if (there.size === 0) continue;
    for (const problem of ofTable(columns, there)) {
      const key = `${problem.column} ${problem.what}`;
      const other = problems.get(key);
      if (other === undefined) problems.set(key, { problem, tables: [name] });
      else other.tables.push(name);
    }
  }
  return [...problems.values()].map(
    ({ problem: { column, what, todo }, tables }) => `column ${column} of ${tables.join(', ')}: ${what}; ${todo}`,
  );
}

function ofTable(columns: Readonly<Record<string, Column>>, there: ReadonlyMap<string, FoundColumn>): Problem[] {
  const typed = Object.entries(columns).flatMap(([column, wanted]) => ofColumn(column, wanted, there.get(column)));
  const ours = commonColumns.filter((name) => name !== 'batch_id' && !there.has(name));
  const lacking = ours.map((column) => ({
    column,
    what: 'it is missing, and each row has it',
    todo: 'the table is none of ours: give the route another table',
  }));
  const names = new Set([...commonColumns, ...Object.keys(columns)]);
  const unfilled = [...there.values()].filter((one) => !names.has(one.column) && one.isRequired);
  return [
    ...typed,
    ...lacking,
    ...unfilled.map(({ column }) => ({
      column,
      what: 'no route fills it, and it takes no null',
      todo: 'drop it, or give it a default',
    })),
  ];
}

function ofColumn(column: string, wanted: Column, found: FoundColumn | undefined): Problem[] {
  const type = typeOf(wanted);
  if (found === undefined)
    return [
      {
        column,
        what: `it is missing, the route fills it with ${type}`,
        todo: `add it: \`muster webhooks schema --column ${column}\` prints the SQL`,
      },
    ];
  const is = known[found.type];
  if (is === undefined || fits(wanted, is, found)) return [];
  const size = sizeOf(is, found);
  return [
    {
      column,
      what: `it is ${is}${size}, the route fills it with ${type}`,
      todo:
        is === 'VARCHAR' && wanted.type === 'text'
          ? `ALTER COLUMN "${column}" TYPE ${type} makes it longer`
          : 'give the column of the route another name, or create the column of the table again',
    },
  ];
}

function fits(wanted: Column, is: string, { length, precision, scale }: FoundColumn): boolean {
  if (typeOf(wanted).replace(/\(.*/, '') !== is) return false;
  // In Redshift no length is that of a type without one; PostgreSQL has none for `text`.
  if (wanted.type === 'text') return length === undefined || length >= wanted.bytes;
  if (wanted.type !== 'decimal' || precision === undefined || scale === undefined) return true;
  return scale >= wanted.scale && precision - scale >= wanted.precision - wanted.scale;
}

function sizeOf(is: string, { length, precision, scale }: FoundColumn): string {
  if (is === 'DECIMAL' && precision !== undefined) return `(${precision}, ${scale ?? 0})`;
  return /CHAR$/.test(is) && length !== undefined ? `(${length})` : '';
}
