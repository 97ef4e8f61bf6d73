import type { Clock, Timer } from '../../shared/runtime';
import { type Ledger, type Member, type Breaker } from '../ledger/port';
import { isTransactionContended } from '../../shared/aws-errors';
import { decideClose, countFailure, type BreakerDecision, type CountedFailure } from '../domain/breaker';
import { isOutdated } from '../ledger/records';

interface Deps {
  readonly ledger: Pick<Ledger, 'update' | 'removeReserve' | 'findHold' | 'removeHold' | 'breaker' | 'saveBreaker'>;
  readonly clock: Clock;
  readonly metrics: Timer<'TimeToService', 'Group'>;
}

/**
 * Takes note that an instance is in service, and forgets what earlier failures have left. It can be asked for again: what
 * is counted is counted once.
 *
 * @param origin where its launch came from, as Auto Scaling names it.
 */
export async function noteService(deps: Deps, member: Member, origin: string | undefined): Promise<void> {
  const { ledger, metrics, clock } = deps;
  const now = clock.now();
  // The instance is in service, even if a release of its launch waits: that release finds it so, and leaves it or
  // starts again.
  const served = { phase: 'in-service', inServiceAt: member.inServiceAt ?? now.toISOString() } as const;
  await ledger.update(member, { ...served, endingSince: null });
  if (origin === 'WarmPool') await ledger.removeReserve(member.group, member.instanceId);
  await clearFailures(deps, member);
  if (member.inServiceAt !== undefined) return;
  const { group, name, instanceId, execution } = member;
  const tookMs = now.getTime() - Date.parse(member.claimedAt);
  metrics.duration('TimeToService', tookMs, { Group: group }, { execution, group, instance: instanceId, name });
}

/** Called by the step that ends a launch well, and not by an event about that: an event can be lost. */
export async function clearFailures(
  deps: Pick<Deps, 'ledger' | 'clock'>,
  { group, instanceId }: { readonly group: string; readonly instanceId: string },
): Promise<void> {
  const hold = await deps.ledger.findHold(group, instanceId);
  if (hold !== undefined) await deps.ledger.removeHold(group, instanceId);
  await closeBreaker(deps, group, deps.clock.now());
}

export interface BreakerDeps {
  ledger: Pick<Ledger, 'breaker' | 'saveBreaker'>;
  clock: Clock;
}

/**
 * Of those that write at once one succeeds each time, and a group's breaker is written 40 times at most before it is
 * open and full (20 launches, twice that). So no run needs more tries than this, unless launches also succeed.
 */
const maxTries = 50;

/**
 * Closes the group's breaker, and counts failures from none.
 *
 * @param succeededAt when a launch succeeded, if that is why: a breaker that has opened since stays open.
 * @returns what it was, or `undefined` if there was none.
 */
export async function closeBreaker(deps: BreakerDeps, group: string, succeededAt?: Date): Promise<Breaker | undefined> {
  const { was } = await change(deps, group, (breaker) => decideClose(breaker, succeededAt));
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
