import { LoadError } from '../../contracts/errors';

/** Where the tables are, and how COPY gets at the files. */
export interface WarehousePlace {
  readonly schema: string;
  readonly bucket: string;
  /** The role that COPY reads the bucket with, attached to the cluster or the namespace. */
  readonly copyRole: string;
  /** How long an event that comes again is known again. */
  readonly horizonDays: number;
}

/**
 * A name in SQL, always quoted: columns may be called `user` or `timestamp`. What is no plain name never gets so far;
 * here it is stopped all the same, since a batch of statements takes no parameters.
 */
export function quoteName(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,79}$/.test(name))
    throw new LoadError('InputRefused', `no name for SQL: ${name.slice(0, 80)}`);
  return `"${name}"`;
}

/** Of a schema that can be created, or is there (`public`): those of the system begin with pg_ (Redshift, PostgreSQL). */
export const schemaName = /^(?!pg_)[a-z][a-z0-9_]{0,62}$/;

/** A text in SQL out of what we made ourselves: keys, hashes, ARNs. */
export function quoteText(text: string): string {
  if (!/^[A-Za-z0-9_./:@+=,-]*$/.test(text))
    throw new LoadError('InputRefused', `no text for SQL: ${text.slice(0, 80)}`);
  return `'${text}'`;
}

export const tableNames = (schema: string, table: string) => ({
  target: `${quoteName(schema)}.${quoteName(table)}`,
  stage: `${quoteName(schema)}.${quoteName(`${table}_stage`)}`,
  conflicts: `${quoteName(schema)}.${quoteName(`${table}_conflicts`)}`,
  /** Of its own for each table: loads of two tables never touch the same one. */
  ledger: `${quoteName(schema)}.${quoteName(`${table}_loads`)}`,
});
