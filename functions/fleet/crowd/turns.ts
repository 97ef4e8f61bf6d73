import { restOfAll, restOfTurn } from './size';
import type { Clock } from '../../shared/runtime';
import type { Observation } from '../ledger/port';
import { keepObservation, nextRevision, noGroup, type Observations } from '../ledger/records';

export interface TurnDeps {
  readonly clock: Clock;
  readonly ledger: Observations;
}

/** A call that one launch makes for all waiting launches of its group. */
export interface Turn {
  readonly group: string;
  readonly what: string;
  /** How many instances of the deployment launch at once. Default: not known. */
  readonly crowd?: number | undefined;
}

/**
 * Whether this run is the one that does `what` now, for all launches of its group that wait for it. Of any number of runs
 * that ask, one gets the turn every two seconds, or less often in a big crowd. If it dies, a later run gets the next turn.
 */
export async function takeTurn(deps: TurnDeps, { group, what, crowd = 0 }: Turn): Promise<boolean> {
  return take(deps, { group, key: `turn ${what}`, restMs: restOfTurn(crowd) });
}

/** The same for a call with a small limit that all groups share: in a big crowd only one group at a time gets the turn. */
export async function takeTurnOfAll(deps: TurnDeps, turn: Turn): Promise<boolean> {
  const { group, what, crowd = 0 } = turn;
  const restMs = restOfAll(crowd);
  if (restMs === 0) return takeTurn(deps, turn);
  // Ask for the turn of all groups only after the group's own pause: otherwise one group would use up the others' turns.
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

/** A query that one launch makes for all launches of its group. */
export interface SharedRead {
  readonly group: string;
  readonly key: string;
  /** How many instances of the deployment launch at once. Default: not known. */
  readonly crowd?: number | undefined;
  /** Whether an observation of that age, in milliseconds, answers the question. */
  readonly isGood: (seen: Observation, ageMs: number) => boolean;
}

/** The greatest age, in milliseconds, at which an observation counts as current: the next query shows what it misses. */
export const sharedReadMs = 4_000;

/**
 * The result of `look`, or its stored result for another launch if that is good enough; `undefined` while another launch
 * makes the query. A shared answer is never fresher than an own call.
 */
export async function readTogether(
  deps: TurnDeps,
  { group, key, crowd, isGood }: SharedRead,
  look: () => Promise<string>,
): Promise<string | undefined> {
  const { clock, ledger } = deps;
  const seen = await ledger.observation(group, key);
  if (seen !== undefined && isGood(seen, ageOf(seen, clock.now()))) return seen.value;
  if (!(await takeTurn(deps, { group, what: key, crowd }))) return undefined;
  // The time before the query: an observation must not count as newer than it is.
  const at = clock.now().toISOString();
  const value = await look();
  await keepObservation(ledger, { group, key, revision: nextRevision(seen), at, value });
  return value;
}

/** In milliseconds. */
export function ageOf({ at }: Observation, now: Date): number {
  return now.getTime() - Date.parse(at);
}
