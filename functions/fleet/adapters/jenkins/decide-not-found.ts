import type { BuildTrace } from '../../ports/jenkins';
import type { LookUpResult } from './lookup';

/** The decision after a look-up that did not find the request. */
export type NotFoundDecision =
  | { readonly kind: 'wait'; readonly notFoundAt: string | undefined; readonly reason: string }
  | { readonly kind: 'post'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * One look-up proves nothing: between the queue and the list of builds, a build has no parameters for a moment. So two
 * must agree, apart in time. And a request that the client has given up on may still be on its way to Jenkins, so
 * before it is posted again the last POST must be older than its time-out and a margin.
 */
export function decideNotFound(
  found: LookUpResult & { kind: 'nothing' | 'copy' | 'unclear' | 'restored' | 'gap' },
  trace: BuildTrace,
  now: Date,
  times: { lookUpAgainAfterMs: number; requestTimeoutMs: number; postMarginMs: number },
): NotFoundDecision {
  if (found.kind === 'unclear') {
    const reason = `Jenkins did not list the queue, or all builds since #${trace.firstPossibleNumber}`;
    return { kind: 'wait', notFoundAt: trace.notFoundAt, reason };
  }
  const notFoundAt = trace.notFoundAt ?? now.toISOString();
  if (!isPast(notFoundAt, times.lookUpAgainAfterMs, now)) {
    return {
      kind: 'wait',
      notFoundAt,
      reason: 'it is neither in the queue nor among the builds: Muster will look again',
    };
  }
  if (found.kind === 'copy') {
    return { kind: 'lost', reason: `only build ${found.number} is left, which copied its parameters` };
  }
  const restored = `the job reuses numbers below #${trace.firstPossibleNumber}: a backup was restored`;
  if (trace.phase !== 'posting') {
    return {
      kind: 'lost',
      reason: found.kind === 'restored' ? restored : 'it is neither in the queue nor among the builds',
    };
  }
  if (!isPast(trace.postedAt, times.requestTimeoutMs + times.postMarginMs, now)) {
    return { kind: 'wait', notFoundAt, reason: 'it was not found, but may still be on its way' };
  }
  // It may have run before that.
  if (found.kind === 'restored') return { kind: 'lost', reason: restored };
  if (found.kind === 'gap') {
    const reason = `build #${found.number} began after the request, and its record is gone: it may have been this one`;
    return { kind: 'lost', reason };
  }
  return { kind: 'post', reason: 'it has not reached Jenkins' };
}

/** `false` too for a time that cannot be read: when in doubt, wait. */
function isPast(time: string, ms: number, now: Date): boolean {
  return now.getTime() - Date.parse(time) >= ms;
}
