import { lastOf, mostOf, mostTimes, mostTried, ofMoment } from './state';
import type { AccountState, DetectorState, DatabaseSession, Times, UserFailures } from './state';

/** When the last was, by which it is kept or forgotten: of several moments the last can be the beginning of a minute. */
function endOf(times: Times): number | undefined {
  const last = lastOf(times);
  const isAlone = times.length === ofMoment && times[1] === 1;
  return last === undefined || isAlone ? last : last + 60_000;
}

const lastTried = (all: readonly UserFailures[]) => all.at(-1)?.[1];
const lastBegun = (all: readonly DatabaseSession[]) => all.at(-1)?.from;
const lastChanged = (all: readonly AccountState[]) => all.at(-1)?.at;

/** While a file is read there may be more: forgetting is work. */
export const slack = 5;

/** Whether there is so much that some should be forgotten before the file ends. */
export function isFull(sizes: Readonly<Record<keyof DetectorState, number>>): boolean {
  return (Object.keys(mostOf) as (keyof DetectorState)[]).some((kind) => sizes[kind] > mostOf[kind] * slack);
}

/**
 * Forgets the oldest of what there is more of than is kept.
 *
 * @param factor of what is kept there may be so much: within a file `slack`, for what is forgotten there is not counted.
 */
export function forget(state: DetectorState, factor = 1.25): void {
  trim(state.failures, { most: mostOf.failures, factor }, endOf);
  trim(state.successes, { most: mostOf.successes, factor }, endOf);
  trim(state.sprays, { most: mostOf.sprays, factor }, lastTried);
  trim(state.sessions, { most: mostOf.sessions, factor }, lastBegun);
  trim(state.accounts, { most: mostOf.accounts, factor }, lastChanged);
}

interface Bound {
  readonly most: number;
  readonly factor: number;
}

function trim<Value>(
  all: Record<string, Value>,
  { most, factor }: Bound,
  timeOf: (value: Value) => number | undefined,
): void {
  const keys = Object.keys(all);
  if (keys.length <= most * factor) return;
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

type Kind = keyof DetectorState;

/** How many characters the parts of a state have as JSON, roughly, and without making that text. */
export function weightsOf({ failures, successes, sprays, sessions, accounts }: DetectorState): Record<Kind, number> {
  const sum = <Value>(all: Record<string, Value>, of: (value: Value) => number) =>
    Object.entries(all).reduce((total, [key, value]) => total + key.length + of(value), 0);
  const ofTimes = (times: Times) => times.length * 6;
  const ofAll = <One>(of: (one: One) => number) => {
    return (all: readonly One[]) => all.reduce((total, one) => total + of(one), 0);
  };
  return {
    failures: sum(failures, ofTimes),
    successes: sum(successes, ofTimes),
    sprays: sum(
      sprays,
      ofAll(([user]: UserFailures) => 25 + user.length),
    ),
    sessions: sum(
      sessions,
      ofAll(({ user, application }: DatabaseSession) => 110 + user.length + application.length),
    ),
    accounts: sum(
      accounts,
      ofAll(() => 90),
    ),
  };
}

/** Keeps of a part the newest: that share of what is kept at most, of entities and of what is known of each. */
export function shrink(state: DetectorState, kind: Kind, share: number): void {
  const part = (most: number, least: number) => Math.max(least, Math.floor(most * share));
  const each = (all: Record<string, unknown[]>, most: number) => {
    for (const one of Object.values(all)) one.splice(0, one.length - most);
  };
  const most = { most: part(mostOf[kind], 1), factor: 1 };
  switch (kind) {
    case 'failures':
    case 'successes':
      each(state[kind], part(mostTimes, 6) * ofMoment);
      trim(state[kind], most, endOf);
      return;
    case 'sprays':
      each(state.sprays, part(mostTried, 6));
      trim(state.sprays, most, lastTried);
      return;
    case 'sessions':
      each(state.sessions, part(8, 1));
      trim(state.sessions, most, lastBegun);
      return;
    case 'accounts':
      each(state.accounts, part(10, 1));
      trim(state.accounts, most, lastChanged);
  }
}
