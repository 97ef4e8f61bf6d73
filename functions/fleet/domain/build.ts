import type { StepErrorName } from '../contracts/errors';
import type { Launch } from '../contracts/inputs';
import { isSamePurpose } from './redrive-or-new-attempt';
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
  return startedBy === 'retry' && built !== undefined && isSamePurpose(built, execution);
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

/** The error name under which an attempt that is over without success fails the step. */
export function failureName(outcome: BuildOutcome): StepErrorName {
  return outcome.result === 'LOST' ? 'BuildLost' : 'BuildFailed';
}
