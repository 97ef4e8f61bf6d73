/**
 * When something happened, how often, and how much of it has been reported: three numbers for each moment, in order.
 * One flat list, for there are hundreds of thousands, and each small list of its own would take three times the memory.
 */
export type Times = number[];

export interface Session {
  readonly from: number;
  until?: number;
  readonly user: string;
  readonly host: string;
  application: string;
  /** The beginning of the id that the server gave it; older files have none. */
  readonly id?: string;
  /** Whom another line names for the same session: one of the two is forged. */
  rival?: string;
}

export interface AccountState {
  readonly at: number;
  readonly action: string;
  readonly superuser: boolean;
  readonly catalog: boolean;
  readonly validUntil: string;
}

/**
 * What the detector remembers of a cluster, as JSON, bounded. All of it can be merged in any order: files come late,
 * doubled and overtaking, and the same incidents follow. Lost, it costs a repeated mail.
 */
export interface DetectorState {
  /** Failed logins by `ip 198.51.100.7` and `user joe`. */
  readonly failures: Record<string, Times>;
  readonly successes: Record<string, Times>;
  /** Users that failed from an address, and when. */
  readonly sprays: Record<string, [user: string, at: number][]>;
  readonly sessions: Record<string, Session[]>;
  readonly accounts: Record<string, AccountState[]>;
}

export const emptyState = (): DetectorState => ({
  failures: {},
  successes: {},
  sprays: {},
  sessions: {},
  accounts: {},
});

export const mostOf = { failures: 3000, successes: 3000, sprays: 1500, sessions: 3000, accounts: 2000 } as const;
const mostTimes = 240;

/** Numbers of a moment. */
export const ofMoment = 3;

/** Adds one event at `at`; they stay in order. Where there are many, minutes are kept instead of moments. */
export function addTime(times: Times, at: number): void {
  const place = placeOf(times, at);
  if (times[place - ofMoment] === at) times[place - 2] = (times[place - 2] ?? 0) + 1;
  else if (place === times.length) times.push(at, 1, 0);
  else times.splice(place, 0, at, 1, 0);
  if (times.length > mostTimes * 2 * ofMoment) coarsen(times);
}

/** Behind the last moment that is not later than `at`. Logs are nearly in order: that is mostly the end. */
function placeOf(times: Times, at: number): number {
  let [from, to] = [0, times.length / ofMoment];
  if (to === 0 || (times[times.length - ofMoment] ?? 0) <= at) return times.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((times[middle * ofMoment] ?? 0) <= at) from = middle + 1;
    else to = middle;
  }
  return from * ofMoment;
}

/** When the last of them was. */
export const lastOf = (times: Times): number | undefined => times[times.length - ofMoment];

/** The same, by which it is kept or forgotten: of several moments the last can be the beginning of a minute. */
function endOf(times: Times): number | undefined {
  const last = lastOf(times);
  const isAlone = times.length === ofMoment && times[1] === 1;
  return last === undefined || isAlone ? last : last + 60_000;
}

/** By minutes where there are too many moments, the newest where there are too many of those. */
export function coarsen(times: Times): void {
  if (times.length <= mostTimes * ofMoment) return;
  let end = 0;
  for (let from = 0; from < times.length; from += ofMoment) {
    const [at = 0, count = 0, reported = 0] = times.slice(from, from + ofMoment);
    const minute = Math.floor(at / 60_000) * 60_000;
    // They are in order, so that a minute's are neighbours.
    if (end > 0 && times[end - ofMoment] === minute) {
      times[end - 2] = (times[end - 2] ?? 0) + count;
      times[end - 1] = (times[end - 1] ?? 0) + reported;
    } else {
      [times[end], times[end + 1], times[end + 2]] = [minute, count, reported];
      end += ofMoment;
    }
  }
  times.length = end;
  times.splice(0, Math.max(0, end - mostTimes * ofMoment));
}

/** A state as it was kept before moments were one flat list. */
export function flat(times: Times | readonly Times[]): Times {
  return (times as (number | Times)[]).flat();
}

/** While a file is read there may be more: forgetting is work. */
export const slack = 5;

/** Whether there is so much that some should be forgotten before the file ends. */
export function isFull(sizes: Readonly<Record<keyof DetectorState, number>>): boolean {
  return (Object.keys(mostOf) as (keyof DetectorState)[]).some((kind) => sizes[kind] > mostOf[kind] * slack);
}

/** Forgets the oldest where there is more than a store's document takes. */
export function forget(state: DetectorState): void {
  trim(state.failures, mostOf.failures, endOf);
  trim(state.successes, mostOf.successes, endOf);
  trim(state.sprays, mostOf.sprays, (seen) => seen.at(-1)?.[1]);
  trim(state.sessions, mostOf.sessions, (sessions) => sessions.at(-1)?.from);
  trim(state.accounts, mostOf.accounts, (states) => states.at(-1)?.at);
}

function trim<Value>(all: Record<string, Value>, most: number, timeOf: (value: Value) => number | undefined): void {
  const keys = Object.keys(all);
  if (keys.length <= most * 1.25) return;
  for (const key of olderThanNewest(keys, most, (one) => timeOf(all[one] as Value))) Reflect.deleteProperty(all, key);
}

/** Takes out all but so many of the newest. */
export function keepNewest<Key, Value>(
  all: Map<Key, Value>,
  most: number,
  timeOf: (value: Value) => number | undefined,
): void {
  for (const [key] of olderThanNewest([...all], most, ([, value]) => timeOf(value))) all.delete(key);
}

function olderThanNewest<One>(all: readonly One[], most: number, timeOf: (one: One) => number | undefined): One[] {
  const times = Float64Array.from(all, (one) => timeOf(one) ?? 0);
  // Of typed arrays sorting is by number, and many times faster.
  const oldest = times.slice().sort()[Math.max(0, times.length - most)] ?? 0;
  let spare = most - times.reduce((sum, time) => (time > oldest ? sum + 1 : sum), 0);
  return all.filter((_, at) => {
    const time = times[at] ?? 0;
    return time < oldest || (time === oldest && (spare -= 1) < 0);
  });
}
