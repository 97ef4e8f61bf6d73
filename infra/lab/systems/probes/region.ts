import { createProber } from '../../../../functions/probes/adapters/prober';
import type { Report } from '../../../../functions/probes/contracts/result';
import type { Target } from '../../../../functions/probes/contracts/target';
import { lookAgain } from '../../../../functions/probes/operations/look-again';
import { systemClock, type Clock } from '../../../../functions/shared/runtime';
import { forEachLimited } from '../../../../functions/shared/lists';

/** More at once, and a probe measures itself. */
const atOnce = 5;

export interface RegionRun {
  readonly region: string;
  /** Seconds. */
  readonly slot: number;
  readonly targets: readonly Target[];
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
}

/** One run of a region: all its targets, one report. The looks are real, whatever the clock. */
export async function runRegion({ region, slot, targets, clock, pause }: RegionRun): Promise<Report> {
  const prober = createProber({ clock: systemClock });
  const results = await forEachLimited(targets, atOnce, (target) => lookAgain(prober, target, pause));
  const iso = new Date(slot * 1000).toISOString();
  return { version: 1, region, slot: iso, sentAt: clock.now().toISOString(), results };
}
