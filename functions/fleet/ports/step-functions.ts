import type {
  StartExecutionCommandInput,
  StartExecutionCommandOutput,
  DescribeExecutionCommandInput,
  DescribeExecutionCommandOutput,
} from '@aws-sdk/client-sfn';

/** AWS Step Functions: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface StepFunctions {
  startExecution(input: StartExecutionCommandInput): Promise<Omit<StartExecutionCommandOutput, '$metadata'>>;
  describeExecution(input: DescribeExecutionCommandInput): Promise<Omit<DescribeExecutionCommandOutput, '$metadata'>>;
}
