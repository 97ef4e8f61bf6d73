import { utf8Length } from '../json/write';
import { event } from './load';

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
  // A table with a SUPER column is on no such side of a join.
  'RIGHT',
  'FULL',
];

/** Functions that Redshift has on its compute nodes, and that we use. */
const functions = ['ROW_NUMBER', 'COUNT', 'GETDATE'];
/** What takes brackets and is no function. */
const bracketed = ['VARCHAR', 'CHAR', 'DECIMAL', 'DISTKEY', 'SORTKEY', 'OVER', 'EXISTS', 'FROM', 'JOIN', 'AND'];

/**
 * What a COPY of JSON says after its role. Redshift does not take CSV, DELIMITER, ESCAPE, FILLRECORD, FIXEDWIDTH,
 * IGNOREBLANKLINES, NULL AS, READRATIO nor REMOVEQUOTES with JSON ("Data format parameters"); and what would change values on their way
 * is none of ours: ACCEPTINVCHARS, BLANKSASNULL, EMPTYASNULL, MAXERROR, ROUNDEC, TRIMBLANKS, TRUNCATECOLUMNS.
 */
const copyOptions = ['MANIFEST', 'GZIP', "FORMAT JSON 'auto'", "TIMEFORMAT 'auto'", 'COMPUPDATE OFF', 'STATUPDATE OFF'];

/** Types of columns, and the most that stands in their brackets ("Data types"); the length of a name ("Names and identifiers"). */
const types: Readonly<Record<string, readonly number[]>> = {
  ...{ VARCHAR: [65_535], CHAR: [4096], DECIMAL: [38, 37] },
  ...{ BIGINT: [], BOOLEAN: [], TIMESTAMP: [], SUPER: [] },
};
const longestName = 127;

/** Data API limits (Redshift management guide, "Amazon Redshift Data API"). */
export const longestStatement = 100_000;
export const mostStatements = 40;

/** What is wrong with statements for Redshift; nothing for those that it runs. */
export function dialectProblems(statements: readonly string[]): string[] {
  const problems = statements.flatMap((sql, index) => ofStatement(sql).map((one) => `${index + 1}: ${one}`));
  // The first of the others has taken the snapshot, and a lock after it shows nothing of what was written until then.
  statements.forEach((sql, index) => {
    if (index > 0 && sql.startsWith('LOCK ')) problems.push(`${index + 1}: a lock that is not the first statement`);
  });
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
  for (const [, name = ''] of sql.matchAll(/"([^"]*)"/g))
    if (name.length > longestName) problems.push(`a name of more than ${longestName} bytes: ${name.slice(0, 20)}…`);
  return [...problems, ...ofCopy(sql), ...ofSchema(sql), ...ofColumns(sql), ...ofCollation(sql)];
}

function ofCopy(sql: string): string[] {
  if (!sql.startsWith('COPY ')) return [];
  const [, said] = /^COPY \S+ \([^)]*\) FROM 's3:\/\/[^']+' IAM_ROLE '[^']+' (.*)$/.exec(sql) ?? [];
  if (said === undefined) return ['a COPY names its columns, a file in S3 and a role'];
  let rest = said;
  for (const option of copyOptions) {
    if (!` ${rest} `.includes(` ${option} `)) return [`a COPY without ${option}`];
    rest = ` ${rest} `.replace(` ${option} `, ' ').trim();
  }
  return rest === '' ? [] : [`no option of a COPY of JSON that loads values as they are: ${rest}`];
}

/** One that is there already, and those of the system ("CREATE SCHEMA"). */
function ofSchema(sql: string): string[] {
  const [, name = ''] = /^CREATE SCHEMA IF NOT EXISTS "([^"]*)"/.exec(sql) ?? [];
  return name === 'public' || name.startsWith('pg_') ? [`no schema can be created as ${name}`] : [];
}

/** The columns that a statement creates or adds. */
function ofColumns(sql: string): string[] {
  if (!/^(CREATE|ALTER) TABLE /.test(sql)) return [];
  const problems: string[] = [];
  const given = new Map<string, string>();
  for (const [, name = '', type = '', sizes = ''] of sql.matchAll(/"([^"]*)" ([A-Z]+)(?:\(([\d, ]*)\))?/g)) {
    if (type === 'ADD') continue;
    given.set(name, type);
    const most = types[type];
    if (most === undefined) problems.push(`no type of Redshift that we use: ${type}`);
    else if (sizes.split(', ').some((size, index) => Number(size) > (most[index] ?? 0)))
      problems.push(`${type} takes no ${sizes}`);
  }
  for (const [, key = '', name = ''] of sql.matchAll(/(DISTKEY|SORTKEY) \("([^"]*)"\)/g))
    if (given.get(name) === 'SUPER') problems.push(`no SUPER as ${key}`);
  return problems;
}

/** Of what tells events apart: in a database of another collation `A` would be `a`. */
function ofCollation(sql: string): string[] {
  if (!sql.startsWith('CREATE TABLE ')) return [];
  return event
    .filter((name) => new RegExp(`"${name}" (?!VARCHAR\\(\\d+\\) COLLATE CASE_SENSITIVE)[A-Z]`).test(sql))
    .map((name) => `${name} without COLLATE CASE_SENSITIVE`);
}
