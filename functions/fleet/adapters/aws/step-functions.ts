import {
  StopExecutionCommand,
  StartExecutionCommand,
  DescribeExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { StepFunctions } from '../../ports/step-functions';

/** The StepFunctions port on the AWS SDK. */
export function createStepFunctions(client: SFNClient): StepFunctions {
  return {
    startExecution: (input) => client.send(new StartExecutionCommand(input)),
    stopExecution: (input) => client.send(new StopExecutionCommand(input)),
    describeExecution: (input) => client.send(new DescribeExecutionCommand(input)),
  };
}
