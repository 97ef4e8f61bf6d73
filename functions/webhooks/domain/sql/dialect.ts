import { utf8Length } from '../json/write';

/** What may begin a statement of a load, or of the schema. */
const beginnings = [
  /^LOCK TABLE \S+$/,
  /^DELETE FROM \S+$/,
  /^COPY \S+ \(/,
  /^INSERT INTO \S+ \(/,
  /^SELECT /,
  /^CREATE SCHEMA IF NOT EXISTS \S+$/,
  /^CREATE TABLE IF NOT EXISTS \S+ \(/,
  /^ALTER TABLE \S+ ADD COLUMN \S+ /,
];

/** Words that PostgreSQL has and Redshift lacks, or that end a transaction there. */
const forbidden = [
  'CONFLICT',
  'RETURNING',
  'LATERAL',
  'SERIAL',
  'BIGSERIAL',
  'JSON_TABLE',
  'JSONB',
  'BYTEA',
  'UUID',
  'INDEX',
  'TRUNCATE',
  'MATERIALIZED',
  'FILTER',
  'DOMAIN',
  'TRIGGER',
  'EXCLUDE',
  'UNIQUE',
  'PRIMARY',
  'REFERENCES',
  'GENERATED',
  'COMMIT',
  'ROLLBACK',
  'BEGIN',
  'END',
  'MERGE',
  'DROP',
  'UPDATE',
  'VACUUM',
  'NOTIFY',
  'RECURSIVE',
];

/** Functions that Redshift has on its compute nodes, and that we use. */
const functions = ['ROW_NUMBER', 'COUNT', 'GETDATE'];
/** What takes brackets and is no function. */
const bracketed = ['VARCHAR', 'CHAR', 'DECIMAL', 'DISTKEY', 'SORTKEY', 'OVER', 'EXISTS', 'FROM', 'JOIN', 'AND'];

/** Data API limits (Redshift management guide, "Amazon Redshift Data API"). */
export const longestStatement = 100_000;
export const mostStatements = 40;

/** What is wrong with statements for Redshift; nothing for those that it runs. */
export function dialectProblems(statements: readonly string[]): string[] {
  const problems = statements.flatMap((sql, index) => ofStatement(sql).map((one) => `${index + 1}: ${one}`));
  if (statements.length > mostStatements)
    problems.push(`${statements.length} statements, a batch takes ${mostStatements}`);
  return problems;
}

function ofStatement(sql: string): string[] {
  const problems: string[] = [];
  if (utf8Length(sql) > longestStatement) problems.push(`longer than ${longestStatement} bytes`);
  if (!beginnings.some((one) => one.test(sql))) problems.push(`may not begin so: ${sql.slice(0, 40)}`);
  const code = sql.replace(/'[^']*'/g, "''").replace(/"[a-z_][a-z0-9_]*"/g, '""');
  if (/['"]/.test(code.replaceAll("''", '').replaceAll('""', ''))) problems.push('a quote that does not end');
  for (const [word] of code.matchAll(/[A-Za-z_]+/g)) {
    if (forbidden.includes(word.toUpperCase())) problems.push(`Redshift lacks it, or it ends the transaction: ${word}`);
  }
  for (const [, name = ''] of code.matchAll(/\b([A-Za-z_]+)\s*\(/g)) {
    if (![...functions, ...bracketed].includes(name.toUpperCase()))
      problems.push(`no function that may be used: ${name}`);
  }
  for (const [symbol] of code.matchAll(/::|->>?|#>>?|@>|<@|\?\||;|\$\d|--|\/\*|~\*?/g))
    problems.push(`no ${symbol} here`);
  return problems;
}
