import type { BuildTrace } from '../ports/jenkins';

/** One attempt at one job of one execution. */
export interface BuildRecord {
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  /** Counts the builds that this job has had for this instance, from 1. */
  readonly attempt: number;
  /** The execution (ARN), and how often it had been redriven, when the attempt began. */
  readonly execution: string;
  readonly redrive: number;
  /** What Jenkins was told to recognize the request by. */
  readonly correlation: string;
  readonly startedAt: string;
  /** The job's full name, and the parameter that carries `correlation`; settings can change while it runs. */
  readonly job?: string;
  readonly parameter?: string;
  readonly trace?: BuildTrace;
  /** Set when the attempt is over. */
  readonly outcome?: BuildOutcome;
}

export interface BuildOutcome {
  readonly succeeded: boolean;
  /** `SUCCESS`, `FAILURE` …, or `CANCELLED`, `REFUSED`, `LOST`, `LEFT`: its launch has ended, and it may still run. */
  readonly result: string;
  readonly message: string;
  readonly number?: number;
  readonly url?: string;
  readonly durationMs?: number;
}
