import type { Catcher, Retrier } from './machine/definition';
import { TerminalFailure, type StateFailure } from './errors';
import type { Random } from '../../../functions/shared/random';

/** Whether a Retry or a Catch with these names is for this failure. */
export function appliesTo(errorEquals: readonly string[], failure: StateFailure): boolean {
  const names = [failure.error ?? '', ...failure.aliases];
  // No Retry and no Catch stops a failure of the engine itself, not even by name.
  if (names.includes('States.Runtime')) return false;
  return errorEquals.some((wanted) => {
    if (names.includes(wanted)) return true;
    if (wanted === 'States.ALL') return !(failure instanceof TerminalFailure);
    return wanted === 'States.TaskFailed' && !names.includes('States.Timeout');
  });
}

/** How often each Retry of a state has been used since the state was entered or redriven. */
export class Retries {
  readonly #used = new Map<Retrier, number>();
  readonly #retriers: readonly Retrier[];
  /** How many attempts there have been after the first. */
  count = 0;

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
  }

  /** Milliseconds until the next attempt; undefined when there is to be none. */
  next(failure: StateFailure, random: Random): number | undefined {
    const retrier = this.#retriers.find(({ errorEquals }) => appliesTo(errorEquals, failure));
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.maxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    this.count += 1;
    return delay(retrier, used, random);
  }
}

/** The interval grows with each use, then is capped, and only then drawn from: AWS jitters below the cap. */
function delay(retrier: Retrier, used: number, random: Random): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** used;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? Number.MAX_SAFE_INTEGER / 1000);
  return Math.round(seconds * 1000 * (retrier.fullJitter ? random.next() : 1));
}

/** The first Catch for a failure, with its position for the location of its fields. */
export function catcherFor(
  catchers: readonly Catcher[],
  failure: StateFailure,
): readonly [Catcher, number] | undefined {
  const index = catchers.findIndex(({ errorEquals }) => appliesTo(errorEquals, failure));
  const catcher = catchers[index];
  return catcher === undefined ? undefined : [catcher, index];
}
