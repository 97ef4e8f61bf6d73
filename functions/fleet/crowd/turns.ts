import { restOfTurn } from './size';
import type { Clock } from '../../shared/clock';
import type { Observation } from '../ledger/port';
import { keepObservation, nextRevision, type Observations } from '../ledger/records';

export interface TurnDeps {
  readonly clock: Clock;
  readonly ledger: Observations;
}

/** Something that a group does together. */
export interface Turn {
  readonly group: string;
  readonly what: string;
  /** How many come at once in the deployment. Default: not known. */
  readonly crowd?: number | undefined;
}

/**
 * Whether it is on this run to do `what` now for all of its group that wait for it. Among any number that ask, one
 * every two seconds is told so, or less often in a big crowd; if it dies with it, the next one is.
 */
export async function takeTurn({ clock, ledger }: TurnDeps, { group, what, crowd = 0 }: Turn): Promise<boolean> {
  const now = clock.now();
  const key = `turn ${what}`;
  const last = await ledger.observation(group, key);
  if (last !== undefined && ageOf(last, now) < restOfTurn(crowd)) return false;
  return keepObservation(ledger, { group, key, revision: nextRevision(last), at: now.toISOString(), value: '' });
}

/** What is looked at for all of a group. */
export interface Look {
  readonly group: string;
  readonly key: string;
  /** How many come at once in the deployment. Default: not known. */
  readonly crowd?: number | undefined;
  /** Whether an observation of that age, in milliseconds, answers the question. */
  readonly isGood: (seen: Observation, ageMs: number) => boolean;
}

/**
 * What `look` sees, or has seen for another launch if the observation is good enough; `undefined` while somebody else
 * is looking. In none of these cases it is worth more than a look of one's own.
 */
export async function lookTogether(
  deps: TurnDeps,
  { group, key, crowd, isGood }: Look,
  look: () => Promise<string>,
): Promise<string | undefined> {
  const { clock, ledger } = deps;
  const seen = await ledger.observation(group, key);
  if (seen !== undefined && isGood(seen, ageOf(seen, clock.now()))) return seen.value;
  if (!(await takeTurn(deps, { group, what: key, crowd }))) return undefined;
  // The time before the look: an observation must not pass for newer than it is.
  const at = clock.now().toISOString();
  const value = await look();
  await keepObservation(ledger, { group, key, revision: nextRevision(seen), at, value });
  return value;
}

/** In milliseconds. */
export function ageOf({ at }: Observation, now: Date): number {
  return now.getTime() - Date.parse(at);
}
