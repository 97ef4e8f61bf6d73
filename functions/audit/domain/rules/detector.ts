import type { IncidentObservation } from '../../../shared/incidents/book';
import { momentText } from '../../../shared/notify/moment-text';
import { copyOf } from '../logs/lines';
import type { LogItem } from '../logs/records';
import { Accounts } from './accounts';
import { detailsOf, evidenceOf, Findings, type RuleId } from './findings';
import { normalHost } from './hosts';
import { Logins } from './logins';
import type { RuleOptions } from './options';
import { forget, isFull, slack } from './forgetting';
import { bucketOf, coarsen, flat, type DetectorState, type UserFailures } from './state';
import { Statements } from './statements';
import { Trackers } from './trackers';

/** Where the items are from. */
export interface LogOrigin {
  readonly cluster: string;
  /** Which cluster of that name. Default: the name alone. @see logs/source `clusterKey` */
  readonly place?: string;
  /** `s3://bucket/key` or a file. */
  readonly object: string;
  /** When it is read, ms: events far from it are flagged. */
  readonly at: number;
}

export interface DetectionResult {
  readonly state: DetectorState;
  readonly observations: readonly IncidentObservation[];
}

/** Looks at items as they come; what it was given is not changed. `finish` once. */
export interface Detection {
  see(item: LogItem): void;
  finish(): DetectionResult;
}

const hour = 3_600_000;

/** @param state what is remembered of the cluster. */
export function detection(options: RuleOptions, state: DetectorState, read: LogOrigin): Detection {
  const next = inTodaysForm(structuredClone(state));
  const findings = new Findings(read.place ?? read.cluster);
  const bucketMs = bucketOf(Math.max(options.bruteForce.minutes, options.success.minutes) * 60_000);
  const trackers = new Trackers(next, options);
  const { cluster, object } = read;
  const logins = new Logins({ options, cluster, object, state: next, trackers, findings });
  const accounts = new Accounts(options, cluster, trackers, findings);
  const statements = new Statements(options, read.cluster, next, findings);
  let seen = 0;
  // Lines that begin as nothing: counted alone, for there can be millions.
  let strange: LogItem | undefined;
  let strangers = 0;
  const doubt = (item: LogItem, why: string, at: number, more: Attribution = {}) =>
    misled(findings, read, item, { why, at, ...more });
  return {
    see(item) {
      seen += 1;
      if (seen % 1000 === 0 && isFull(trackers.sizes)) {
        logins.settle();
        forget(next, slack);
        trackers.refresh();
        logins.refresh();
      }
      if (item.kind === 'malformed' && item.begun === undefined) {
        strange ??= { ...item, raw: copyOf(item.raw.slice(0, 4000)) };
        strangers += 1;
        return;
      }
      if (item.kind === 'malformed') {
        doubt(item, item.reason, item.begun?.at ?? read.at, { host: item.begun && normalHost(item.begun.host) });
        if (item.begun !== undefined) logins.see(item.begun, undefined, item);
        return;
      }
      const { record, trust } = item;
      if (record.at > read.at + hour || record.at < read.at - 400 * 24 * hour) flagClock(findings, read, item);
      if (item.doubt !== undefined)
        doubt(item, item.doubt, record.at, {
          host: blamedFor(item),
        });
      if (trust === 'none') return;
      if (record.log === 'connectionlog') {
        const not = logins.see(record, trust === 'all' ? record : undefined, item);
        if (not !== undefined) doubt(item, not.why, record.at, { host: not.host });
      } else if (record.log === 'userlog') accounts.see(record, trust === 'all', evidenceOf(object, item));
      else statements.see(record, () => evidenceOf(object, item));
    },
    finish() {
      if (strange?.kind === 'malformed') doubt(strange, strange.reason, read.at, { count: strangers });
      logins.finish();
      for (const times of [...Object.values(next.failures), ...Object.values(next.successes)]) coarsen(times, bucketMs);
      forget(next);
      const off = new Set<string>(options.disabled);
      return {
        state: next,
        observations: findings.all().filter(({ key }) => !off.has(key.slice(0, key.indexOf('|')) as RuleId)),
      };
    },
  };
}

/** Early versions kept lists of pairs, and of users no count. */
function inTodaysForm(state: DetectorState): DetectorState {
  for (const all of [state.failures, state.successes])
    for (const [entity, times] of Object.entries(all)) if (Array.isArray(times[0])) all[entity] = flat(times);
  for (const all of Object.values(state.sprays))
    for (const [index, [user, at, count = 1, reported = count]] of (
      all as [string, number, number?, number?][]
    ).entries())
      all[index] = [user, at, count, reported] satisfies UserFailures;
  return state;
}

/** What `state` and findings become by these items. Pure. */
export function detect(
  options: RuleOptions,
  state: DetectorState,
  items: readonly LogItem[],
  read: LogOrigin,
): DetectionResult {
  const one = detection(options, state, read);
  for (const item of items) one.see(item);
  return one.finish();
}

/** Whose address stands before what is not believed, written by the server. */
function blamedFor({ record, trust, writer }: LogItem & { kind: 'record' }): string | undefined {
  if (writer !== undefined) return normalHost(writer);
  return trust === 'server' && record.log === 'connectionlog' ? normalHost(record.host) : undefined;
}

interface Attribution {
  /** Who can be blamed: an address that the server wrote. */
  readonly host?: string | undefined;
  readonly count?: number;
}

function misled(
  findings: Findings,
  { cluster, object }: LogOrigin,
  item: LogItem,
  { why, at, host, count = 1 }: Attribution & { readonly why: string; readonly at: number },
): void {
  findings.add({
    rule: 'LOG-SUSPICIOUS',
    cluster,
    entity: host ?? 'lines',
    details: detailsOf(`Lines that are made to mislead${host === undefined ? '' : `, from ${host}`}`, [['why', why]]),
    count,
    firstAt: at,
    lastAt: at,
    evidence: evidenceOf(object, item),
  });
}

function flagClock(findings: Findings, read: LogOrigin, item: LogItem & { kind: 'record' }): void {
  findings.add({
    rule: 'LOG-CLOCK',
    cluster: read.cluster,
    entity: read.cluster,
    details: detailsOf(`Events of ${read.cluster} whose time is far from now`, [
      ['event time', momentText(item.record.at)],
    ]),
    count: 1,
    firstAt: read.at,
    lastAt: read.at,
    evidence: evidenceOf(read.object, item),
  });
}
