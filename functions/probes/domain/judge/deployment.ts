import { own } from '../../../shared/own';
import { isVote } from '../../contracts/reasons';
import type { Report, LookResult } from '../../contracts/result';
import { expiryWarning } from '../certificates';
import { noPoints, withPoint } from './points';
import type { CertificateRecord, JudgeConfig, JudgeState, Latencies } from './state';
import { newTarget, withVote, type RegionVote } from './target';
import type { VerdictRules } from './verdict';

/** No scheduler sends a slot this far ahead; accepting one would make all others late. */
const futureSeconds = 120;
const skewSeconds = 5;
/** After so many seconds without a run or a tick, the judge itself was down. */
const downSeconds = 180;
/** Older slots are the past: the judge catches up with them silently and reports them in one mail afterwards. */
const pastSeconds = 300;
const quietSeconds = 60;

interface RunHeader {
  readonly region: string;
  readonly slot: number;
  readonly sentAt: string;
}

export type JudgeUpdate = { readonly state: JudgeState; readonly refused: string | null };

/**
 * The judge's state after a region's report.
 *
 * @param now when it is judged, in seconds since 1970.
 * @param queuedAt when home's queue received it, in seconds: the region's own clock is compared with it.
 * @returns `refused`: why the report does not count; then the state is unchanged.
 */
export function withRun(
  state: JudgeState,
  report: Report,
  { now, queuedAt }: { readonly now: number; readonly queuedAt: number },
  config: JudgeConfig,
): JudgeUpdate {
  const run = { region: report.region, slot: Math.floor(Date.parse(report.slot) / 1000), sentAt: report.sentAt };
  if (!config.regions.includes(run.region)) return { state, refused: `region ${run.region} is not configured` };
  if (run.slot > now + futureSeconds)
    return { state, refused: `slot ${report.slot} of ${run.region} is in the future` };
  const targets = new Map(state.targets);
  const certificates: Record<string, CertificateRecord> = { ...state.certificates };
  const latency = new Map(state.latency);
  const configured = new Map(config.targets.map((target) => [target.id, target]));
  for (const found of report.results) {
    const target = configured.get(found.target);
    if (target === undefined) continue;
    const from = { region: run.region, vote: voteOf(found) };
    const before = targets.get(target.id) ?? newTarget;
    const after = withVote(before, run.slot, from, verdictRules(target, config));
    if (after !== before) targets.set(target.id, after);
    const known = latency.get(target.id) ?? noLatencies;
    const longer = withLatency(known, run.region, run.slot, found);
    if (longer !== known) latency.set(target.id, longer);
    addCertificate(certificates, found);
  }
  const next = awake({ ...state, targets, certificates, latency, regions: seen(state, run, queuedAt) }, now);
  const isPast = run.slot < now - pastSeconds;
  return {
    state: isPast ? { ...next, quietUntil: Math.max(next.quietUntil, now + quietSeconds) } : next,
    refused: null,
  };
}

/** The state after a tick of the judge's own clock, once a minute: it is how silence is noticed, which sends no message. */
export function withTick(state: JudgeState, now: number, config: JudgeConfig): JudgeState {
  // Two minutes back, when nearly all messages have come. A newer slot would be judged again with each late one.
  const slot = Math.floor(now / 60) * 60 - 120;
  const isBefore = state.startedAt === null || slot < state.startedAt;
  // While it catches up, a current slot would make everything that still waits in the queue too late.
  if (isAsleep(state, now) || now < state.quietUntil) return awake(state, now);
  const targets = config.targets.map((target) => {
    const before = state.targets.get(target.id);
    return [
      target.id,
      isBefore ? (before ?? newTarget) : withVote(before ?? newTarget, slot, undefined, verdictRules(target, config)),
    ] as const;
  });
  // This also drops targets and regions that are no longer configured.
  const regions = Object.entries(state.regions).filter(([region]) => config.regions.includes(region));
  return awake({ ...state, targets: new Map(targets), regions: Object.fromEntries(regions) }, now);
}

export function verdictRules(target: JudgeConfig['targets'][number], config: JudgeConfig): VerdictRules {
  const { regions, minimumFresh } = config;
  return { interval: target.intervalSeconds, regions, quorum: target.quorum, minimumFresh };
}

function isAsleep({ judgedAt }: JudgeState, now: number): boolean {
  return judgedAt !== null && now - judgedAt > downSeconds;
}

function awake(state: JudgeState, now: number): JudgeState {
  const quietUntil = isAsleep(state, now) ? Math.max(state.quietUntil, now + quietSeconds) : state.quietUntil;
  return { ...state, quietUntil, startedAt: state.startedAt ?? now, judgedAt: Math.max(now, state.judgedAt ?? now) };
}

function seen({ regions }: JudgeState, { region, slot, sentAt }: RunHeader, queuedAt: number): JudgeState['regions'] {
  const before = own(regions, region);
  if (before !== undefined && before.slot > slot) return regions;
  const skew = Math.round(new Date(sentAt).getTime() / 1000 - queuedAt);
  return { ...regions, [region]: { slot, skewSeconds: Math.abs(skew) > skewSeconds ? skew : null } };
}

/** One shared object: most votes are this one. */
const good: RegionVote = { vote: 'good', reason: null };

/** A slow target is not down; a look that the region could not make is no vote. */
function voteOf({ up, attempts, reason }: LookResult): RegionVote {
  if (up) return good;
  if (reason !== undefined && !isVote(reason)) return { vote: 'none', reason };
  return { vote: attempts >= 3 ? 'confirmed' : 'bad', reason: reason ?? null };
}

function addCertificate(certificates: Record<string, CertificateRecord>, { target, certificate }: LookResult): void {
  const soon = certificate === undefined ? undefined : expiryWarning(certificate);
  if (certificate === undefined || soon === undefined) return;
  const key = `${certificate.spki}/${soon.notAfter}`;
  const before = own(certificates, key);
  if (before !== undefined && before.warns <= soon.days) return;
  certificates[key] = { target, notAfter: soon.notAfter, warns: soon.days };
}

const noLatencies: Latencies = {};

function withLatency(
  before: Latencies,
  region: string,
  slot: number,
  { up, trusted, totalMicros }: LookResult,
): Latencies {
  if (!up || !trusted) return before;
  const known = own(before, region) ?? noPoints;
  const longer = withPoint(known, slot, totalMicros);
  return longer === known ? before : { ...before, [region]: longer };
}
