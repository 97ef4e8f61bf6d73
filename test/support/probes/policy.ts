import { usualLimits } from '../../../functions/probes/adapters/prober';
import { withRun } from '../../../functions/probes/domain/judge/deployment';
import { newJudge, type JudgeConfig } from '../../../functions/probes/domain/judge/state';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import { pauseAfter, pauseSeconds } from '../../../functions/probes/operations/look-run';
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
  /** Seconds from the outage's begin to the message by which it was found; infinite when it was not. */
  readonly detectedAfter: number;
}

/** How the target's true outage begins, and how long a look at it takes. Seconds. */
interface Outage {
  readonly begin: number;
  readonly takes: number;
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
  // At any second, and not only just before a look.
  const begin = end * (0.3 + 0.4 * random.next());
  const outage: Outage = { begin, takes: ways[Math.floor(random.next() * ways.length)] ?? 0 };
  const tallies: Record<Rule, ReturnType<typeof tally>> = {
    ours: tally(begin),
    any: tally(begin),
    halfOfLatest: tally(begin),
    halfOfLatestRetried: tally(begin),
    share18: tally(begin),
  };
  const inARow = names.map(() => 0);
  let state = newJudge;
  for (let slot = 0; slot < end; slot += interval) {
    const looks = looksOf(options, slot, outage, random);
    for (const [place, { failures }] of looks.entries()) inARow[place] = failures > 0 ? (inARow[place] ?? 0) + 1 : 0;
    // In the order in which they come home, so that it is seen by which of them the verdict came.
    for (const { region, failures, home } of [...looks].sort((one, other) => one.home - other.home)) {
      const up = failures < triesOf(interval);
      const time = new Date(slot * 1000).toISOString();
      const one = { target: 'shop', up, phases, totalMicros: 1, trusted: true, attempts: failures };
      const results = [{ ...one, attempts: Math.max(1, failures), ...(up ? {} : { reason: 'conn_timeout' as const }) }];
      const report = { version: 1 as const, region: names[region] ?? '', slot: time, sentAt: time, results };
      state = withRun(state, report, { now: Math.floor(home), queuedAt: slot }, config).state;
      tallies.ours.note(home, viewOf(state, Math.floor(home), config).targets[0]?.status === 'down');
    }
    const failing = inARow.filter((count) => count > 0).length;
    const confirmed = looks.filter(({ failures }) => failures >= triesOf(interval)).length;
    const all = Math.max(...looks.map(({ home }) => home));
    tallies.any.note(all, failing > 0);
    tallies.halfOfLatest.note(all, failing >= regions / 2);
    tallies.halfOfLatestRetried.note(all, confirmed >= regions / 2);
    tallies.share18.note(all, inARow.filter((count) => count < 3).length <= 0.18 * regions);
  }
  const results = Object.entries(tallies).map(([rule, one]) => [rule, one.result()] as const);
  return Object.fromEntries(results) as Record<Rule, PolicyResult>;
}

/** Below a minute there is no time for another look within the slot. */
const triesOf = (interval: number) => (interval < 60 ? 1 : 1 + pauseSeconds.length);
/** The queue hands a look over so late, a function that was asleep begins, and a message takes its way home: seconds. */
const queueSeconds = 2;
const wakeSeconds = 1;
const homeSeconds = 5;
/** How long a look takes that fails: refused at once, or by the limit of a connection, of a first byte, of all of it. */
const ways = [0, usualLimits.connect, usualLimits.firstByte, usualLimits.total].map((ms) => ms / 1000);

/** Of each region in a slot: how many of up to three looks failed before one did not, and when home knows of it. */
function looksOf(
  { regions, falseShare, correlated, interval = 60 }: PolicyOptions,
  slot: number,
  outage: Outage,
  random: Random,
) {
  const cut = random.next() < correlated ? Math.floor(regions / 2) : 0;
  return Array.from({ length: regions }, (_, region) => {
    let time = slot + random.next() * (queueSeconds + wakeSeconds);
    let failures = 0;
    while (failures < triesOf(interval)) {
      const isOut = time >= outage.begin && time < outage.begin + outageSeconds;
      // Of a network that is cut the repetitions fail too.
      if (!isOut && region >= cut && random.next() >= falseShare) break;
      const took = isOut ? outage.takes : (ways[Math.floor(random.next() * ways.length)] ?? 0);
      failures += 1;
      time += took;
      if (failures < triesOf(interval)) time += (pauseAfter(failures, took) ?? 0) + random.next() * queueSeconds;
    }
    return { region, failures, home: time + random.next() * homeSeconds };
  });
}

function tally(begin: number) {
  let [falseAlarms, was, found] = [0, false, Infinity];
  return {
    note(at: number, down: boolean) {
      if (down && !was && (at < begin || at >= begin + 2 * outageSeconds)) falseAlarms += 1;
      if (down && at >= begin && at < begin + outageSeconds) found = Math.min(found, at - begin);
      was = down;
    },
    result: (): PolicyResult => ({ falseAlarms, detectedAfter: found }),
  };
}
