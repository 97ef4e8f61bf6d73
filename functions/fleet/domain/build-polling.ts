import type { StepErrorName } from '../contracts/errors';
import type { Release } from '../contracts/inputs';
import {
  usualJob,
  type GroupSettings,
  type JenkinsSettings,
  type JobName,
  type JobSettings,
} from '../contracts/settings';
import type { BuildEnd, BuildStatus, BuildToEnd } from '../ports/jenkins';
import type { BuildOutcome, BuildRecord, Member } from '../ledger/port';

// What the state of a build means for the launch that waits for it, and for the release that ends it.

export type ProgressDecision =
  | { readonly action: 'wait'; readonly as: StepErrorName; readonly reason: string }
  /** The build has used up its time but still runs. */
  | { readonly action: 'timed-out'; readonly reason: string }
  | { readonly action: 'over'; readonly outcome: BuildOutcome };

// Poll rarely while the end is far, and often when it is near. Each poll costs a transition; a late poll leaves the
// instance idle. Far polls come within 40 s, Soon within 6 s, Near within 2 s, each with full jitter: after half of
// that on average. A build can end early by a fraction of its duration, so the longer its estimate, the earlier its end
// counts as near; but not so early that a long build is polled hundreds of times.
const nearMs = (estimatedMs: number) => Math.min(Math.max(estimatedMs * 0.35, 8_000), 30_000);
/** The phase Soon begins so long before Near: almost a whole wait of Far, which would otherwise sleep through Near. */
const soonMs = 38_000;
/** Without an estimate, a build that has run for so long may run for ever: poll rarely. */
const youngMs = 38_000;
/** Polls stay Near for so long after the expected end: builds that exceed their estimate mostly take a little longer. */
const lateMs = 20_000;
/** A build that exceeds its estimate by this much may run for ever: poll rarely again. */
const overdueMs = 120_000;

/**
 * What a build's status means for the step.
 *
 * @param elapsedMs since the attempt began, or since a redrive continued it: time in the queue and running time together.
 */
export function decideProgress(status: BuildStatus, job: JobSettings, elapsedMs: number): ProgressDecision {
  const label = labelOf(job.job);
  const tooLong = beyondLimit(status, job, elapsedMs);
  switch (status.state) {
    case 'unconfirmed':
      return late(tooLong, 'BuildQueued', `${label}: ${status.reason}`);
    case 'queued':
      return late(
        tooLong,
        'BuildQueued',
        `${label} is queued${status.stuck ? ' and stuck' : ''}: ${status.why}, ${status.url}`,
      );
    case 'running':
      return late(tooLong, howNear(status), describeRunning(label, status));
    case 'finished':
      return { action: 'over', outcome: finishedOutcome(label, status, job) };
    case 'cancelled':
      return over('CANCELLED', `${label} was cancelled in the queue, ${status.url}`, status.url);
    case 'refused':
      return over('REFUSED', `${label} was refused by Jenkins: ${status.reason}`);
    case 'lost':
      return over('LOST', `${label} is lost: ${status.reason}`);
  }
}

/** The short name of a job in messages: `deploy-web` for `platform/deploy-web`. */
export function labelOf(job: string): string {
  return job.split('/').at(-1) ?? job;
}

/**
 * The two limits. The running time is what Jenkins reports, but never more than the time since the attempt was
 * continued (by a redrive), which therefore gets the full time again. The sum of both limits bounds any build, even if
 * Jenkins' clock is wrong.
 */
function beyondLimit(status: BuildStatus, job: JobSettings, elapsedMs: number): string | undefined {
  const { queueTimeoutMinutes: queue, timeoutMinutes: run } = job;
  const isOver = (ms: number, minutes: number) => ms >= minutes * 60_000;
  if (status.state !== 'running') {
    return isOver(elapsedMs, queue) ? `; allowed are ${queue} min in the queue (queueTimeoutMinutes)` : undefined;
  }
  const ranMs = Math.min(status.elapsedMs, elapsedMs);
  return isOver(ranMs, run) || isOver(elapsedMs, queue + run)
    ? `; allowed are ${run} min of running (timeoutMinutes)`
    : undefined;
}

type RunningBuild = Extract<BuildStatus, { state: 'running' }>;
type FinishedBuild = Extract<BuildStatus, { state: 'finished' }>;

function howNear({ elapsedMs, estimatedMs }: RunningBuild): StepErrorName {
  // Without an estimate a young build is polled often: most builds that fail do so at once.
  if (estimatedMs === undefined) return elapsedMs < youngMs ? 'BuildRunningSoon' : 'BuildRunningFar';
  const leftMs = estimatedMs - elapsedMs;
  const near = nearMs(estimatedMs);
  if (leftMs > near + soonMs || leftMs < -overdueMs) return 'BuildRunningFar';
  return leftMs > near || leftMs < -lateMs ? 'BuildRunningSoon' : 'BuildRunningNear';
}

function describeRunning(label: string, { number, url, elapsedMs, estimatedMs }: RunningBuild): string {
  const name = `${label} #${number}`;
  if (estimatedMs === undefined || estimatedMs <= 0) return `${name}, running for ${seconds(elapsedMs)}, ${url}`;
  const leftMs = estimatedMs - elapsedMs;
  if (leftMs <= 0) return `${name}, ${seconds(-leftMs)} over its estimate, ${url}`;
  return `${name}, ${Math.floor((elapsedMs / estimatedMs) * 100)} %, about ${seconds(leftMs)} left, ${url}`;
}

function finishedOutcome(label: string, build: FinishedBuild, job: JobSettings): BuildOutcome {
  const { number, url, result, durationMs, logTail } = build;
  const succeeded = result === 'SUCCESS' || (result === 'UNSTABLE' && job.unstable === 'success');
  const headline = `${label} #${number} ${result} after ${seconds(durationMs)}, ${url}`;
  const message = succeeded || logTail === undefined ? headline : `${headline}\n${logTail}`;
  return { succeeded, result, message, number, url, durationMs };
}

function late(tooLong: string | undefined, as: StepErrorName, reason: string): ProgressDecision {
  return tooLong === undefined ? { action: 'wait', as, reason } : { action: 'timed-out', reason: reason + tooLong };
}

function over(result: string, message: string, url?: string): ProgressDecision {
  return { action: 'over', outcome: { succeeded: false, result, message, ...(url === undefined ? {} : { url }) } };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/** How long a release waits for a build that was stopped: a pipeline's `post` may take minutes. */
const stoppingMs = 5 * 60_000;

/** What is known about an open build: Jenkins' answer, or why there is none. */
export type OpenBuild =
  | BuildEnd
  /** Jenkins does not answer. Its builds continue meanwhile. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** Waiting does not help: the settings, the job or the access are wrong. */
  | { readonly state: 'unreachable'; readonly reason: string };

export type EndDecision =
  | { readonly action: 'over'; readonly outcome: BuildOutcome; readonly reason: string }
  | { readonly action: 'wait'; readonly as: StepErrorName; readonly reason: string }
  /** The release continues without it. */
  | { readonly action: 'leave'; readonly outcome: BuildOutcome; readonly reason: string };

/** The builds without an outcome. The record of a job is of its last attempt, which begins after the previous one's end. */
export function openBuilds(builds: Readonly<Record<string, BuildRecord>>): [job: string, record: BuildRecord][] {
  return Object.entries(builds).filter(([, { outcome }]) => outcome === undefined);
}

/**
 * Whether a release ends the builds of the member: it has taken the member over, so no step of its launch can start
 * another build. A member that already has its new root volume has another launch, whose builds must not be stopped.
 */
export function endsBuildsOf({ phase }: Pick<Member, 'phase'>, reason: Release['reason']): boolean {
  return phase === (reason === 'root-volume' ? 'replacing' : 'releasing');
}

/** Whether a release ends the builds of a warm instance's reserve: if `free-index` deletes the reserve. */
export function endsBuildsOfReserve(member: Pick<Member, 'phase'> | undefined, reason: Release['reason']): boolean {
  if (reason === 'root-volume' || reason === 'to-warm-pool') return false;
  return member === undefined || member.phase === 'releasing';
}

/**
 * The longest time that a release waits for a build. It is always limited: a terminate hook has a deadline, and the
 * next instance needs the number. A build that must not be stopped gets its full running time.
 */
export function allowedMs(job: Pick<JobSettings, 'interruptible' | 'timeoutMinutes'>): number {
  return job.interruptible ? stoppingMs : Math.max(stoppingMs, job.timeoutMinutes * 60_000);
}

/** The current settings of the build's group, or why they cannot be read. */
export type SettingsNow = GroupSettings | { readonly problem: string };

/** The job of a build that must end, as it began; other values from the current settings, or defaults. */
export function jobToEnd(job: string, record: BuildRecord, settings: SettingsNow): JobSettings {
  const now = ('problem' in settings ? undefined : settings[job as JobName]) ?? usualJob(job);
  return { ...asBegun(now, record), parameters: {} };
}

/** The job of a build as it began, as far as that is on record; other values from the current settings. */
function asBegun(now: JobSettings, record: BuildRecord): JobSettings {
  return { ...now, job: record.job ?? now.job, correlationParameter: record.parameter ?? now.correlationParameter };
}

/**
 * A build to continue with, and its job: as they were when the build began, even if the settings have changed. A build
 * that was never posted (for example because the settings were wrong) follows the current settings.
 *
 * @param now the job, and the URL of Jenkins, in the current settings.
 */
export function goesOn(
  record: BuildRecord,
  now: { readonly job: JobSettings; readonly jenkins: string },
): { readonly record: BuildRecord; readonly job: JobSettings } {
  const { job, jenkins } = now;
  if (record.trace !== undefined && record.trace.phase !== 'asked') return { record, job: asBegun(job, record) };
  return { record: { ...record, jenkins, job: job.job, parameter: job.correlationParameter }, job };
}

/** What to report about a build that is not found, if the settings now name another Jenkins; otherwise empty. */
export function movedFrom(
  { jenkins }: BuildRecord,
  now: { readonly jenkins?: { readonly url: string } | undefined } | { readonly problem: string },
): string {
  const url = 'problem' in now ? undefined : now.jenkins?.url;
  return jenkins === undefined || jenkins === url ? '' : `; it was begun at ${jenkins}`;
}

/** Which Jenkins to ask about the build, or why none can be asked. */
export function jenkinsNow(settings: SettingsNow): JenkinsSettings | Extract<OpenBuild, { state: 'unreachable' }> {
  if ('problem' in settings) return { state: 'unreachable', reason: settings.problem };
  const gone = `${settings.group} has no Jenkins in its settings any more`;
  return settings.jenkins ?? { state: 'unreachable', reason: gone };
}

export function toEnd({ job, correlationParameter, interruptible }: JobSettings, record: BuildRecord): BuildToEnd {
  return { job, correlation: { parameter: correlationParameter, value: record.correlation }, interruptible };
}

/**
 * What the release does with an open build, given what is known about it.
 *
 * @param moved what to report about a build that is not found. @see movedFrom
 */
export function decideEnd(
  found: OpenBuild,
  job: JobSettings,
  { record, moved = '' }: { readonly record: BuildRecord; readonly moved?: string },
  elapsedMs: number,
): EndDecision {
  const label = labelOf(job.job);
  if (found.state === 'over') {
    // Its Jenkins was not asked: the build may still exist there, and run.
    if (found.status.state === 'lost' && moved !== '') return leave(`${label}: ${found.status.reason}${moved}`, record);
    const decision = decideProgress(found.status, job, 0);
    if (decision.action === 'over') return { ...decision, reason: firstLine(decision.outcome.message) };
    return { action: 'wait', as: 'BuildEnding', reason: decision.reason };
  }
  const said = `${label}: ${found.reason}`;
  if (found.state === 'unreachable') return leave(said, record);
  const allowed = allowedMs(job);
  if (elapsedMs >= allowed) return leave(`${said}; waited for ${Math.round(allowed / 60_000)} min`, record);
  return { action: 'wait', as: found.state === 'unknown' ? 'JenkinsUnavailable' : 'BuildEnding', reason: said };
}

function leave(said: string, record: BuildRecord): EndDecision {
  const reason = `the build of ${said}: it may still run (${record.correlation})`;
  return { action: 'leave', outcome: { succeeded: false, result: 'LEFT', message: reason }, reason };
}

/** The builds that a released member leaves running, in words, for readers of the history of its number. */
export function leftBehind(builds: Readonly<Record<string, BuildRecord>>): string[] {
  return Object.values(builds).flatMap(({ outcome }) => (outcome?.result === 'LEFT' ? [outcome.message] : []));
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
