import type { Result } from '../contracts/result';
import type { Target } from '../contracts/target';
import type { Prober } from '../ports/prober';
import { isWorthAnother, pauseSeconds } from './look-run';

const pausesMs = pauseSeconds.map((seconds) => seconds * 1000);

/**
 * Looks at a target; at one that is down twice more, so that a lost packet is no failure and a failure is certain within
 * the slot. The last look is the result. It waits itself: for one machine, where a queue would be too much.
 */
export async function lookAgain(
  prober: Prober,
  target: Target,
  pause: (ms: number) => Promise<void>,
  pauses: readonly number[] = pausesMs,
): Promise<Result> {
  let result = await prober.look(target);
  for (const [place, ms] of pauses.entries()) {
    if (!isWorthAnother(result, target)) break;
    await pause(ms);
    result = { ...(await prober.look(target)), attempts: place + 2 };
  }
  return result;
}
