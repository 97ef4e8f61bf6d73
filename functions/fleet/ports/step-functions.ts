import type {
  StartExecutionCommandInput,
  StartExecutionCommandOutput,
  DescribeExecutionCommandInput,
  DescribeExecutionCommandOutput,
  StopExecutionCommandInput,
  ListExecutionsCommandInput,
  ListExecutionsCommandOutput,
  RedriveExecutionCommandInput,
  GetExecutionHistoryCommandInput,
  GetExecutionHistoryCommandOutput,
} from '@aws-sdk/client-sfn';

/** AWS Step Functions: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface StepFunctions {
  startExecution(input: StartExecutionCommandInput): Promise<Omit<StartExecutionCommandOutput, '$metadata'>>;
  stopExecution(input: StopExecutionCommandInput): Promise<object>;
  redriveExecution(input: RedriveExecutionCommandInput): Promise<object>;
  listExecutions(input: ListExecutionsCommandInput): Promise<Omit<ListExecutionsCommandOutput, '$metadata'>>;
  getExecutionHistory(
    input: GetExecutionHistoryCommandInput,
  ): Promise<Omit<GetExecutionHistoryCommandOutput, '$metadata'>>;
  describeExecution(input: DescribeExecutionCommandInput): Promise<Omit<DescribeExecutionCommandOutput, '$metadata'>>;
}
