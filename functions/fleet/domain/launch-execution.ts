import { failedStatuses } from '../contracts/status-event';
import type { Launch } from '../contracts/inputs';

/** A scale-out execution, as far as it is looked at from outside. */
export interface LaunchExecution {
  readonly arn: string;
  readonly name: string;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`, or a word that a newer AWS has. */
  readonly status: string;
  readonly redrives: number;
  readonly redrivable: boolean;
  /** Why it cannot be redriven, in the words of Step Functions. */
  readonly redriveObstacle?: string;
  readonly startedAt: Date;
  readonly stoppedAt?: Date;
  /** The error's name, and its cause as Lambda reports it (JSON text), of one that failed. */
  readonly error?: string;
  readonly cause?: string;
  /** Its input; `undefined` if it is none of ours. */
  readonly input: Launch | undefined;
}

/** The one that was started last. */
export function latest(executions: readonly (LaunchExecution | undefined)[]): LaunchExecution | undefined {
  return executions
    .filter((execution) => execution !== undefined)
    .sort((left, right) => right.startedAt.getTime() - left.startedAt.getTime())[0];
}

/** Whether it has ended, and not well: the operator can act on it. */
export function hasFailed({ status }: Pick<LaunchExecution, 'status'>): boolean {
  return failedStatuses.some((one) => one === status);
}
