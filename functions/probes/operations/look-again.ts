import type { Result } from '../contracts/result';
import type { Target } from '../contracts/target';
import type { Prober } from '../ports/prober';
import { isWorthAnother, pauseAfter, pauseSeconds } from './look-run';

/**
 * Looks at a target; at one that is down twice more, so that a lost packet is no failure and a failure is certain within
 * the slot. The last look is the result. It waits itself: for one machine, where a queue would be too much.
 */
export async function lookAgain(prober: Prober, target: Target, pause: (ms: number) => Promise<void>): Promise<Result> {
  let result = await prober.look(target);
  for (let attempt = 1; attempt <= pauseSeconds.length && isWorthAnother(result, target); attempt += 1) {
    await pause((pauseAfter(attempt, result.totalMicros / 1e6) ?? 0) * 1000);
    result = { ...(await prober.look(target)), attempts: attempt + 1 };
  }
  return result;
}
