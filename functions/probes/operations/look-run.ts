import { chunks } from '../../shared/lists';
import type { Clock } from '../../shared/runtime';
import { isVote } from '../contracts/reasons';
import type { Report, LookResult } from '../contracts/result';
import type { Target } from '../contracts/target';
import type { Prober } from '../ports/prober';

/** How many looks may be busy at once: with more, a probe would measure itself. */
const atOnce = 5;
/** After so many milliseconds a look only waits for the target: it needs no processor, and the next one may begin. */
const busyMs = 300;
/**
 * The milliseconds between the begins of two looks, unless the first is connected earlier: a TLS handshake keeps the processor
 * busy for two or three milliseconds, which would count as time of the other look. So near servers are reached one by one;
 * handshakes with far ones mostly wait for the network, and two of them rarely collide.
 */
const apartMs = 20;

/**
 * Looks at all targets, with at most five looks busy at once; those that only wait do not count, so fifty targets that do not
 * answer take no longer than one.
 *
 * @param pause resolves after so many milliseconds.
 * @returns the results in the order of the targets.
 */
export async function lookAtAll(
  prober: Prober,
  targets: readonly Target[],
  pause: (ms: number) => Promise<void>,
): Promise<LookResult[]> {
  const looks: Promise<LookResult>[] = [];
  let next = 0;
  let turn = Promise.resolve();
  const worker = async () => {
    for (let at = next++; at < targets.length; at = next++) {
      const mine = turn;
      let asked: () => void = () => undefined;
      const hasAsked = new Promise<void>((resolve) => void (asked = resolve));
      const look = mine.then(() => prober.look(targets[at] as Target, asked));
      turn = mine.then(() => Promise.race([hasAsked, look, pause(apartMs)])).then(() => undefined);
      looks[at] = look;
      await mine;
      await Promise.race([look, pause(busyMs)]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, targets.length) }, worker));
  return Promise.all(looks);
}

/** If a target is down: seconds from the begin of the first look to the second, and from there to the third. */
export const pauseSeconds = [5, 10] as const;

/**
 * How much of the pause before the next look is left after a look of so many seconds. Time that the look waited for an answer
 * counts as pause, so a target that hangs is confirmed as down within its slot just like one that refuses.
 *
 * @returns seconds, a whole number; `undefined` after the last look.
 */
export function pauseAfter(attempt: number, tookSeconds: number): number | undefined {
  const pause = pauseSeconds[attempt - 1];
  return pause === undefined ? undefined : Math.max(0, Math.ceil(pause - tookSeconds));
}

/** Targets with a shorter interval (seconds) are not looked at again: their next slot is near. */
const shortestInterval = 60;

/** Whether a target that is down is looked at again within its slot. */
export function isWorthAnother(
  { up, reason }: LookResult,
  { intervalSeconds }: Pick<Target, 'intervalSeconds'>,
): boolean {
  return !up && (reason === undefined || isVote(reason)) && intervalSeconds >= shortestInterval;
}

/** So many results fit into an SQS message (1 MiB) with details of any length. */
const inOneReport = 200;

/** The reports of a run: one, or several if it has very many results. A report without results still says that the region ran. */
export function reportsOf(
  run: { readonly region: string; readonly slot: string; readonly clock: Clock },
  results: readonly LookResult[],
): Report[] {
  const { region, slot, clock } = run;
  const parts = results.length === 0 ? [[]] : chunks(results, inOneReport);
  return parts.map((part) => ({ version: 1, region, slot, sentAt: clock.now().toISOString(), results: part }));
}
