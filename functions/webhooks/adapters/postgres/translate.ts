/** A statement of Redshift, as PostgreSQL runs it. COPY reads from the store and is done by the caller. */
export type Translation =
  | { readonly kind: 'sql'; readonly sql: string }
  | { readonly kind: 'copy'; readonly table: string; readonly columns: string; readonly url: string };

const copy = /^COPY (\S+) \(([^)]*)\) FROM '([^']*)' IAM_ROLE '[^']*' MANIFEST GZIP FORMAT JSON 'auto'/;

export function toPostgres(statement: string): Translation {
  const [, table, columns = '', url = ''] = copy.exec(statement) ?? [];
  if (table !== undefined) return { kind: 'copy', table, columns, url };
  const sql = statement
    // What a stage holds is of one transaction: after a crash there is nothing in it to be missed.
    .replace(/^CREATE TABLE (?=IF NOT EXISTS \S+_stage" )/, 'CREATE UNLOGGED TABLE ')
    // Here it is part of the transaction, as it is not in Redshift, and leaves no dead rows behind.
    .replace(/^DELETE FROM (?=\S+_stage"$)/, 'TRUNCATE ')
    .replace(' FROM SVV_COLUMNS ', ' FROM information_schema.columns ')
    .replaceAll('GETDATE()', "(now() AT TIME ZONE 'UTC')")
    .replaceAll(' COLLATE CASE_SENSITIVE', '')
    .replace(/ DISTSTYLE (ALL|KEY)/g, '')
    .replace(/ (DISTKEY|SORTKEY) \([^)]*\)/g, '')
    .replace(/^(ALTER TABLE \S+ ADD COLUMN) /, '$1 IF NOT EXISTS ')
    .replace(/ SUPER(?=[,) ]|$)/g, ' JSON');
  return { kind: 'sql', sql };
}
