import type { Observation } from '../../../shared/incidents/book';
import type { Severity } from '../../../shared/notify/letter';
import { withoutSecrets } from '../../../shared/notify/redact';
import { copyOf } from '../logs/lines';
import type { Item } from '../logs/records';

/** A rule's word: how bad it is, when it is told, what to do. */
interface Rule {
  readonly severity: Severity;
  readonly tell: 'at-once' | 'digest';
  readonly next: string;
}

const rule = (severity: Severity, tell: Rule['tell'], next: string): Rule => ({ severity, tell, next });

export const rules = {
  'AUTH-FAIL': rule('low', 'digest', 'Nothing, unless it goes on.'),
  'AUTH-BRUTE-IP': rule('high', 'at-once', 'Close the security group to this address; see whether a login succeeded.'),
  'AUTH-BRUTE-USER': rule('high', 'at-once', 'Ask the user; change the password or disable it.'),
  'AUTH-SPRAY': rule('high', 'at-once', 'Close the security group to this address; look for a success from it.'),
  'AUTH-BRUTE-OK': rule(
    'critical',
    'at-once',
    'Treat the account as taken: end its sessions, change its password, read what it did.',
  ),
  'AUTH-EXTERNAL': rule('medium', 'digest', 'The cluster is reachable from there: is it to be?'),
  'USER-CREATE': rule('medium', 'at-once', 'Ask who did it whether it was meant.'),
  'USER-DROP': rule('medium', 'at-once', 'Ask who did it whether it was meant.'),
  'USER-RENAME': rule('medium', 'at-once', 'Ask who did it whether it was meant.'),
  'USER-ALTER': rule('medium', 'at-once', 'Ask who did it whether it was meant.'),
  'USER-SUPER': rule(
    'critical',
    'at-once',
    'If it was not meant: ALTER USER … NOCREATEUSER, and read what the account did.',
  ),
  'USER-SHORT': rule('high', 'at-once', 'Accounts that live for hours are made to hide: read what it did.'),
  'USER-EXPIRY': rule('low', 'digest', 'A password that never ends: is it to be?'),
  'DDL-GRANT': rule('medium', 'digest', 'Ask who did it whether it was meant.'),
  'LOG-SUSPICIOUS': rule(
    'medium',
    'at-once',
    'A name or statement is made so that it is read as lines of a log: find out who connects from there.',
  ),
  'LOG-DAMAGED': rule('high', 'at-once', 'Look at the object; what could not be read is not audited.'),
  'LOG-SILENCE': rule('high', 'at-once', 'Is audit logging on, and may Redshift write to the bucket?'),
  'LOG-CLOCK': rule('low', 'digest', 'The time of these events is far from that of the file: do not rely on it.'),
} as const satisfies Record<string, Rule>;
export type RuleId = keyof typeof rules;

/** A line that shows it, with nothing that keeps more of the file. */
export interface Evidence {
  /** Object or file that it stands in. */
  readonly object: string;
  readonly line: number;
  readonly raw: string;
  /** Who, by what: `user joe, psql`. */
  readonly who: string;
}

export function evidenceOf(object: string, item: Item): Evidence {
  return { object, line: item.line, raw: copyOf(item.raw.slice(0, longestRaw)), who: copyOf(whoIn(item)) };
}

const longestRaw = 4000;

function whoIn(item: Item): string {
  if (item.kind !== 'record' || item.record.log !== 'connectionlog') return 'see the line';
  if (item.trust !== 'all') return 'see the line';
  const { user, application, driver } = item.record;
  return [`user ${user}`, application, driver].filter((text) => text !== '').join(', ');
}

export interface Found {
  readonly rule: RuleId;
  readonly cluster: string;
  /** Who or what the incident is about. */
  readonly entity: string;
  readonly title: string;
  readonly facts: Observation['facts'];
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly evidence?: Evidence;
}

const mostOfRule = 300;

/** Findings of one file, those of an incident together. Of a rule at most 300 incidents; the others are counted in one. */
export class Findings {
  readonly #all = new Map<string, Found>();
  readonly #perRule = new Map<RuleId, number>();

  add(given: Found): void {
    if (given.count <= 0) return;
    const found = detached(given);
    const own = `${found.rule}|${found.cluster}|${found.entity.slice(0, 200)}`;
    const many = !this.#all.has(own) && (this.#perRule.get(found.rule) ?? 0) >= mostOfRule;
    const key = many ? `${found.rule}|${found.cluster}|others` : own;
    const known = this.#all.get(key);
    if (known === undefined) {
      this.#perRule.set(found.rule, (this.#perRule.get(found.rule) ?? 0) + 1);
      this.#all.set(key, found);
      return;
    }
    const newest = found.lastAt >= known.lastAt ? found : known;
    this.#all.set(key, {
      ...newest,
      count: known.count + found.count,
      firstAt: Math.min(known.firstAt, found.firstAt),
      lastAt: Math.max(known.lastAt, found.lastAt),
    });
  }

  all(): Observation[] {
    return [...this.#all].map(([key, found]) => ({ ...observation(found), key }));
  }
}

/** What is kept of a line must not keep the block that it was read in. */
function detached(found: Found): Found {
  return {
    ...found,
    entity: copyOf(found.entity),
    title: copyOf(found.title.slice(0, 2000)),
    facts: found.facts.map(([label, value]) => [label, copyOf(value.slice(0, longestRaw))] as const),
  };
}

/** Secrets are taken out here: nothing that is kept, logged or sent has them. */
function observation(found: Found): Omit<Observation, 'key'> {
  const { rule: id, title, cluster, facts, count, firstAt, lastAt, evidence } = found;
  const proof: [string, string][] =
    evidence === undefined
      ? []
      : [
          ['object', `${evidence.object} line ${evidence.line}`],
          ['line', evidence.raw],
        ];
  const all: [string, string][] = [
    ['rule', id],
    ['cluster', cluster],
    ...facts.map(([label, value]): [string, string] => [label, value]),
    ...proof,
  ];
  return {
    ...rules[id],
    title: withoutSecrets(title).slice(0, 300),
    facts: all.map(([label, value]): [string, string] => [label, withoutSecrets(value).slice(0, 1500)]),
    count,
    firstAt,
    lastAt,
  };
}
