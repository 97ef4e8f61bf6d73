import type { Result } from '../contracts/result';
import { isVote } from '../contracts/reasons';
import type { Target } from '../contracts/target';
import type { Prober } from '../ports/prober';

/** Seconds before the second and the third look at one that is down. */
const pausesMs = [5_000, 10_000];
/** Below this there is no time for them: the next slot is near. */
const shortestInterval = 60;

/**
 * Looks at a target; at one that is down twice more, so that a lost packet is no failure and a failure is certain within
 * the slot. The last look is the result.
 */
export async function lookAgain(
  prober: Prober,
  target: Target,
  pause: (ms: number) => Promise<void>,
  pauses: readonly number[] = pausesMs,
): Promise<Result> {
  let result = await prober.look(target);
  if (target.intervalSeconds < shortestInterval) return result;
  for (const [place, ms] of pauses.entries()) {
    if (result.up || (result.reason !== undefined && !isVote(result.reason))) break;
    await pause(ms);
    result = { ...(await prober.look(target)), attempts: place + 2 };
  }
  return result;
}
