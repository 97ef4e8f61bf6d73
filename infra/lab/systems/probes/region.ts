import type { Report } from '../../../../functions/probes/contracts/result';
import type { Target } from '../../../../functions/probes/contracts/target';
import { isWorthAnother, lookAtAll, pauseAfter, reportsOf } from '../../../../functions/probes/operations/look-run';
import type { Prober } from '../../../../functions/probes/ports/prober';
import type { Clock } from '../../../../functions/shared/runtime';

export interface RegionRun {
  readonly region: string;
  /** Seconds. */
  readonly slot: number;
  readonly targets: readonly Target[];
  readonly prober: Prober;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  /** Takes what is found, as home's queue does. */
  readonly report: (report: Report) => void;
}

/**
 * One run of a region: all its targets, then those that are down once and twice more. It waits itself, where the deployed
 * function asks a queue to; what is reported, and when, is the same.
 */
export async function runRegion({ region, slot, targets, prober, clock, pause, report }: RegionRun): Promise<void> {
  const run = { region, slot: new Date(slot * 1000).toISOString(), clock };
  let due = targets;
  for (let attempt = 1; ; attempt += 1) {
    const begun = clock.now().getTime();
    const found = await lookAtAll(prober, due, pause);
    for (const one of reportsOf(
      run,
      found.map((result) => ({ ...result, attempts: attempt })),
    ))
      report(one);
    due = due.filter((target, at) => {
      const result = found[at];
      return result !== undefined && isWorthAnother(result, target);
    });
    const wait = pauseAfter(attempt, (clock.now().getTime() - begun) / 1000);
    if (due.length === 0 || wait === undefined) return;
    await pause(wait * 1000);
  }
}
