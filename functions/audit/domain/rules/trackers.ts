import { copyOf } from '../logs/lines';
import type { Evidence } from './findings';
import { normalHost } from './hosts';
import type { RuleOptions } from './options';
import { addTime, bucketOf, coarsen, isLong, ofMoment, timesOf, type DetectorState, type Times } from './state';

/** A name in Redshift has 127 bytes; a line that is made to mislead has a million. */
const longestName = 256;

/** Of all together, while a file is read: some 10 MB. Which failures are within a window is told by a few of them. */
const mostMoments = 300_000;

/**
 * The last line of this file that showed it. Of a success only where there were failures; of failures only from so many on
 * as a rule reports, for there can be ten thousands of addresses that come once.
 */
export interface LastEvidence {
  readonly evidence: Evidence | undefined;
  readonly at: number;
}

/** Failures and successes of an address or a user, and the last lines of this file that showed them. */
export interface Tracker {
  readonly kind: 'ip' | 'user';
  /** `ip 198.51.100.7`, `user joe` */
  readonly entity: string;
  /** `198.51.100.7`, `joe` */
  readonly name: string;
  /** Whether it is an address beyond the networks, once that was asked. */
  outside: boolean | undefined;
  /** What the state has, once this file has touched it. */
  failures: Times | undefined;
  successes: Times | undefined;
  failed: LastEvidence | undefined;
  succeeded: LastEvidence | undefined;
  /** Something was noted that has not been reported. */
  isNew: boolean;
  /** It may have been forgotten within this file: what is counted is the least that there was. */
  atLeast: boolean;
}

type Kind = 'failures' | 'successes';

/**
 * The trackers of what a file has touched, found by what stands in the lines: a look-up for each line, and not one in
 * the state for each thing that is counted.
 */
export class Trackers {
  readonly state: DetectorState;
  readonly #users = new Map<string, Tracker>();
  readonly #addresses = new Map<string, Tracker>();
  /** As hosts stand in the lines, which are several ways to write one. */
  readonly #hosts = new Map<string, Tracker>();
  readonly sizes: Record<keyof DetectorState, number>;
  /** Reports what is known of one: some of it is forgotten then. */
  settle: (tracker: Tracker) => void = () => {};
  /** Of many moments, those within so long are kept together. */
  readonly #bucketMs: number;
  readonly #least: number;
  /** Fewer failures no rule reports. */
  readonly #reported: number;
  #hasForgotten = false;
  /** Noted since there was room for all: no more than there are. */
  #moments = 0;

  constructor(state: DetectorState, { bruteForce, success }: Pick<RuleOptions, 'bruteForce' | 'success'>) {
    this.state = state;
    this.#bucketMs = bucketOf(Math.max(bruteForce.minutes, success.minutes) * 60_000);
    this.#least = 2 * Math.max(bruteForce.failures, success.failures);
    this.#reported = Math.min(bruteForce.failures, success.failures);
    this.sizes = sizesOf(state);
  }

  ofHost(written: string): Tracker {
    const host = written.length > longestName ? written.slice(0, longestName) : written;
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const name = copyOf(normalHost(host));
    const tracker = this.#addresses.get(name) ?? trackerOf('ip', name);
    this.#addresses.set(name, tracker);
    this.#hosts.set(copyOf(host), tracker);
    return tracker;
  }

  ofUser(written: string): Tracker {
    const user = written.length > longestName ? written.slice(0, longestName) : written;
    const known = this.#users.get(user);
    if (known !== undefined) return known;
    const tracker = trackerOf('user', copyOf(user));
    this.#users.set(tracker.name, tracker);
    return tracker;
  }

  /** Remembers that it happened. A failure is shown by the last failure, a success by the last success. */
  note(tracker: Tracker, kind: Kind, shown: LastEvidence): void {
    const known = this.timesOf(tracker, kind);
    const times = known ?? this.#begin(kind, tracker, shown.at);
    tracker[kind] = times;
    if (known !== undefined) addTime(times, shown.at);
    tracker.isNew = true;
    if (kind === 'successes') tracker.succeeded = later(tracker.succeeded, shown);
    else tracker.failed = later(tracker.failed, isAtLeast(times, this.#reported) ? shown : unshown(shown.at));
    if (isLong(times)) {
      this.settle(tracker);
      coarsen(times, this.#bucketMs);
    }
    this.#moments += 1;
    if (this.#moments > mostMoments) this.#shrink();
  }

  /** Keeps of each as many moments as there is room for: what is older has been reported. */
  #shrink(): void {
    const all = [...this.#addresses.values(), ...this.#users.values()];
    for (const tracker of all) this.settle(tracker);
    const lists = all.flatMap(({ failures, successes }) => [failures ?? [], successes ?? []]);
    const share = Math.max(this.#least, Math.floor(mostMoments / 2 / (all.length + 1)));
    for (const times of lists) {
      coarsen(times, this.#bucketMs);
      times.splice(0, times.length - share * ofMoment);
    }
    this.#moments = Math.min(
      mostMoments / 2,
      lists.reduce((sum, { length }) => sum + length / ofMoment, 0),
    );
  }

  /** What the state knows, also of other files. */
  timesOf(tracker: Tracker, kind: Kind): Times | undefined {
    const known = tracker[kind];
    if (known !== undefined) return known;
    return Object.hasOwn(this.state[kind], tracker.entity) ? this.state[kind][tracker.entity] : undefined;
  }

  hasFailed(tracker: Tracker): boolean {
    return this.timesOf(tracker, 'failures') !== undefined;
  }

  #begin(kind: Kind, tracker: Tracker, at: number): Times {
    this.sizes[kind] += 1;
    tracker.atLeast ||= this.#hasForgotten;
    return getOrCreate(this.state[kind], tracker.entity, () => timesOf(at));
  }

  /** All that this file has touched: addresses, then users, in the order in which they came. */
  touched(): Tracker[] {
    return [...this.#addresses.values(), ...this.#users.values()].filter(
      ({ failed, succeeded }) => failed !== undefined || succeeded !== undefined,
    );
  }

  /** Something was forgotten: what is held of the state is not in it any more. */
  refresh(): void {
    const { failures } = this.sizes;
    Object.assign(this.sizes, sizesOf(this.state));
    this.#hasForgotten ||= this.sizes.failures < failures;
    for (const all of [this.#addresses, this.#users]) {
      for (const [name, tracker] of all) {
        for (const kind of ['failures', 'successes'] as const)
          if (tracker[kind] !== undefined && this.state[kind][tracker.entity] !== tracker[kind])
            tracker[kind] = undefined;
        if (tracker.failures === undefined && tracker.successes === undefined) all.delete(name);
      }
    }
    this.#hosts.clear();
  }
}

export const unshown = (at: number): LastEvidence => ({ evidence: undefined, at });

/** Which of the two is to be shown: the later one, but never one that shows nothing instead of one that does. */
export function later(known: LastEvidence | undefined, one: LastEvidence): LastEvidence {
  if (known === undefined) return one;
  if (one.evidence !== undefined && known.evidence === undefined) return one;
  return known.at <= one.at && (one.evidence !== undefined || known.evidence === undefined) ? one : known;
}

/** Whether there are so many events. */
function isAtLeast(times: Times, least: number): boolean {
  if (times.length >= least * ofMoment) return true;
  let sum = 0;
  for (let one = 1; one < times.length; one += ofMoment) sum += times[one] ?? 0;
  return sum >= least;
}

function trackerOf(kind: 'ip' | 'user', name: string): Tracker {
  return {
    kind,
    entity: `${kind} ${name}`,
    name,
    outside: undefined,
    failures: undefined,
    successes: undefined,
    failed: undefined,
    succeeded: undefined,
    isNew: false,
    atLeast: false,
  };
}

function sizesOf(state: DetectorState): Record<keyof DetectorState, number> {
  const size = (kind: keyof DetectorState) => Object.keys(state[kind]).length;
  return {
    failures: size('failures'),
    successes: size('successes'),
    sprays: size('sprays'),
    sessions: size('sessions'),
    accounts: size('accounts'),
  };
}

/** Clients choose names, `__proto__` too: such a name is an own key like others. */
export function getOrCreate<Value>(all: Record<string, Value>, key: string, make: () => Value): Value {
  if (Object.hasOwn(all, key)) return all[key] as Value;
  const value = make();
  if (key === '__proto__')
    Object.defineProperty(all, key, { value, enumerable: true, writable: true, configurable: true });
  else all[key] = value;
  return value;
}
