import { withRun } from '../../../functions/probes/domain/judge/deployment';
import { newJudge, type JudgeConfig } from '../../../functions/probes/domain/judge/state';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import type { Random } from '../../../functions/shared/random';
import { randomStream } from '../../../infra/lab/kernel/random';

export interface PolicyOptions {
  readonly regions: number;
  /** Share of looks that fail though the target is well. */
  readonly falseShare: number;
  /** Share of minutes in which a network that half of the regions (rounded down) share is cut. */
  readonly correlated: number;
  readonly days: number;
  readonly seed: number;
  /** Seconds between two looks. Default 60. */
  readonly interval?: number;
}

/** The rules that are held against one another, by what they look at. */
export type Rule = 'ours' | 'any' | 'halfOfLatest' | 'halfOfLatestRetried' | 'share18';

export interface PolicyResult {
  /** How often it said down while the target was well, ten minutes after the true outage left out. */
  readonly falseAlarms: number;
  /** Seconds from the true outage's first bad look to the first down; infinite when it was not found. */
  readonly detectedAfter: number;
}

const outageSeconds = 600;
const phases = {};

/** One true outage of ten minutes among looks that fail by chance: the judge beside the rules that others use. */
export function simulate(options: PolicyOptions): Record<Rule, PolicyResult> {
  const { regions, days, seed, interval = 60 } = options;
  const random = randomStream('probes policy', seed);
  const names = Array.from({ length: regions }, (_, place) => `region-${place}`);
  const config: JudgeConfig = {
    regions: names,
    targets: [{ id: 'shop', intervalSeconds: interval, quorum: undefined, maintenance: [] }],
  };
  const end = days * 86_400;
  const outage = Math.floor((end * (0.3 + 0.4 * random.next())) / interval) * interval;
  const tallies: Record<Rule, ReturnType<typeof tally>> = {
    ours: tally(outage),
    any: tally(outage),
    halfOfLatest: tally(outage),
    halfOfLatestRetried: tally(outage),
    share18: tally(outage),
  };
  const inARow = names.map(() => 0);
  let state = newJudge;
  for (let slot = 0; slot < end; slot += interval) {
    const isOut = slot >= outage && slot < outage + outageSeconds;
    const looks = looksOf(options, isOut, random);
    for (const [place, region] of names.entries()) {
      const { first, failures } = looks[place] ?? { first: false, failures: 0 };
      inARow[place] = first ? (inARow[place] ?? 0) + 1 : 0;
      const up = failures < (interval < 60 ? 1 : 3);
      const time = new Date(slot * 1000).toISOString();
      const one = { target: 'shop', up, phases, totalMicros: 1, trusted: true, attempts: failures };
      const results = [{ ...one, attempts: Math.max(1, failures), ...(up ? {} : { reason: 'conn_timeout' as const }) }];
      state = withRun(
        state,
        { version: 1, region, slot: time, sentAt: time, results },
        { now: slot, queuedAt: slot },
        config,
      ).state;
    }
    const failing = inARow.filter((count) => count > 0).length;
    const confirmed = looks.filter(({ failures }) => failures === 3).length;
    tallies.ours.note(slot, viewOf(state, slot, config).targets[0]?.status === 'down');
    tallies.any.note(slot, failing > 0);
    tallies.halfOfLatest.note(slot, failing >= regions / 2);
    tallies.halfOfLatestRetried.note(slot, confirmed >= regions / 2);
    tallies.share18.note(slot, inARow.filter((count) => count < 3).length <= 0.18 * regions);
  }
  const results = Object.entries(tallies).map(([rule, one]) => [rule, one.result()] as const);
  return Object.fromEntries(results) as Record<Rule, PolicyResult>;
}

/** Of each region in a slot: whether its first look failed, and how many of up to three did before one did not. */
function looksOf({ regions, falseShare, correlated }: PolicyOptions, isOut: boolean, random: Random) {
  const cut = random.next() < correlated ? Math.floor(regions / 2) : 0;
  return Array.from({ length: regions }, (_, place) => {
    // Of a true failure, and of a network that is cut, both repetitions fail too.
    if (isOut || place < cut) return { first: true, failures: 3 };
    let failures = 0;
    while (failures < 3 && random.next() < falseShare) failures += 1;
    return { first: failures > 0, failures };
  });
}

function tally(outage: number) {
  let [falseAlarms, was, found] = [0, false, Infinity];
  return {
    note(slot: number, down: boolean) {
      if (down && !was && (slot < outage || slot >= outage + 2 * outageSeconds)) falseAlarms += 1;
      if (down && slot >= outage && slot < outage + outageSeconds) found = Math.min(found, slot - outage);
      was = down;
    },
    result: (): PolicyResult => ({ falseAlarms, detectedAfter: found }),
  };
}
