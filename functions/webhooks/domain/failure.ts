/**
 * Whose fault it is that a load failed, by what the warehouse says: the data's (the batch is taken apart until the bad
 * rows stand alone), a passing one (another attempt), or a person's (a table that is missing, a role that may not).
 *
 * What is not recognized is a person's: to take a batch apart for a missing permission would put every event aside.
 */
export type LoadFault = 'data' | 'passing' | 'operator';

// Of Redshift (COPY and its load errors; database developer guide, "Load error reference") and of PostgreSQL.
const data = [
  /load into table .* failed/i,
  /invalid input syntax/i,
  /invalid (digit|timestamp|date|json|boolean|byte sequence)/i,
  /value too long|exceeds (ddl|column|the maximum) length/i,
  /numeric (field )?overflow|out of range/i,
  /malformed|not valid json|unsupported unicode escape/i,
  /missing newline|extra column|delimiter not found/i,
  /cannot (load|insert) a? ?null|null value in column/i,
  /jsonpath|json parse error|\bsuper\b/i,
  /gzip|inflate|incorrect header check/i,
];
/** Where the warehouse says to look. */
const loadErrors = /stl_load_errors|sys_load_error_detail/i;
const operator = [
  /permission denied|access ?denied|not authorized|does not exist|s3serviceexception/i,
  /disk full|quota/i,
];
const passing = [
  /serializable isolation|1023|could not serialize|deadlock|concurrent|lock (conflict|timeout)|conflicting lock/i,
  /cancel|abort|timeout|timed out/i,
  /connection|terminat|restart|shut(ting)? ?down|unavailable|resum|maintenance/i,
  /out of memory|too many/i,
];

/** S3 is busy, and says so to COPY (Amazon S3 API reference, "Error responses"): it may not, and then it may again. */
const busy = /slow ?down|internal ?error|service ?unavailable|request ?timeout|status:? ?50[0234]/i;

/** Another load has had it: the batch is looked at again before the next attempt. */
const gone = /nosuchkey|specified key does not exist|mandatory url/i;

/** Names and values that the warehouse quotes: a table may be called `quota_alerts`, and a value say anything. */
const quoted = /(?<=^|[\s(:])(?:'[^']*'|"[^"]*")(?=$|[\s).,:;])/g;

export function faultOf(error: string): LoadFault {
  const said = error.replace(quoted, "''");
  if (gone.test(said)) return 'passing';
  if (/s3/i.test(said) && busy.test(said)) return 'passing';
  if (operator.some((one) => one.test(said))) return 'operator';
  // With them: it is by what it quotes (`stl_load_errors`) that one is known.
  if (data.some((one) => one.test(said)) || loadErrors.test(error)) return 'data';
  return passing.some((one) => one.test(said)) ? 'passing' : 'operator';
}

export type Confirmation =
  | { readonly verdict: 'loaded'; readonly reason: string }
  | { readonly verdict: 'refused'; readonly reason: string }
  | { readonly verdict: 'again'; readonly reason: string }
  | { readonly verdict: 'fail'; readonly reason: string };

/** After so many attempts in a row a passing fault is one that a person has to look at. */
export const mostAttempts = 5;

/**
 * What became of a load. Only the ledger says that it is in; that a statement failed, or is not known, or never gave an
 * answer, says nothing where the ledger has the batch.
 *
 * @param redriven an operator has redriven the execution since this attempt was submitted.
 */
export function decideConfirmation(
  inLedger: boolean,
  statement: { readonly state: 'finished' | 'unknown' } | { readonly state: 'failed'; readonly error: string },
  { attempt, redriven }: { readonly attempt: number; readonly redriven: boolean },
): Confirmation {
  if (inLedger) return { verdict: 'loaded', reason: 'the ledger has the batch' };
  if (redriven) return { verdict: 'again', reason: 'the ledger has nothing of it, and the execution was redriven' };
  const fault = statement.state === 'failed' ? faultOf(statement.error) : 'passing';
  const says = statement.state === 'failed' ? statement.error : `the statement is ${statement.state}`;
  if (fault === 'data') return { verdict: 'refused', reason: says };
  if (fault === 'passing' && attempt < mostAttempts) return { verdict: 'again', reason: says };
  return { verdict: 'fail', reason: says };
}
