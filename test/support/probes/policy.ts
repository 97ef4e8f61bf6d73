import { newJudge, withRun, type JudgeConfig } from '../../../functions/probes/domain/judge/deployment';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import { randomStream } from '../../../infra/lab/kernel/random';

export interface PolicyOptions {
  readonly regions: number;
  /** Share of looks that fail though the target is well. */
  readonly falseShare: number;
  /** Share of minutes in which a network that half of the regions (rounded down) share is cut. */
  readonly correlated: number;
  readonly days: number;
  readonly seed: number;
}

export interface PolicyResult {
  /** How often it said down while the target was well, ten minutes after the true outage left out. */
  readonly falseAlarms: number;
  /** Minutes from the true outage's begin to the first down; infinite when it was not found. */
  readonly detectedAfterMinutes: number;
}

const outageMinutes = 10;
const phases = {};

/** One look a minute and one true outage of ten minutes: the judge beside the rules that others use. */
export function simulate(options: PolicyOptions): Record<'ours' | 'any' | 'halfOfLatest' | 'share18', PolicyResult> {
  const { regions, falseShare, correlated, days, seed } = options;
  const random = randomStream('probes policy', seed);
  const names = Array.from({ length: regions }, (_, place) => `region-${place}`);
  const config: JudgeConfig = {
    regions: names,
    targets: [{ id: 'shop', intervalSeconds: 60, quorum: undefined, maintenance: [] }],
  };
  const minutes = days * 24 * 60;
  const outage = Math.floor(minutes * (0.3 + 0.4 * random.next()));
  const tallies = { ours: tally(outage), any: tally(outage), halfOfLatest: tally(outage), share18: tally(outage) };
  const inARow = names.map(() => 0);
  let state = newJudge;
  for (let minute = 0; minute < minutes; minute += 1) {
    const cut = random.next() < correlated ? Math.floor(regions / 2) : 0;
    const isOut = minute >= outage && minute < outage + outageMinutes;
    const slot = minute * 60;
    for (const [place, region] of names.entries()) {
      const up = !(isOut || place < cut || random.next() < falseShare);
      // Both repetitions of a true failure fail too; those of a cut as well, which is the worst case.
      const attempts = isOut || place < cut ? 3 : 1;
      inARow[place] = up ? 0 : (inARow[place] ?? 0) + 1;
      const time = new Date(slot * 1000).toISOString();
      const one = { target: 'shop', up, phases, totalMicros: 1, trusted: true, attempts };
      const results = [up ? one : { ...one, reason: 'conn_timeout' as const }];
      state = withRun(state, { version: 1, region, slot: time, sentAt: time, results }, slot, slot, config).state;
    }
    const failing = inARow.filter((count) => count > 0).length;
    tallies.ours.note(minute, viewOf(state, slot, config).targets[0]?.status === 'down');
    tallies.any.note(minute, failing > 0);
    tallies.halfOfLatest.note(minute, failing >= regions / 2);
    tallies.share18.note(minute, inARow.filter((count) => count < 3).length <= 0.18 * regions);
  }
  return {
    ours: tallies.ours.result(),
    any: tallies.any.result(),
    halfOfLatest: tallies.halfOfLatest.result(),
    share18: tallies.share18.result(),
  };
}

function tally(outage: number) {
  let [falseAlarms, was, found] = [0, false, Infinity];
  return {
    note(minute: number, down: boolean) {
      if (down && !was && (minute < outage || minute >= outage + 2 * outageMinutes)) falseAlarms += 1;
      if (down && minute >= outage && minute < outage + outageMinutes) found = Math.min(found, minute - outage);
      was = down;
    },
    result: (): PolicyResult => ({ falseAlarms, detectedAfterMinutes: found }),
  };
}
