import type { StepErrorName } from '../contracts/errors';
import type { Launch } from '../contracts/inputs';
import { isSamePurpose } from './redrive-or-new-attempt';
import type { BuildOutcome, BuildRecord, GroupRecords } from '../ledger/port';

export type AttemptDecision =
  /** There is no attempt to continue: start the first one, or the next. */
  | { readonly action: 'begin'; readonly attempt: number; readonly reason: string }
  | { readonly action: 'follow'; readonly record: BuildRecord; readonly reason: string }
  | { readonly action: 'done'; readonly outcome: BuildOutcome; readonly reason: string }
  | { readonly action: 'failed'; readonly outcome: BuildOutcome; readonly reason: string };

/**
 * Which attempt at a job this run of the step is about. A new attempt begins only when the last one is over without
 * success *and* the launch was tried again since then (by a redrive, or another execution). So running the step twice,
 * or while a build still runs, never starts a second build.
 */
export function decideAttempt(
  record: BuildRecord | undefined,
  run: { execution: string; redrives: number },
  /** Whether a success in another execution counts for this one. */
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
 * Whether a build that succeeded in another execution counts. It does for an instance that was provisioned in the warm
 * pool, and for a launch that is tried again. After a root volume was replaced, no earlier build counts.
 *
 * @param built ARN of the execution of that build.
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

/**
 * How many instances of a group may have a build of `job` at once: all that are launching, are not on hold, and have
 * had none.
 */
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

/** The name of the error with which an attempt without success fails the step. */
export function failureName(outcome: BuildOutcome): StepErrorName {
  return outcome.result === 'LOST' ? 'BuildLost' : 'BuildFailed';
}
