import type { IncidentObservation } from '../../../shared/incidents/book';
import type { Severity } from '../../../shared/notify/letter';
import { withoutSecrets } from '../../../shared/notify/redact';
import { copyOf } from '../logs/lines';
import type { LogItem } from '../logs/records';
import { shownLine } from '../logs/sql-shown';

/** A rule's finding: how bad it is, when it is reported, what to do. */
interface Rule {
  readonly severity: Severity;
  readonly tell: 'at-once' | 'digest';
  readonly next: string;
}

const rule = (severity: Severity, tell: Rule['tell'], next: string): Rule => ({ severity, tell, next });

export const rules = {
  'AUTH-FAIL': rule('low', 'digest', 'Nothing, unless it continues.'),
  'AUTH-BRUTE-IP': rule(
    'high',
    'at-once',
    'Block this address in the security group; check whether a login succeeded.',
  ),
  'AUTH-BRUTE-USER': rule('high', 'at-once', 'Ask the user; change the password, or disable the account.'),
  'AUTH-SPRAY': rule(
    'high',
    'at-once',
    'Block this address in the security group; check for a successful login from it.',
  ),
  'AUTH-BRUTE-OK': rule(
    'critical',
    'at-once',
    'Treat the account as compromised: end its sessions, change its password, read what it did.',
  ),
  'AUTH-EXTERNAL': rule(
    'medium',
    'digest',
    'The cluster is reachable from this address: check whether that is intended.',
  ),
  'USER-CREATE': rule('medium', 'at-once', 'Ask the person who did it whether it was intended.'),
  'USER-DROP': rule('medium', 'at-once', 'Ask the person who did it whether it was intended.'),
  'USER-RENAME': rule('medium', 'at-once', 'Ask the person who did it whether it was intended.'),
  'USER-ALTER': rule('medium', 'at-once', 'Ask the person who did it whether it was intended.'),
  'USER-SUPER': rule(
    'critical',
    'at-once',
    'If it was not intended: ALTER USER … NOCREATEUSER, and read what the account did.',
  ),
  'USER-SHORT': rule('high', 'at-once', 'An account that exists only for hours can hide an attack: read what it did.'),
  'USER-EXPIRY': rule('low', 'digest', 'The password does not expire: check whether that is intended.'),
  'DDL-GRANT': rule('medium', 'digest', 'Ask the person who did it whether it was intended.'),
  'LOG-SUSPICIOUS': rule(
    'medium',
    'at-once',
    'Read this line and the five behind it in the object itself, unpacked. A name or statement imitates lines of a log there: believe no name, only the address of the first. Find out which client it is.',
  ),
  'LOG-DAMAGED': rule('high', 'at-once', 'Check the object: the part that could not be read is not audited.'),
  'LOG-SILENCE': rule('high', 'at-once', 'Check that audit logging is on, and that Redshift may write to the bucket.'),
  'LOG-CLOCK': rule('low', 'digest', 'The time of these events is far from the time of the file: do not rely on it.'),
} as const satisfies Record<string, Rule>;
export type RuleId = keyof typeof rules;

/** A line that shows it, with nothing that keeps more of the file. */
export interface Evidence {
  /** Object or file that it stands in. */
  readonly object: string;
  readonly line: number;
  readonly raw: string;
  /** Whether the names in it can be believed. */
  readonly named: boolean;
}

export function evidenceOf(object: string, item: LogItem): Evidence {
  const named = item.kind === 'record' && item.record.log === 'connectionlog' && item.trust === 'all';
  const isStatement = item.kind === 'record' && item.record.log === 'useractivitylog';
  const raw = isStatement ? shownLine(item.raw, item.trust === 'none') : item.raw;
  return { object, line: item.line, raw: copyOf(raw.slice(0, longestRaw)), named };
}

const longestRaw = 4000;

/** Who, by what: `user joe, psql`. */
export function whoIn(evidence: Evidence | undefined): string {
  if (evidence?.named !== true) return 'see the line';
  const cells = evidence.raw.split('|').map((cell) => cell.trim());
  return [`user ${cells[6] ?? ''}`, cells[15] ?? '', cells[17] ?? ''].filter((text) => text !== '').join(', ');
}

export interface Details {
  readonly title: string;
  readonly facts: IncidentObservation['facts'];
}

/** Details with nothing that keeps the lines they are from; of those that come often, only the last are ever asked for. */
export function detailsOf(title: string, facts: IncidentObservation['facts']): () => Details {
  const details = {
    title: copyOf(title.slice(0, 2000)),
    facts: facts.map(([label, value]) => [label, copyOf(value.slice(0, longestRaw))] as const),
  };
  return () => details;
}

export interface RuleFinding {
  readonly rule: RuleId;
  readonly cluster: string;
  /** Who or what the incident is about. */
  readonly entity: string;
  readonly details: () => Details;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Not all could be counted. */
  readonly atLeast?: true;
  readonly evidence?: Evidence;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const mostOfRule = 300;
const longestEntity = 200;
/** No client has this name: a line is cut at its newlines. */
const others = '\nothers';

/** Findings of one file, those of an incident together. Of a rule at most 300 incidents; the others are counted in one. */
export class Findings {
  readonly #place: string;
  /** By rule, then by entity: a key of both would be made again for each failed login. */
  readonly #all = new Map<RuleId, Map<string, Mutable<RuleFinding>>>();
  /** In the order in which they came. */
  readonly #inOrder: { readonly key: string; readonly found: Mutable<RuleFinding> }[] = [];

  /** @param place which cluster they are of, as the keys of incidents have it. */
  constructor(place: string) {
    this.#place = place;
  }

  /** With the count 0 it tells more of what has been counted, and of nothing else. */
  add(found: RuleFinding): void {
    const ofRule = this.#ofRule(found.rule);
    const entity = found.entity.length > longestEntity ? found.entity.slice(0, longestEntity) : found.entity;
    const own = ofRule.get(entity);
    const known = own ?? (ofRule.size >= mostOfRule ? ofRule.get(others) : undefined);
    if (found.count <= 0 && own === undefined) return;
    if (known === undefined) {
      const name = ofRule.size >= mostOfRule ? others : copyOf(entity);
      const first = { ...found, entity: name };
      ofRule.set(name, first);
      this.#inOrder.push({ key: copyOf(`${found.rule}|${this.#place}|${name}`), found: first });
      return;
    }
    known.count += found.count;
    if (found.atLeast) known.atLeast = true;
    known.firstAt = Math.min(known.firstAt, found.firstAt);
    if (found.lastAt < known.lastAt) return;
    known.lastAt = found.lastAt;
    known.details = found.details;
    if (found.evidence !== undefined) known.evidence = found.evidence;
  }

  #ofRule(rule: RuleId): Map<string, Mutable<RuleFinding>> {
    const known = this.#all.get(rule);
    if (known !== undefined) return known;
    const none = new Map<string, Mutable<RuleFinding>>();
    this.#all.set(rule, none);
    return none;
  }

  all(): IncidentObservation[] {
    return this.#inOrder.map(({ key, found }) => ({ ...observation(found, this.#place), key }));
  }
}

/** The count is of many incidents, so the title does not name the latest one alone. */
function amongOthers({ rule: id, details }: RuleFinding): Details {
  const { title, facts } = details();
  return {
    title: `${id}: all incidents beyond the first ${mostOfRule}, counted together`,
    facts: [['the latest of them', title], ...facts],
  };
}

/** Letters show 300 characters of a fact. A prefix can have 512, and which file it is stands at the end. */
export function objectShown(object: string): string {
  return object.length <= 280 ? object : `${object.slice(0, 80)}…${object.slice(-180)}`;
}

/** Removes secrets: nothing that is stored, logged or sent contains them. */
function observation(found: RuleFinding, place: string): Omit<IncidentObservation, 'key'> {
  const { rule: id, cluster, count, firstAt, lastAt, atLeast, evidence } = found;
  const { title, facts } = found.entity === others ? amongOthers(found) : found.details();
  const proof: [string, string][] =
    evidence === undefined
      ? []
      : [
          ['object', objectShown(evidence.object)],
          ['line number', String(evidence.line)],
          ['line', evidence.raw],
        ];
  const all: [string, string][] = [
    ['rule', id],
    ['cluster', cluster],
    ...(place === cluster ? [] : [['region, account', place.slice(cluster.length + 1)] as [string, string]]),
    ...facts.map(([label, value]): [string, string] => [label, value]),
    ...proof,
  ];
  return {
    ...rules[id],
    where: cluster,
    title: withoutSecrets(title).slice(0, 300),
    facts: all.map(([label, value]): [string, string] => [label, withoutSecrets(value).slice(0, 1500)]),
    count,
    firstAt,
    lastAt,
    ...(atLeast && { atLeast }),
  };
}
