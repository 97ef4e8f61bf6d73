import type {
  StartExecutionCommandInput,
  StartExecutionCommandOutput,
  DescribeExecutionCommandInput,
  DescribeExecutionCommandOutput,
  StopExecutionCommandInput,
} from '@aws-sdk/client-sfn';

/** AWS Step Functions: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface StepFunctions {
  startExecution(input: StartExecutionCommandInput): Promise<Omit<StartExecutionCommandOutput, '$metadata'>>;
  stopExecution(input: StopExecutionCommandInput): Promise<object>;
  describeExecution(input: DescribeExecutionCommandInput): Promise<Omit<DescribeExecutionCommandOutput, '$metadata'>>;
}
