import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { isExecutionNotFound } from '../../shared/aws-errors';
import { recordIn } from '../../shared/schema';
import { failedStatuses } from '../contracts/status-event';
import { launchSchema, type Launch } from '../contracts/inputs';
import type { StepFunctions } from '../ports/aws';

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

/** Reads one execution; `undefined` if Step Functions does not know it (any more: it forgets after 90 days). */
export async function readLaunchExecution(
  stepFunctions: Pick<StepFunctions, 'describeExecution'>,
  executionArn: string,
): Promise<LaunchExecution | undefined> {
  try {
    return toLaunchExecution(await stepFunctions.describeExecution({ executionArn }));
  } catch (error) {
    if (isExecutionNotFound(error)) return undefined;
    throw error;
  }
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

function toLaunchExecution(described: Omit<DescribeExecutionCommandOutput, '$metadata'>): LaunchExecution {
  const { executionArn = '', name = '', status = 'RUNNING', stopDate, error, cause } = described;
  return {
    arn: executionArn,
    name,
    status,
    redrives: described.redriveCount ?? 0,
    redrivable: described.redriveStatus === 'REDRIVABLE',
    ...(described.redriveStatusReason !== undefined && { redriveObstacle: described.redriveStatusReason }),
    startedAt: described.startDate ?? new Date(0),
    ...(stopDate !== undefined && { stoppedAt: stopDate }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    input: recordIn(launchSchema, described.input ?? ''),
  };
}
