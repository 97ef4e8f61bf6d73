import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { isExecutionNotFound } from '../../shared/aws-errors';
import { recordIn } from '../../shared/schema';
import { launchSchema } from '../contracts/inputs';
import type { LaunchExecution } from '../domain/launch-execution';
import type { StepFunctions } from '../ports/aws';

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
