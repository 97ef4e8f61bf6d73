import type { Notification } from '../../ledger/port';
import { isRunning, type EarlierExecution } from '../redrive-or-new-attempt';

/** A release that failed, was retried automatically, and failed again. */
export interface FailingRelease {
  readonly instanceId: string;
  /** Absent: it holds no number. */
  readonly name?: string;
  /** ARN. */
  readonly execution: string;
  /** The error's name, or the status of an execution that ended without one. */
  readonly error: string;
  /** How often it has failed. */
  readonly failures: number;
  /** What it holds, in words: `number 3`, `web-03.internal.example.com`. */
  readonly holds: readonly string[];
}

/** The content of the messages about one group's failing releases, sent or to be sent. */
export interface FailingReleases {
  readonly group: string;
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  readonly failing: readonly FailingRelease[];
  /** Names that a message contained and that no longer fail: the next message reports that too. */
  readonly fixed: readonly string[];
  readonly report?: Notification;
}

/** Whether a release fails repeatedly. The first failure only raises an alarm, and the next try mostly succeeds. */
export function failsAgain(earlier: EarlierExecution): boolean {
  return !isRunning(earlier) && earlier.status !== 'SUCCEEDED' && earlier.redrives >= 1;
}

/**
 * The record of a group's failing releases. One message reports every change: more failures, or fewer.
 *
 * @param before as it is stored.
 * @param pending the instances that are being released, or are to be: while a release is retried, it does not count as
 * fixed.
 * @returns `undefined`: there is nothing to report. The same record as before: it is reported, or still to be.
 */
export function decideFailing(
  before: FailingReleases | undefined,
  {
    group,
    failing,
    pending,
  }: { readonly group: string; readonly failing: readonly FailingRelease[]; readonly pending: ReadonlySet<string> },
  now: Date,
): FailingReleases | undefined {
  const known = before?.failing ?? [];
  const found = new Map(failing.map((one) => [one.instanceId, one]));
  const still = known.filter(({ instanceId }) => found.has(instanceId) || pending.has(instanceId));
  const more = failing.filter(({ instanceId }) => !known.some((one) => one.instanceId === instanceId));
  const over = known.filter((one) => !still.includes(one)).map(({ name, instanceId }) => name ?? instanceId);
  if (more.length === 0 && over.length === 0) return before;
  const untold = before?.report?.state === 'sent' ? [] : (before?.fixed ?? []);
  return {
    group,
    revision: before?.revision ?? 0,
    failing: [...still.map((one) => found.get(one.instanceId) ?? one), ...more],
    fixed: [...untold, ...over],
    report: { state: 'unsent', at: now.toISOString() },
  };
}
