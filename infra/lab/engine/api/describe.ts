import type { DescribeExecutionOutput, ExecutionListItem } from '@aws-sdk/client-sfn';
import type { Execution } from '../execution';
import { failureDetails } from '../tasks/record';
import { redrivability } from './redrive';

const includedDetails = { included: true } as const;

/** What DescribeExecution answers. */
export function describe(execution: Execution): DescribeExecutionOutput {
  const { output, stopDate, redriveDate } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate,
    ...(stopDate === undefined ? {} : { stopDate }),
    input: execution.input.text,
    inputDetails: includedDetails,
    ...(output === undefined ? {} : { output, outputDetails: includedDetails }),
    ...failureDetails(execution.failure),
    redriveCount: execution.redriveCount,
    ...(redriveDate === undefined ? {} : { redriveDate }),
    ...redrivability(execution),
  };
}

/** What ListExecutions says about one execution. */
export function listItem(execution: Execution): ExecutionListItem {
  const { stopDate, redriveDate } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate,
    ...(stopDate === undefined ? {} : { stopDate }),
    redriveCount: execution.redriveCount,
    ...(redriveDate === undefined ? {} : { redriveDate }),
  };
}
