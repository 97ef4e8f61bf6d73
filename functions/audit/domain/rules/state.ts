/**
 * When something happened, how often, and how much of it has been reported: three numbers for each moment, in order.
 * One flat list, for there are hundreds of thousands, and each small list of its own would take three times the memory.
 */
export type Times = number[];

/** A user that failed from an address: when first, how often within a minute, and how much of it has been reported. */
export type UserFailures = [user: string, at: number, count: number, reported: number];

export interface DatabaseSession {
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
  /** Users that failed from an address. */
  readonly sprays: Record<string, UserFailures[]>;
  readonly sessions: Record<string, DatabaseSession[]>;
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
export const mostTimes = 240;
/** Users of an address. */
export const mostTried = 300;
/** So many of the newest moments stay as they are: what comes next is counted with them exactly. */
const fine = 60;
const minute = 60_000;

/** Numbers of a moment. */
export const ofMoment = 3;

/** Adds one event at `at`; they stay in order. @see isLong */
export function addTime(times: Times, at: number): void {
  const place = placeOf(times, at);
  if (times[place - ofMoment] === at) times[place - 2] = (times[place - 2] ?? 0) + 1;
  else if (place === times.length) times.push(at, 1, 0);
  else times.splice(place, 0, at, 1, 0);
}

/**
 * The first moment of a list. As a literal it has room for itself alone; a list that grows from nothing has room for
 * twenty numbers, and of addresses that fail once there are thousands.
 */
export const timesOf = (at: number): Times => [at, 1, 0];

/** Whether there are so many moments that they are to be kept by minutes: once they have been reported, for some are lost. */
export function isLong(times: Times): boolean {
  return times.length > mostTimes * 2 * ofMoment;
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

/** As wide as moments are kept together, so that the longest window is remembered twice. */
export function bucketOf(longestWindowMs: number): number {
  return Math.max(1, Math.ceil((longestWindowMs * 2) / minute / (mostTimes - fine))) * minute;
}

/**
 * By minutes (or longer ones, @see bucketOf) where there are too many moments, the newest where there are too many of
 * those. A moment is only ever taken for earlier than it was: nothing is reported that should not be.
 */
export function coarsen(times: Times, bucketMs = minute): void {
  if (times.length <= mostTimes * ofMoment) return;
  const exact = times.length - fine * ofMoment;
  let end = 0;
  for (let from = 0; from < times.length; from += ofMoment) {
    const [at = 0, count = 0, reported = 0] = [times[from], times[from + 1], times[from + 2]];
    const moment = from < exact ? Math.floor(at / bucketMs) * bucketMs : at;
    // They are in order, so that a minute's are neighbours.
    if (end > 0 && times[end - ofMoment] === moment) {
      times[end - 2] = (times[end - 2] ?? 0) + count;
      times[end - 1] = (times[end - 1] ?? 0) + reported;
    } else {
      [times[end], times[end + 1], times[end + 2]] = [moment, count, reported];
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
