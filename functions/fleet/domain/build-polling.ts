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

// What it means where a build stands: for the launch that waits for it, and for the release that ends it.

export type ProgressDecision =
  | { readonly action: 'wait'; readonly as: StepErrorName; readonly reason: string }
  /** The time allowed is over while the build continues. */
  | { readonly action: 'timed-out'; readonly reason: string }
  | { readonly action: 'over'; readonly outcome: BuildOutcome };

// Poll rarely while there is long to go, often when it is about to end. Each poll is a transition that is paid for; a
// poll that comes late is time that the instance stands idle. Far polls within 40 s, Soon within 6 s, Near within 2 s,
// each with full jitter: after half of that on average.
// A build can end early by a part of what it takes, so the longer one is expected to take, the earlier its end is near;
// but not so early that a long build is asked for hundreds of times.
const nearMs = (estimatedMs: number) => Math.min(Math.max(estimatedMs * 0.35, 8_000), 30_000);
/** Before the end is near: as long as what is polled rarely may sleep over it. */
const soonMs = 38_000;
/** Without an estimate one that has run for so long may run for ever. */
const youngMs = 38_000;
/** Builds that take longer than their estimate mostly take a little longer. */
const lateMs = 20_000;
/** One this much over it may take for ever: look rarely again. */
const overdueMs = 120_000;

/**
 * What a build's status means for the step.
 *
 * @param elapsedMs since the attempt began, or was taken up again: in the queue and of running.
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

/** How messages name a job: `deploy-web` of `platform/deploy-web`. */
export function labelOf(job: string): string {
  return job.split('/').at(-1) ?? job;
}

/**
 * The two limits. How long a build has run is what Jenkins says, but never more than since it was taken up (by a
 * redrive): that gives it the whole time again. And both limits together are enough for any build, whatever Jenkins'
 * clock says.
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
  // Without an estimate a young build is watched closely: most that fail do so at once.
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

/** What was found out about an open build: what Jenkins says of it, or why it says nothing. */
export type OpenBuild =
  | BuildEnd
  /** Jenkins does not answer. Its builds go on meanwhile. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** No waiting will help: its settings, the job or the access are wrong. */
  | { readonly state: 'unreachable'; readonly reason: string };

export type EndDecision =
  | { readonly action: 'over'; readonly outcome: BuildOutcome; readonly reason: string }
  | { readonly action: 'wait'; readonly as: StepErrorName; readonly reason: string }
  /** The release continues without it. */
  | { readonly action: 'leave'; readonly outcome: BuildOutcome; readonly reason: string };

/** The builds that have no outcome. Of each job it is the last: an attempt begins only when the one before is over. */
export function openBuilds(builds: Readonly<Record<string, BuildRecord>>): [job: string, record: BuildRecord][] {
  return Object.entries(builds).filter(([, { outcome }]) => outcome === undefined);
}

/**
 * Whether a release ends the builds of the member: it has taken it over, so that no step of its launch can begin one
 * any more. With a new root volume already it has another launch, whose builds are not to be touched.
 */
export function endsBuildsOf({ phase }: Pick<Member, 'phase'>, reason: Release['reason']): boolean {
  return phase === (reason === 'root-volume' ? 'replacing' : 'releasing');
}

/** Whether a release takes away what is kept of the instance as one of the warm pool, as `free-index` does. */
export function endsBuildsOfReserve(member: Pick<Member, 'phase'> | undefined, reason: Release['reason']): boolean {
  if (reason === 'root-volume' || reason === 'to-warm-pool') return false;
  return member === undefined || member.phase === 'releasing';
}

/**
 * How long a release waits for a build, at most. It is never held for ever: a terminate hook has a deadline, and the
 * next instance needs the number. A build that may not be stopped has the time that it may run at all.
 */
export function allowedMs(job: Pick<JobSettings, 'interruptible' | 'timeoutMinutes'>): number {
  return job.interruptible ? stoppingMs : Math.max(stoppingMs, job.timeoutMinutes * 60_000);
}

/** The settings of the build's group as they are now, or why they cannot be had. */
export type SettingsNow = GroupSettings | { readonly problem: string };

/** The job of a build that is to end, as it was when the build began; for the rest as it is now, or usual. */
export function jobToEnd(job: string, record: BuildRecord, settings: SettingsNow): JobSettings {
  const now = ('problem' in settings ? undefined : settings[job as JobName]) ?? usualJob(job);
  return { ...asBegun(now, record), parameters: {} };
}

/** The job of a build as it was when the build began, as far as that is on record; for the rest as it is now. */
function asBegun(now: JobSettings, record: BuildRecord): JobSettings {
  return { ...now, job: record.job ?? now.job, correlationParameter: record.parameter ?? now.correlationParameter };
}

/**
 * A build that goes on, and its job: as it was begun, whatever the settings say by now. Of one that was never posted (the
 * settings were wrong, say) it is what they say now.
 *
 * @param now the job, and URL of the Jenkins, of today's settings.
 */
export function goesOn(
  record: BuildRecord,
  now: { readonly job: JobSettings; readonly jenkins: string },
): { readonly record: BuildRecord; readonly job: JobSettings } {
  const { job, jenkins } = now;
  if (record.trace !== undefined && record.trace.phase !== 'asked') return { record, job: asBegun(job, record) };
  return { record: { ...record, jenkins, job: job.job, parameter: job.correlationParameter }, job };
}

/** What to say of a build that is not to be found, if the settings name another Jenkins by now; empty if they do not. */
export function movedFrom(
  { jenkins }: BuildRecord,
  now: { readonly jenkins?: { readonly url: string } | undefined } | { readonly problem: string },
): string {
  const url = 'problem' in now ? undefined : now.jenkins?.url;
  return jenkins === undefined || jenkins === url ? '' : `; it was begun at ${jenkins}`;
}

/** Which Jenkins is asked about the build, or why none can be. */
export function jenkinsNow(settings: SettingsNow): JenkinsSettings | Extract<OpenBuild, { state: 'unreachable' }> {
  if ('problem' in settings) return { state: 'unreachable', reason: settings.problem };
  const gone = `${settings.group} has no Jenkins in its settings any more`;
  return settings.jenkins ?? { state: 'unreachable', reason: gone };
}

export function toEnd({ job, correlationParameter, interruptible }: JobSettings, record: BuildRecord): BuildToEnd {
  return { job, correlation: { parameter: correlationParameter, value: record.correlation }, interruptible };
}

/**
 * What follows for the release from what was found out about a build that is to end.
 *
 * @param moved what to say of one that is not to be found. @see movedFrom
 */
export function decideEnd(
  found: OpenBuild,
  job: JobSettings,
  { record, moved = '' }: { readonly record: BuildRecord; readonly moved?: string },
  elapsedMs: number,
): EndDecision {
  const label = labelOf(job.job);
  if (found.state === 'over') {
    // Its Jenkins was not asked: it can still have it, and run it.
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

/** What is left behind of a member that is given up, for those who look into the history of its number. */
export function leftBehind(builds: Readonly<Record<string, BuildRecord>>): string[] {
  return Object.values(builds).flatMap(({ outcome }) => (outcome?.result === 'LEFT' ? [outcome.message] : []));
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
