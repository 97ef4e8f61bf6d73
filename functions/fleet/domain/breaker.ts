import type { Breaker } from '../ledger/port';

/** What becomes of a breaker: `breaker` is to be saved, or nothing is. */
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
 * Counts a launch that has failed; an instance counts once, however often it is redriven. With the `breakerAfter`th
 * the breaker opens, as of that failure, and its message is due.
 *
 * An open breaker continues counting up to twice that number, to show how far it goes, and is not written after that: a
 * hundred launches that fail at once would otherwise queue up for one item, each before it can be put on hold.
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

/** Closes it, and counts from none. @param succeededAt when a launch succeeded, if that is why. */
export function decideClose(breaker: Breaker | undefined, succeededAt?: Date): BreakerDecision {
  if (breaker === undefined || (breaker.failed.length === 0 && breaker.openedAt === undefined)) {
    return { action: 'none', reason: 'nothing is counted' };
  }
  const { group, revision, openedAt } = breaker;
  // News of a success can come late; what failed after it counts.
  if (openedAt !== undefined && succeededAt !== undefined && succeededAt.getTime() < Date.parse(openedAt)) {
    return { action: 'none', reason: 'the breaker has opened since' };
  }
  const reason = openedAt === undefined ? 'the count starts at 0 again' : `the breaker of ${group} is closed`;
  return { action: 'save', breaker: { group, revision: revision + 1, failed: [] }, reason };
}
