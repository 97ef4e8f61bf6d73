import { NamedError } from '../../shared/named-error';
import type { BuildTrace } from '../ports/jenkins';

/** One attempt at one job of one execution. */
export interface BuildRecord {
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  /** Counts the builds of this job for this instance, from 1. */
  readonly attempt: number;
  /** The execution (ARN), and how often it had been redriven, when the attempt began. */
  readonly execution: string;
  readonly redrive: number;
  /** The value of the parameter by which the request is found again in Jenkins. */
  readonly correlation: string;
  readonly startedAt: string;
  /** URL of the Jenkins, the job's full name, and the parameter that carries `correlation`; settings can change while it runs. */
  readonly jenkins?: string;
  readonly job?: string;
  readonly parameter?: string;
  readonly trace?: BuildTrace;
  /** Set when the attempt is over. */
  readonly outcome?: BuildOutcome;
}

export interface BuildOutcome {
  readonly succeeded: boolean;
  /** `SUCCESS`, `FAILURE` …, or `CANCELLED`, `REFUSED`, `LOST`, or `LEFT` (its launch has ended, and it may still run). */
  readonly result: string;
  readonly message: string;
  readonly number?: number;
  readonly url?: string;
  readonly durationMs?: number;
}

/** Keeps the record of one build up to date. */
export interface BuildKeeper {
  /** Stores the record with these changes. @throws what `store` throws; then the record is kept as it was. */
  save(changes: Pick<BuildRecord, 'trace'> | Pick<BuildRecord, 'outcome'>): Promise<void>;
}

/**
 * @param first the record as it is stored; or not stored yet, with the revision that is.
 * @param store writes a record on the condition that the stored one has the revision before.
 */
export function keepBuild(first: BuildRecord, store: (record: BuildRecord) => Promise<void>): BuildKeeper {
  let current = first;
  return {
    async save(changes) {
      const next = { ...current, ...changes, revision: current.revision + 1 };
      await store(next);
      current = next;
    },
  };
}

/** A build, and what keeps its record. */
export interface KeptBuild extends BuildKeeper {
  readonly job: string;
  readonly record: BuildRecord;
}

/** The same for builds of several jobs. */
export function keepBuilds(
  builds: readonly (readonly [job: string, record: BuildRecord])[],
  store: (job: string, record: BuildRecord) => Promise<void>,
): KeptBuild[] {
  return builds.map(([job, record]) => ({ job, record, ...keepBuild(record, (next) => store(job, next)) }));
}

/** An instance that is, or was, in the group's warm pool: provisioned, without an index. */
export interface Reserve {
  readonly group: string;
  readonly instanceId: string;
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  /** ARN of the execution that prepares, or prepared, it. */
  readonly execution: string;
  readonly phase: (typeof reservePhases)[number];
  /** Its private addresses. */
  readonly addresses?: readonly string[];
  /** As for a member: the lifecycle action that we have completed, or were about to complete. */
  readonly completedToken?: string;
  /** As for a member: since when its launch is being ended. */
  readonly endingSince?: string;
  readonly builds: Readonly<Record<string, BuildRecord>>;
}
/** `completing`: as for a member. */
export const reservePhases = ['warming', 'completing', 'warmed'] as const;

/** Stores records of builds in a reserve, one after the other. They throw LedgerError `Outdated`. */
export function buildsInReserve(
  ledger: { saveReserve(reserve: Reserve): Promise<void> },
  reserve: Reserve,
): (job: string, record: BuildRecord) => Promise<void> {
  let stored = reserve;
  return async (job, record) => {
    const next = { ...stored, revision: stored.revision + 1, builds: { ...stored.builds, [job]: record } };
    await ledger.saveReserve(next);
    stored = next;
  };
}

/**
 * A failed launch that waits for its operator. `execution` and `redrive` identify the failure: a launch that has been
 * redriven since is no longer on hold.
 */
export interface Hold {
  readonly group: string;
  readonly instanceId: string;
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  /** Absent for a launch that failed before it had an index. */
  readonly name?: string;
  readonly execution: string;
  readonly redrive: number;
  /** The state that failed, as the state machine names it: `Deploy`. */
  readonly state: string;
  /** The error's name: `BuildFailed`. */
  readonly error: string;
  /** What the error says; may have many lines. */
  readonly reason: string;
  readonly failedAt: string;
  /** When the instance is abandoned. Absent: never, since no lifecycle action waits. */
  readonly endsAt?: string;
  /** When the lifecycle hook ends in any case: its global limit. */
  readonly hookEndsAt?: string;
  readonly report: Notification;
}

/**
 * The state of a message, which is sent once. `sending`: a run began to send it at that time; if it has not finished some
 * minutes later, it never will. `unsure`: it was published, but the answer was lost.
 */
export interface Notification {
  readonly state: (typeof notificationStates)[number];
  readonly at: string;
}
export const notificationStates = ['sending', 'sent', 'unsent', 'unsure'] as const;

/** The partition for records of no single group. No group can have this name: names have one character or more. */
export const noGroup = '';

/**
 * What one step has read, or does, for all launches of its group that would do the same: a thousand waiting launches then
 * make one call, not a thousand. It only saves calls: a step that finds no observation, an old or a wrong one asks AWS.
 */
export interface Observations {
  /** The observation under `key`, or `undefined` if there is none (any more): it is kept for a day at least. */
  observation(group: string, key: string): Promise<Observation | undefined>;

  /**
   * Stores a whole observation, on the condition that the stored one has `revision - 1` (none: 0). So of two runs that
   * start the same, one writes.
   *
   * @param keptDays how long it is kept at least. Default: a day.
   * @throws LedgerError `Outdated`: another run stored a newer one; nothing was changed.
   */
  saveObservation(observation: Observation, keptDays?: number): Promise<void>;
}

export interface Observation {
  readonly group: string;
  /** What it is about: `change /change/C0123`. */
  readonly key: string;
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  /** No later than when it was seen (ISO 8601). */
  readonly at: string;
  /** The content, in the format of the step that wrote it; at most 350 KB, because DynamoDB allows items of 400 KB. */
  readonly value: string;
}

/** Stores an observation unless a newer one is stored already. Returns whether it did. */
export async function keepObservation(
  ledger: Observations,
  observation: Observation,
  keptDays?: number,
): Promise<boolean> {
  try {
    await (keptDays === undefined
      ? ledger.saveObservation(observation)
      : ledger.saveObservation(observation, keptDays));
    return true;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

/** The revision that comes after `seen`. */
export function nextRevision(seen: Observation | undefined): number {
  return (seen?.revision ?? 0) + 1;
}

/** Why the ledger refused a change. */
export class LedgerError extends NamedError<'NotHolder' | 'Outdated'> {}

/** Whether a write was refused because another came first: what is stored has to be read again. */
export function isOutdated(error: unknown): boolean {
  return error instanceof LedgerError && error.name === 'Outdated';
}
