import type { StepErrorName } from '../contracts/errors';
import type { Launch } from '../contracts/inputs';
import type { JobSettings } from '../contracts/settings';
import { isSameErrand } from './start';
import type { BuildStatus } from '../ports/jenkins';
import type { BuildOutcome, BuildRecord, GroupRecords } from '../ledger/port';

export type AttemptDecision =
  /** There is no attempt to go on with: make the first, or the next. */
  | { readonly action: 'begin'; readonly attempt: number; readonly reason: string }
  | { readonly action: 'follow'; readonly record: BuildRecord; readonly reason: string }
  | { readonly action: 'done'; readonly outcome: BuildOutcome; readonly reason: string }
  | { readonly action: 'failed'; readonly outcome: BuildOutcome; readonly reason: string };

/**
 * Which attempt at a job this run of the step is about. A new one begins only when the last is over without success
 * *and* the launch was tried again since (a redrive, or another execution): running the step twice, or a
 * build that is still going on, never makes a second build.
 */
export function decideAttempt(
  record: BuildRecord | undefined,
  run: { execution: string; redrives: number },
  /** Whether what has succeeded in another execution counts for this one. */
  keeps = false,
): AttemptDecision {
  if (record === undefined) return { action: 'begin', attempt: 1, reason: 'no build yet' };
  const sameExecution = record.execution === run.execution;
  if (record.outcome === undefined)
    return { action: 'follow', record, reason: `attempt ${record.attempt} is under way` };
  if (!sameExecution && keeps && record.outcome.succeeded) {
    return { action: 'done', outcome: record.outcome, reason: `${record.outcome.message}, before` };
  }
  if (!sameExecution) return { action: 'begin', attempt: record.attempt + 1, reason: 'another launch of the instance' };
  if (record.outcome.succeeded) return { action: 'done', outcome: record.outcome, reason: record.outcome.message };
  if (run.redrives > record.redrive) {
    return { action: 'begin', attempt: record.attempt + 1, reason: `redriven after ${record.outcome.result}` };
  }
  return { action: 'failed', outcome: record.outcome, reason: record.outcome.message };
}

/**
 * Whether a build that has succeeded in another execution counts: of an instance that was provisioned in the warm pool,
 * and of one whose launch is tried again. After a root volume was replaced nothing of before counts.
 *
 * @param built ARN of the execution that the build is of.
 */
export function keepsBuild(
  { origin, startedBy }: Pick<Launch, 'origin' | 'startedBy'>,
  job: string,
  built: string | undefined,
  execution: string,
): boolean {
  if (origin === 'WarmPool' && job === 'provision') return true;
  return startedBy === 'retry' && built !== undefined && isSameErrand(built, execution);
}

/** How many instances of a group may have a build of `job` at once: all that come up, are not on hold, and had none. */
export function buildsAtOnce({ members, reserves, holds }: GroupRecords, job: string): number {
  const held = new Set(holds.map(({ instanceId }) => instanceId));
  const coming = [
    ...members.filter(({ phase }) => phase === 'launching'),
    ...(job === 'provision' ? reserves.filter(({ phase }) => phase === 'warming') : []),
  ];
  const toBuild = coming.filter(({ instanceId, builds, execution }) => {
    const record = builds[job];
    return !held.has(instanceId) && (record?.outcome === undefined || record.execution !== execution);
  });
  return Math.max(1, toBuild.length);
}

export type ProgressDecision =
  | { readonly action: 'wait'; readonly as: StepErrorName; readonly reason: string }
  /** The time allowed is over while the build goes on. */
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

/** The error name under which an attempt that is over without success fails the step. */
export function failureName(outcome: BuildOutcome): StepErrorName {
  return outcome.result === 'LOST' ? 'BuildLost' : 'BuildFailed';
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

type Running = Extract<BuildStatus, { state: 'running' }>;
type Finished = Extract<BuildStatus, { state: 'finished' }>;

function howNear({ elapsedMs, estimatedMs }: Running): StepErrorName {
  // Without an estimate a young build is watched closely: most that fail do so at once.
  if (estimatedMs === undefined) return elapsedMs < youngMs ? 'BuildRunningSoon' : 'BuildRunningFar';
  const leftMs = estimatedMs - elapsedMs;
  const near = nearMs(estimatedMs);
  if (leftMs > near + soonMs || leftMs < -overdueMs) return 'BuildRunningFar';
  return leftMs > near || leftMs < -lateMs ? 'BuildRunningSoon' : 'BuildRunningNear';
}

function describeRunning(label: string, { number, url, elapsedMs, estimatedMs }: Running): string {
  const name = `${label} #${number}`;
  if (estimatedMs === undefined || estimatedMs <= 0) return `${name}, running for ${seconds(elapsedMs)}, ${url}`;
  const leftMs = estimatedMs - elapsedMs;
  if (leftMs <= 0) return `${name}, ${seconds(-leftMs)} over its estimate, ${url}`;
  return `${name}, ${Math.floor((elapsedMs / estimatedMs) * 100)} %, about ${seconds(leftMs)} left, ${url}`;
}

function finishedOutcome(label: string, build: Finished, job: JobSettings): BuildOutcome {
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
