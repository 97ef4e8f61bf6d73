import type { DescribeExecutionCommandOutput, StartExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { isExecutionAlreadyExists, isNotRedrivable } from '../aws-errors';

/** The calls of Step Functions that start an execution, with the SDK's own inputs and outputs. */
export interface StartExecutionPort {
  startExecution(input: {
    stateMachineArn: string;
    name: string;
    input: string;
  }): Promise<Pick<StartExecutionCommandOutput, 'executionArn'>>;
}

/** The calls of Step Functions that a redrive needs. */
export interface RedriveExecutionPort {
  redriveExecution(input: { executionArn: string; clientToken: string }): Promise<object>;
  describeExecution(input: {
    executionArn: string;
  }): Promise<Pick<DescribeExecutionCommandOutput, 'status' | 'redriveCount'>>;
}

/** The ARN of the execution with that name. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/**
 * Starts an execution, once for each name: Step Functions refuses a second one for 90 days after the end of the first.
 *
 * @returns its ARN; `undefined`: there is, or was, an execution of that name.
 */
export async function startNamedExecution(
  stepFunctions: StartExecutionPort,
  { stateMachineArn, name, input }: { readonly stateMachineArn: string; readonly name: string; readonly input: object },
): Promise<string | undefined> {
  try {
    const answer = await stepFunctions.startExecution({ stateMachineArn, name, input: JSON.stringify(input) });
    return answer.executionArn ?? executionArn(stateMachineArn, name);
  } catch (error) {
    if (isExecutionAlreadyExists(error)) return undefined;
    throw error;
  }
}

/**
 * Redrives a failed execution from the step that failed. Two calls about one failure redrive it once.
 *
 * @param failed the execution, and how often it had been redriven when it failed.
 */
export async function redriveOnce(
  stepFunctions: RedriveExecutionPort,
  failed: { readonly arn: string; readonly redrives: number },
): Promise<void> {
  const { arn, redrives } = failed;
  // 64 characters are taken; the end of the name is what tells executions apart.
  const clientToken = `${(arn.split(':').at(-1) ?? arn).slice(-56)}_${redrives}`;
  try {
    await stepFunctions.redriveExecution({ executionArn: arn, clientToken });
  } catch (error) {
    if (!isNotRedrivable(error)) throw error;
    const { status, redriveCount = 0 } = await stepFunctions.describeExecution({ executionArn: arn });
    // It is already redriven: by a person in the console, or by this same request, whose answer was lost.
    if (status !== 'RUNNING' && redriveCount <= redrives) throw error;
  }
}
