import { own } from '../../../shared/own';
import { withinLastDay, longestWait, regionWait, silencesOf, silenceWait } from './damping';
import type { TargetIncident } from './incident';
import { freshIntervals } from './region';
import type {
  CertificateRecord,
  JudgeConfig,
  JudgeState,
  RegionTrouble,
  ReportedState,
  ReportedIncident,
} from './state';
import type { RegionView, TargetView, JudgeView } from './view';

/** One thing to report. `pages`: a person has to act now; the others are for the record. */
export type Notice = { readonly pages: boolean } & (
  | {
      readonly kind: 'opened' | 'worse' | 'flapping' | 'reminder' | 'closed' | 'past';
      readonly target: string;
      readonly incident: TargetIncident;
      readonly id: string;
    }
  | { readonly kind: 'withdrawn' | 'removed'; readonly target: string; readonly id: string }
  | { readonly kind: 'region'; readonly region: string; readonly state: RegionView['state'] | 'removed' }
  | { readonly kind: 'certificate'; readonly certificate: CertificateRecord }
);

/**
 * The notices that are due, and what is on record as reported once they are sent. None while the judge catches up: what has
 * happened meanwhile is reported afterwards, all at once.
 */
export function noticesOf(
  state: JudgeState,
  view: JudgeView,
  config: JudgeConfig,
): { readonly notices: readonly Notice[]; readonly told: ReportedState } {
  if (view.now < state.quietUntil) return { notices: [], told: state.told };
  const notices: Notice[] = [];
  const viewed = new Set(view.targets.map(({ id }) => id));
  const incidents = Object.fromEntries(Object.entries(state.told.incidents).filter(([id]) => !viewed.has(id)));
  const intervals = new Map(config.targets.map(({ id, intervalSeconds }) => [id, intervalSeconds]));
  const withWindows = { ...config, targets: config.targets.filter(({ maintenance }) => maintenance.length > 0) };
  for (const target of view.targets) {
    const before = own(state.told.incidents, target.id);
    const interval = intervals.get(target.id) ?? 60;
    const isSkipped = isQuiet(target, before) || isMuted(target.id, view.now, withWindows);
    const after = isSkipped ? before : ofTarget(target, before, view, { interval, notices, config: withWindows });
    if (after !== undefined) incidents[target.id] = after;
  }
  // An incident that people know as open ends with its target; otherwise it would hide the next one if the target comes back.
  for (const [target, { open, since }] of Object.entries(incidents)) {
    if (open && !intervals.has(target))
      notices.push({ kind: 'removed', target, id: `${target}@${since}`, pages: true });
  }
  const kept = Object.fromEntries(Object.entries(incidents).filter(([target]) => intervals.has(target)));
  const ofRegion = ofRegions(view, state.told, notices);
  const certificates = ofCertificates(state, notices);
  return { notices, told: { incidents: kept, ...ofRegion, certificates } };
}

/** There is nothing to report of this target, as is so for nearly all targets nearly always. */
function isQuiet({ incident, closed }: TargetView, told: ReportedIncident | undefined): boolean {
  const since = told?.since ?? -1;
  return incident === null && told?.open !== true && !closed.some((one) => one.since > since);
}

interface Reporting {
  readonly interval: number;
  /** New notices are added here. */
  readonly notices: Notice[];
  readonly config: JudgeConfig;
}

function ofTarget(
  target: TargetView,
  before: ReportedIncident | undefined,
  { now, regions }: JudgeView,
  { interval, notices, config }: Reporting,
): ReportedIncident | undefined {
  const say = (
    kind: 'opened' | 'worse' | 'flapping' | 'reminder' | 'closed' | 'past',
    incident: TargetIncident,
    since = incident.since,
  ) =>
    notices.push({
      kind,
      target: target.id,
      incident,
      id: `${target.id}@${since}`,
      pages: incident.kind !== 'degraded',
    });
  let told = before;
  const isTotal = target.fresh.length === 0;
  const wait = () => silenceWait(interval, told?.silences, { now, isTotal });
  for (const closed of target.closed.filter(({ since }) => since > (told?.open === false ? told.since : -1))) {
    // It was reported as open already, perhaps with another begin.
    if (told?.open === true && closed.until !== null && closed.until >= told.since) {
      say('closed', isLessKnown(closed, told) ? { ...closed, kind: 'degraded' } : closed, told.since);
      told = over({ ...told, since: Math.max(told.since, closed.since) }, now, false);
    } else if (told?.open !== true) {
      const { since, kind, flapping } = closed;
      const isTold = isWorth(closed, wait(), regions) && !isMuted(target.id, since, config);
      if (isTold) say('past', closed);
      const next = { since, kind, flapping, at: now, open: false, ...remembered(told) };
      told = isTold ? over(next, now, false) : next;
    }
  }
  const incident = asTold(target, told, () => isSilent(target, now - freshIntervals * interval - wait(), config));
  if (incident === null || isTooSoon(incident, now, { interval, wait: wait() })) {
    if (told?.open !== true || incident !== null) return told;
    notices.push({ kind: 'withdrawn', target: target.id, id: `${target.id}@${told.since}`, pages: true });
    return over(told, now, true);
  }
  if (!isWorth(incident, wait(), regions)) return told;
  if (told?.open !== true) {
    // The target is up again before anything was reported: once it stays up, that is reported as past.
    if (incident.until !== null) return told;
    say('opened', incident);
    const { since, kind, flapping } = incident;
    const onlyDegraded = isLess(incident, target);
    return { since, kind, flapping, at: now, open: true, onlyDegraded, isTotal, ...remembered(told) };
  }
  const { kind, flapping } = incident;
  const next = { ...told, kind, flapping, at: now, onlyDegraded: isLess(incident, target) };
  if (incident.flapping && !told.flapping) say('flapping', incident, told.since);
  else if (incident.kind !== told.kind && !incident.flapping) say('worse', incident, told.since);
  else if (incident.until === null && !incident.flapping && now - told.at >= longestWait)
    say('reminder', incident, told.since);
  else return { ...next, at: told.at };
  return next;
}

/** Records that a reported incident is over. @param isLate it was none: its messages were only late. */
function over(told: ReportedIncident, now: number, isLate: boolean): ReportedIncident {
  const next = { ...told, at: now, open: false };
  if (told.kind !== 'unknown') return next;
  const silence = { at: now, isTotal: told.isTotal === true, isLate };
  return { ...next, silences: [...silencesOf(told.silences, now), silence] };
}

function remembered(told: ReportedIncident | undefined): Pick<ReportedIncident, 'silences'> {
  return told?.silences === undefined ? {} : { silences: told.silences };
}

/** Only a regional problem was reported. */
function isLessKnown({ kind }: TargetIncident, told: ReportedIncident): boolean {
  return told.onlyDegraded === true || (kind === 'unknown' && told.kind === 'degraded');
}

/**
 * The incident as it is reported. What was reported as a regional problem, because only suspect regions saw an outage, does not
 * become an outage afterwards.
 */
function asTold(
  { incident, status, withoutSuspects }: TargetView,
  told: ReportedIncident | undefined,
  lasts: () => boolean,
): TargetIncident | null {
  if (incident === null || told?.open !== true) return incident;
  if (withoutSuspects === true) return { ...incident, kind: told.kind === 'down' ? 'down' : 'degraded' };
  if (told.onlyDegraded === true && status !== 'down') return { ...incident, kind: 'degraded' };
  // A silence within a regional problem counts only once it lasts.
  const isShort = incident.kind === 'unknown' && told.kind === 'degraded' && !(status === 'unknown' && lasts());
  return isShort ? { ...incident, kind: 'degraded' } : incident;
}

/** Fewer regions than `minimumFresh` have looked since that slot (in seconds). */
function isSilent({ regions: seen }: TargetView, since: number, { regions, minimumFresh }: JudgeConfig): boolean {
  const heard = regions.filter((region) => (own(seen, region)?.slot ?? 0) > since).length;
  return heard < Math.max(1, Math.min(minimumFresh ?? 2, regions.length));
}

function isLess({ kind }: TargetIncident, { incident, withoutSuspects }: TargetView): boolean {
  return kind === 'degraded' && (withoutSuspects === true || incident?.kind === 'down');
}

/** Whether reports of other regions may still arrive: an outage is certain at once, everything else only after a while. */
function isTooSoon(
  { kind, since }: TargetIncident,
  now: number,
  { interval, wait }: { readonly interval: number; readonly wait: number },
): boolean {
  if (kind === 'unknown') return now - since < wait;
  return kind === 'degraded' && now - since < 2 * interval;
}

/** Whether to report it: not if only suspect regions see it, nor a silence so short that its messages may just be late. */
function isWorth(incident: TargetIncident, wait: number, regions: readonly RegionView[]): boolean {
  if (incident.kind === 'unknown') return incident.until === null || incident.until - incident.since >= wait / 2;
  if (incident.kind !== 'degraded') return true;
  return !incident.regions.every((one) => regions.find(({ region }) => region === one)?.state === 'suspect');
}

type ReportedRegions = Pick<ReportedState, 'regions' | 'troubles'>;

function ofRegions({ regions, now }: JudgeView, told: ReportedRegions, notices: Notice[]): ReportedRegions {
  const troubles: Record<string, RegionTrouble> = {};
  const after = regions.map(({ region, state }) => {
    const before = own(told.regions, region) ?? 'ok';
    const trouble = own(told.troubles ?? {}, region);
    const times = withinLastDay(trouble?.told ?? [], now);
    const since = state === before ? null : (trouble?.since ?? now);
    const isDue = since !== null && (state === 'ok' || now - since >= regionWait(times, now));
    if (isDue) notices.push({ kind: 'region', region, state, pages: false });
    const next = { since: isDue ? null : since, told: isDue && state !== 'ok' ? [...times, now] : times };
    if (next.since !== null || next.told.length > 0) troubles[region] = next;
    return [region, isDue ? state : before] as const;
  });
  for (const [region, before] of Object.entries(told.regions)) {
    if (before !== 'ok' && !regions.some((one) => one.region === region))
      notices.push({ kind: 'region', region, state: 'removed', pages: false });
  }
  return { regions: Object.fromEntries(after), troubles };
}

function ofCertificates({ certificates, told }: JudgeState, notices: Notice[]): ReportedState['certificates'] {
  const next: Record<string, number> = { ...told.certificates };
  for (const [key, certificate] of Object.entries(certificates)) {
    const before = own(next, key);
    if (before !== undefined && before <= certificate.warns) continue;
    next[key] = certificate.warns;
    notices.push({ kind: 'certificate', certificate, pages: true });
  }
  return next;
}

function isMuted(target: string, at: number, { targets }: JudgeConfig): boolean {
  const windows = targets.find(({ id }) => id === target)?.maintenance ?? [];
  return windows.some(({ from, until }) => at * 1000 >= Date.parse(from) && at * 1000 < Date.parse(until));
}
