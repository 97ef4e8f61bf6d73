import type { AuditRecord, ConnectionRecord } from '../contracts/records';
import { usualThresholds, type Thresholds } from '../contracts/rules';
import type { Finding } from '../contracts/finding';
import { draftOf, put, stateOf, type DetectorState, type Draft } from './detector-state';
import { isIn, isPublic } from './networks';
import { redacted } from './redact';
import { statementFinding } from './statements';
import { userFindings } from './user-rules';
import { counted, countIn } from './window';

export { draftOf, stateOf, type DetectorState, type Draft } from './detector-state';

/** Where records come from. */
export interface Source {
  readonly cluster: string;
  /** `s3://bucket/key`, or a path. */
  readonly object: string;
}

/**
 * What the rules find in records, and what they remember then. The same records in the same order give the same.
 */
export function detectAll(
  before: DetectorState | undefined,
  records: readonly AuditRecord[],
  source: Source,
  thresholds: Thresholds = usualThresholds,
): { readonly state: DetectorState; readonly findings: readonly Finding[] } {
  const draft = draftOf(before);
  const findings = records.flatMap((record) => detect(draft, record, source, thresholds));
  return { state: stateOf(draft), findings };
}

/**
 * What the rules find in one more record; the draft remembers it. A record that may be written by somebody else is told
 * of as that, and never taken for what it says.
 */
export function detect(
  draft: Draft,
  record: AuditRecord,
  source: Source,
  thresholds: Thresholds = usualThresholds,
): Finding[] {
  switch (record.log) {
    case 'malformed':
      return [];
    case 'userlog':
      return userFindings(draft, record, source, thresholds);
    case 'useractivitylog': {
      const found = statementFinding(draft, record, source, thresholds);
      return found === undefined ? [] : [found];
    }
    case 'connectionlog':
      return record.doubt === undefined ? ofConnection(draft, record, source, thresholds) : [forged(record, source)];
  }
}

function ofConnection(draft: Draft, record: ConnectionRecord, source: Source, thresholds: Thresholds): Finding[] {
  switch (record.event) {
    case 'authentication failure':
      return failed(draft, record, source, thresholds);
    case 'authenticated':
      return succeeded(draft, record, source, thresholds);
    case 'initiating session': {
      const { user, host, application, at } = record;
      put(draft.sessions, `${source.cluster}/${record.pid}`, { user, host, application, at });
      return [];
    }
    default:
      return [];
  }
}

/** The machine itself is no address that anybody could be told to block. */
function hasAddress({ host }: ConnectionRecord): boolean {
  return host !== '' && host !== '[local]';
}

function failed(draft: Draft, record: ConnectionRecord, source: Source, thresholds: Thresholds): Finding[] {
  if (thresholds.ignoredUsers.includes(record.user) && !hasAddress(record)) return [];
  const { windowMinutes: minutes, failures, users } = thresholds;
  const [ipKey, userKey] = keysOf(record, source);
  const byUser = counted(draft.failures.get(userKey), record.at, minutes);
  const byIp = hasAddress(record) ? counted(draft.failures.get(ipKey), record.at, minutes) : undefined;
  const names = hasAddress(record) ? usersOf(draft, ipKey, record, minutes) : {};
  put(draft.failures, userKey, byUser);
  if (byIp !== undefined) {
    put(draft.failures, ipKey, byIp);
    put(draft.users, ipKey, names);
  }
  const [ofIp, ofUser] = [countIn(byIp, record.at, minutes), countIn(byUser, record.at, minutes)];
  const make = maker(record, source);
  const from = hasAddress(record) ? ` from ${record.host}` : '';
  const isOutside =
    isPublic(record.host) && thresholds.allowedNetworks.length > 0 && !isIn(record.host, thresholds.allowedNetworks);
  const tried = Object.keys(names).length;
  return [
    make('AUTH-FAIL', `${record.user}@${record.host}`, 1, `login as ${record.user} failed${from} (${record.method})`),
    ...(isOutside
      ? [make('AUTH-EXTERNAL', record.host, 1, `login as ${record.user} failed${from}, which is outside`)]
      : []),
    ...(ofIp >= failures
      ? [make('AUTH-BRUTE-IP', record.host, ofIp, `${ofIp} logins${from} failed in ${minutes} min`)]
      : []),
    ...(ofUser >= failures
      ? [make('AUTH-BRUTE-USER', record.user, ofUser, `${ofUser} logins as ${record.user} failed in ${minutes} min`)]
      : []),
    ...(tried >= users
      ? [make('AUTH-SPRAY', record.host, tried, `logins as ${tried} users or more failed${from} in ${minutes} min`)]
      : []),
  ];
}

function succeeded(draft: Draft, record: ConnectionRecord, source: Source, thresholds: Thresholds): Finding[] {
  const [ipKey, userKey] = keysOf(record, source);
  const minutes = thresholds.successMinutes;
  const before = Math.max(
    hasAddress(record) ? countIn(draft.failures.get(ipKey), record.at, minutes) : 0,
    countIn(draft.failures.get(userKey), record.at, minutes),
  );
  if (before < thresholds.failures) return [];
  const summary = `login as ${record.user} from ${record.host} succeeded after ${before} failures within ${minutes} min`;
  return [maker(record, source)('AUTH-BRUTE-OK', `${record.user}@${record.host}`, before, summary)];
}

function keysOf({ host, user }: ConnectionRecord, { cluster }: Source): [string, string] {
  return [`${cluster}/ip/${host}`, `${cluster}/user/${user}`];
}

const mostUsers = 100;

/** The users that were tried from an address lately, and when last. */
function usersOf(
  { users }: Draft,
  key: string,
  { user, at }: ConnectionRecord,
  minutes: number,
): Readonly<Record<string, number>> {
  const kept = Object.entries(users.get(key) ?? {}).filter(([, last]) => last > at - minutes * 60_000);
  const others = kept.slice(-mostUsers).filter(([name]) => name !== user);
  return Object.fromEntries([...others, [user, at]]);
}

function maker({ at, line, raw, host }: ConnectionRecord, { cluster, object }: Source) {
  return (rule: Finding['rule'], entity: string, count: number, summary: string): Finding => ({
    rule,
    cluster,
    entity,
    count,
    firstAt: at,
    lastAt: at,
    summary,
    ...(host !== '' && { from: host }),
    evidence: { object, line, raw: redacted(raw) },
  });
}

/** What the server itself writes of a line that is in doubt; its name is left out: it may be anybody's. */
function forged(record: ConnectionRecord, source: Source): Finding {
  const { doubt = '', pid } = record;
  return maker(record, source)('LOG-FORGED', String(pid), 1, `a line (${record.event}, pid ${pid}): ${doubt}`);
}
