import {
  StopExecutionCommand,
  StartExecutionCommand,
  RedriveExecutionCommand,
  ListExecutionsCommand,
  GetExecutionHistoryCommand,
  DescribeExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { StepFunctions } from '../../ports/aws';

/** The StepFunctions port on the AWS SDK. */
export function createStepFunctions(client: SFNClient): StepFunctions {
  return {
    startExecution: (input) => client.send(new StartExecutionCommand(input)),
    stopExecution: (input) => client.send(new StopExecutionCommand(input)),
    redriveExecution: (input) => client.send(new RedriveExecutionCommand(input)),
    listExecutions: (input) => client.send(new ListExecutionsCommand(input)),
    getExecutionHistory: (input) => client.send(new GetExecutionHistoryCommand(input)),
    describeExecution: (input) => client.send(new DescribeExecutionCommand(input)),
  };
}
