import type { Breaker } from '../ledger/port';

/** What to do with a breaker: save `breaker`, or save nothing. */
export type BreakerDecision =
  | { readonly action: 'save'; readonly breaker: Breaker; readonly reason: string }
  | { readonly action: 'none'; readonly reason: string };

export interface CountedFailure {
  readonly group: string;
  readonly instanceId: string;
  /** When the launch failed (ISO 8601). */
  readonly failedAt: string;
}

/**
 * Counts a failed launch. An instance counts once, however often it is redriven. The failure number `breakerAfter`
 * opens the breaker, and its message is due.
 *
 * An open breaker counts up to twice that number, to show how far it goes, and is not written after that: otherwise a
 * hundred launches that fail at once would compete for one item before each can be put on hold.
 */
export function countFailure(
  breaker: Breaker | undefined,
  { group, instanceId, failedAt }: CountedFailure,
  breakerAfter: number,
  now: Date,
): BreakerDecision {
  const revision = (breaker?.revision ?? 0) + 1;
  const failed = breaker?.failed ?? [];
  const most = breakerAfter * 2;
  const isCounted = failed.includes(instanceId);
  const counted = isCounted ? failed : [...failed, instanceId].slice(-most);
  const next = { group, revision, failed: counted };
  if (breaker?.openedAt !== undefined) {
    if (isCounted || failed.length >= most) return { action: 'none', reason: 'the breaker is open' };
    const { openedAt, report } = breaker;
    const still = { ...next, openedAt, ...(report !== undefined && { report }) };
    return { action: 'save', breaker: still, reason: 'one more launch has failed' };
  }
  if (counted.length >= breakerAfter) {
    const report = { state: 'unsent', at: now.toISOString() } as const;
    const reason = `${counted.length} launches have failed one after the other`;
    return { action: 'save', breaker: { ...next, openedAt: failedAt, report }, reason };
  }
  if (isCounted) return { action: 'none', reason: 'the instance is counted already' };
  return { action: 'save', breaker: next, reason: `${counted.length} of ${breakerAfter} launches have failed` };
}

/**
 * Closes the breaker, and starts the count at zero. @param succeededAt when a launch succeeded, if that is the cause.
 */
export function decideClose(breaker: Breaker | undefined, succeededAt?: Date): BreakerDecision {
  if (breaker === undefined || (breaker.failed.length === 0 && breaker.openedAt === undefined)) {
    return { action: 'none', reason: 'nothing is counted' };
  }
  const { group, revision, openedAt } = breaker;
  // The success can be reported late; failures after it still count.
  if (openedAt !== undefined && succeededAt !== undefined && succeededAt.getTime() < Date.parse(openedAt)) {
    return { action: 'none', reason: 'the breaker has opened since' };
  }
  const reason = openedAt === undefined ? 'the count starts at 0 again' : `the breaker of ${group} is closed`;
  return { action: 'save', breaker: { group, revision: revision + 1, failed: [] }, reason };
}
