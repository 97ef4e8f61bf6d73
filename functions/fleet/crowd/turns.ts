import type { Clock } from '../../shared/clock';
import { LedgerError, type Observation } from '../ledger/port';
import type { Observations } from '../ledger/observations';

export interface TogetherDeps {
  readonly clock: Clock;
  readonly ledger: Observations;
}

// Half a call a second for each thing that a group does together: the smallest limit there is takes 4 a second.
const turnMs = 2_000;

/**
 * Whether it is on this run to do `what` now for all of its group that wait for it. Among any number that ask, one
 * every two seconds is told so; if it dies with it, the next one is.
 */
export async function takeTurn({ clock, ledger }: TogetherDeps, group: string, what: string): Promise<boolean> {
  const now = clock.now();
  const key = `turn ${what}`;
  const last = await ledger.observation(group, key);
  if (last !== undefined && ageOf(last, now) < turnMs) return false;
  return store(ledger, { group, key, revision: next(last), at: now.toISOString(), value: '' });
}

/**
 * What `look` sees, or has seen for another launch if the observation is good enough; `undefined` while somebody else
 * is looking. In none of these cases it is worth more than a look of one's own.
 *
 * @param isGood whether an observation of that age, in milliseconds, answers the question.
 */
export async function lookTogether(
  deps: TogetherDeps,
  { group, key, isGood }: { group: string; key: string; isGood: (seen: Observation, ageMs: number) => boolean },
  look: () => Promise<string>,
): Promise<string | undefined> {
  const { clock, ledger } = deps;
  const seen = await ledger.observation(group, key);
  if (seen !== undefined && isGood(seen, ageOf(seen, clock.now()))) return seen.value;
  if (!(await takeTurn(deps, group, key))) return undefined;
  // The time before the look: an observation must not pass for newer than it is.
  const at = clock.now().toISOString();
  const value = await look();
  await store(ledger, { group, key, revision: next(seen), at, value });
  return value;
}

/** Stores an observation unless somebody has stored a newer one. Returns whether it did. */
export async function store(ledger: Observations, observation: Observation, keptDays?: number): Promise<boolean> {
  try {
    await (keptDays === undefined
      ? ledger.saveObservation(observation)
      : ledger.saveObservation(observation, keptDays));
    return true;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

/** The revision that comes after `seen`. */
export function next(seen: Observation | undefined): number {
  return (seen?.revision ?? 0) + 1;
}

/** In milliseconds. */
export function ageOf({ at }: Observation, now: Date): number {
  return now.getTime() - Date.parse(at);
}
