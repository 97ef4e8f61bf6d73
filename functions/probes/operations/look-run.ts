import { chunks } from '../../shared/lists';
import type { Clock } from '../../shared/runtime';
import { isVote } from '../contracts/reasons';
import type { Report, LookResult } from '../contracts/result';
import type { Target } from '../contracts/target';
import type { Prober } from '../ports/prober';

/** More that begin at once, and a probe measures itself. */
const atOnce = 5;
/** After that a look only waits for the other side: it needs no processor, and the next one may begin. */
const busyMs = 300;
/**
 * Between two that begin, unless the first has its connection before: a handshake takes a processor for two or three
 * milliseconds, in which no other look sees its time pass. Near servers so are reached one by one; far ones let a
 * handshake wait for most of its time, and two of them rarely meet.
 */
const apartMs = 20;

/**
 * Looks at all targets, at most five of which are busy at the same time: fifty that do not answer take no longer than one.
 *
 * @param pause waits so many milliseconds.
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

/** Seconds from the begin of the first look to the second at one that is down, and from there to the third. */
export const pauseSeconds = [5, 10] as const;

/**
 * What is left of the pause before another look, when the one before took so many seconds. One that waited for an answer has
 * been the pause itself: so what hangs, as what is refused, is certain to be down before the slot is over.
 *
 * @returns whole seconds; `undefined` after the last look.
 */
export function pauseAfter(attempt: number, tookSeconds: number): number | undefined {
  const pause = pauseSeconds[attempt - 1];
  return pause === undefined ? undefined : Math.max(0, Math.ceil(pause - tookSeconds));
}

/** Below this there is no time for them: the next slot is near. */
const shortestInterval = 60;

/** Whether one that is down is looked at once more within its slot. */
export function isWorthAnother(
  { up, reason }: LookResult,
  { intervalSeconds }: Pick<Target, 'intervalSeconds'>,
): boolean {
  return !up && (reason === undefined || isVote(reason)) && intervalSeconds >= shortestInterval;
}

/** So many fit into a message of SQS (1 MiB), however long their details. */
const inOneReport = 200;

/** What home receives of a run: one report, or more of very many targets; one without results still says that it ran. */
export function reportsOf(
  run: { readonly region: string; readonly slot: string; readonly clock: Clock },
  results: readonly LookResult[],
): Report[] {
  const { region, slot, clock } = run;
  const parts = results.length === 0 ? [[]] : chunks(results, inOneReport);
  return parts.map((part) => ({ version: 1, region, slot, sentAt: clock.now().toISOString(), results: part }));
}
