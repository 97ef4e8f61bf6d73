import { isTransactionContended } from '../../shared/aws-errors';
import type { Clock } from '../../shared/clock';
import { close, countFailure, type BreakerDecision, type CountedFailure } from '../domain/breaker';
import { isOutdated, type Breaker, type Ledger } from '../ledger/port';

export interface BreakerDeps {
  ledger: Pick<Ledger, 'breaker' | 'saveBreaker'>;
  clock: Clock;
}

/**
 * Of those that write at once one succeeds each time, and a group's breaker is written 40 times at most before it is
 * open and full (20 launches, twice that). So nobody needs more tries than this, unless launches also succeed.
 */
const maxTries = 50;

/**
 * Closes the group's breaker, and counts failures from none.
 *
 * @param succeededAt when a launch succeeded, if that is why: a breaker that has opened since stays open.
 * @returns what it was, or `undefined` if there was none.
 */
export async function closeBreaker(deps: BreakerDeps, group: string, succeededAt?: Date): Promise<Breaker | undefined> {
  const { was } = await change(deps, group, (breaker) => close(breaker, succeededAt));
  return was;
}

/** Counts a failed launch. @returns the breaker as it is then. */
export async function recordFailure(
  deps: BreakerDeps,
  failure: CountedFailure,
  breakerAfter: number,
): Promise<Breaker | undefined> {
  const { is } = await change(deps, failure.group, (breaker) =>
    countFailure(breaker, failure, breakerAfter, deps.clock.now()),
  );
  return is;
}

async function change(
  { ledger }: BreakerDeps,
  group: string,
  decide: (breaker: Breaker | undefined) => BreakerDecision,
): Promise<{ was: Breaker | undefined; is: Breaker | undefined }> {
  for (let attempt = 1; ; attempt += 1) {
    const was = await ledger.breaker(group);
    const decision = decide(was);
    if (decision.action === 'none') return { was, is: was };
    try {
      await ledger.saveBreaker(decision.breaker);
      return { was, is: decision.breaker };
    } catch (error) {
      const isRace = isOutdated(error) || isTransactionContended(error);
      if (!isRace || attempt === maxTries) throw error;
    }
  }
}
