import { restOfAll, restOfTurn } from './size';
import type { Clock } from '../../shared/runtime';
import type { Observation } from '../ledger/port';
import { keepObservation, nextRevision, noGroup, type Observations } from '../ledger/records';

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
 * every two seconds gets it, or less often in a big crowd; if it dies with it, the next one is.
 */
export async function takeTurn(deps: TurnDeps, { group, what, crowd = 0 }: Turn): Promise<boolean> {
  return take(deps, { group, key: `turn ${what}`, restMs: restOfTurn(crowd) });
}

/** The same for what takes of a small limit whenever any group does it: in a big crowd one group does it at a time. */
export async function takeTurnOfAll(deps: TurnDeps, turn: Turn): Promise<boolean> {
  const { group, what, crowd = 0 } = turn;
  const restMs = restOfAll(crowd);
  if (restMs === 0) return takeTurn(deps, turn);
  // That of all groups only for a group that has rested: else those that wait in one would use up the turns of the others.
  const last = await deps.ledger.observation(group, `turn ${what}`);
  if (!hasRested(last, deps, restOfTurn(crowd))) return false;
  return (await take(deps, { group: noGroup, key: `turn ${what}`, restMs })) && takeTurn(deps, turn);
}

interface TurnRest {
  readonly group: string;
  readonly key: string;
  readonly restMs: number;
}

async function take({ clock, ledger }: TurnDeps, { group, key, restMs }: TurnRest): Promise<boolean> {
  const last = await ledger.observation(group, key);
  if (!hasRested(last, { clock }, restMs)) return false;
  const at = clock.now().toISOString();
  return keepObservation(ledger, { group, key, revision: nextRevision(last), at, value: '' });
}

function hasRested(last: Observation | undefined, { clock }: Pick<TurnDeps, 'clock'>, restMs: number): boolean {
  return last === undefined || ageOf(last, clock.now()) >= restMs;
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

/** So old an observation may be, in milliseconds, to count as a look of now: what it misses, the next look shows. */
export const sharedReadMs = 4_000;

/**
 * What `look` sees, or has seen for another launch if the observation is good enough; `undefined` while another launch
 * is looking. A shared answer is never fresher than a call of one's own.
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
