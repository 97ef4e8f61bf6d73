import type { Report } from '../contracts/result';
import type { Target } from '../contracts/target';
import { afterVerdict, unseen, type Notice, type TargetState } from './incident';
import { afterLook, type RegionState } from './region-state';
import { suspectRegions, verdictOf, type Verdict } from './verdict';

/** Everything that the judge remembers: plain JSON. */
export interface JudgeState {
  /** By target, then by region. */
  readonly regions: Readonly<Record<string, Readonly<Record<string, RegionState>>>>;
  readonly targets: Readonly<Record<string, TargetState>>;
  /** Regions that are in trouble themselves, and since when. */
  readonly suspects: Readonly<Record<string, number>>;
  /** The newest message of each region, by its slot: what is heard of it at all. */
  readonly heard: Readonly<Record<string, number>>;
}

export const nothingKnown: JudgeState = { regions: {}, targets: {}, suspects: {}, heard: {} };

export interface Judged {
  readonly state: JudgeState;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly notices: readonly Notice[];
  /** Regions that have become suspect, or are no longer. */
  readonly regionNotices: readonly { readonly region: string; readonly suspect: boolean; readonly at: number }[];
  /** Regions whose clock differs from ours by more than five seconds. */
  readonly skewed: readonly string[];
}

export interface Configuration {
  readonly targets: readonly Target[];
  readonly regions: readonly string[];
}

const longestSkewMs = 5_000;

/**
 * What comes of one region's message at `receivedAt`. Told twice, late or out of order it comes to the same: a look is
 * known by its slot, region and target. What is about a target or a region that is not configured is left out.
 */
export function judge(before: JudgeState, configuration: Configuration, report: Report, receivedAt: number): Judged {
  const isKnown = configuration.regions.includes(report.region);
  const noted = isKnown ? noteReport(before, configuration, report) : before;
  const judged = judgeAll(noted, configuration, receivedAt);
  // A message may lie in a queue, so one that is old says nothing of a clock. One out of the future does, and one that
  // was sent before the scheduler called for it.
  const sentAt = Date.parse(report.sentAt);
  const isAhead = sentAt - receivedAt > longestSkewMs;
  const isBehind = Date.parse(report.slot) - sentAt > longestSkewMs;
  return { ...judged, skewed: isKnown && (isAhead || isBehind) ? [report.region] : [] };
}

function noteReport(before: JudgeState, { targets }: Configuration, report: Report): JudgeState {
  const slot = Date.parse(report.slot);
  const known = new Set(targets.map(({ id }) => id));
  const regions = { ...before.regions };
  for (const { target, up, reason, detail, slow, attempts } of report.results) {
    if (!known.has(target)) continue;
    const states = regions[target] ?? {};
    const after = afterLook(own(states, report.region), { slot, up, reason, detail, slow, attempts });
    if (after !== undefined) regions[target] = { ...states, [report.region]: after };
  }
  const heard = { ...before.heard, [report.region]: Math.max(own(before.heard, report.region) ?? 0, slot) };
  return { ...before, regions, heard };
}

/** The verdicts as of now, also when nothing was heard: silence is found so. */
export function judgeAll(before: JudgeState, configuration: Configuration, now: number): Judged {
  const { targets, regions } = configuration;
  const seen = targets.map((target) => ({ target, states: statesOf(before, target.id, regions) }));
  const suspects = suspectRegions(
    seen.map(({ target, states }) => ({ states, intervalMs: target.intervalSeconds * 1000 })),
    regions,
    now,
  );
  const verdicts = new Map<string, Verdict>();
  const notices: Notice[] = [];
  const after: Record<string, TargetState> = {};
  for (const { target, states } of seen) {
    const policy = { regions, intervalMs: target.intervalSeconds * 1000, quorum: target.quorum };
    const verdict = verdictOf(states, policy, now, suspects);
    verdicts.set(target.id, verdict);
    const muted = target.maintenance.some(({ from, until }) => Date.parse(from) <= now && now < Date.parse(until));
    const step = afterVerdict(own(before.targets, target.id) ?? unseen, verdict, { target: target.id, now, muted });
    after[target.id] = step.state;
    notices.push(...step.notices);
  }
  return {
    state: { ...pruned(before, configuration), targets: after, suspects: since(before.suspects, suspects, now) },
    verdicts,
    notices,
    regionNotices: changesOf(before.suspects, suspects, now),
    skewed: [],
  };
}

function statesOf(
  { regions }: JudgeState,
  target: string,
  voters: readonly string[],
): ReadonlyMap<string, RegionState> {
  const states = own(regions, target) ?? {};
  return new Map(Object.entries(states).filter(([region]) => voters.includes(region)));
}

/** Without what is configured no longer. */
function pruned({ regions, heard, ...rest }: JudgeState, configuration: Configuration): JudgeState {
  const ids = new Set(configuration.targets.map(({ id }) => id));
  const isAsConfigured =
    Object.keys(regions).every((target) => ids.has(target)) &&
    [heard, ...Object.values(regions)].every((of) =>
      Object.keys(of).every((one) => configuration.regions.includes(one)),
    );
  if (isAsConfigured) return { ...rest, regions, heard };
  const kept = Object.entries(regions).filter(([target]) => ids.has(target));
  const listed = <Value>(record: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(record).filter(([region]) => configuration.regions.includes(region)));
  return {
    ...rest,
    regions: Object.fromEntries(kept.map(([target, of]) => [target, listed(of)])),
    heard: listed(heard),
  };
}

function since(before: JudgeState['suspects'], now: ReadonlySet<string>, at: number): JudgeState['suspects'] {
  return Object.fromEntries([...now].map((region) => [region, own(before, region) ?? at]));
}

function changesOf(before: JudgeState['suspects'], now: ReadonlySet<string>, at: number) {
  const become = [...now].filter((region) => own(before, region) === undefined);
  const over = Object.keys(before).filter((region) => !now.has(region));
  return [
    ...become.map((region) => ({ region, suspect: true, at })),
    ...over.map((region) => ({ region, suspect: false, at })),
  ];
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
