/**
 * A launch that failed and waits for its operator. It says which failure it is about (`execution` and `redrive`): one
 * that has been redriven since is on hold no more.
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
  /** When the instance is let go of. Absent: never, since no lifecycle action waits. */
  readonly endsAt?: string;
  /** When the lifecycle hook ends whatever is done: its global limit. */
  readonly hookEndsAt?: string;
  readonly report: Report;
}

/**
 * How far the one message about something has come. `sending`: somebody has taken it upon them at that time; if they
 * have not finished some minutes later, they never will. `unsure`: it was published, and the answer was lost.
 */
export interface Report {
  readonly state: (typeof reportStates)[number];
  readonly at: string;
}
export const reportStates = ['sending', 'sent', 'unsent', 'unsure'] as const;
