import type {
  DescribeAutoScalingGroupsCommandInput,
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandInput,
  DescribeAutoScalingInstancesCommandOutput,
  CompleteLifecycleActionCommandInput,
  DescribeLifecycleHooksCommandInput,
  DescribeLifecycleHooksCommandOutput,
  DescribeWarmPoolCommandInput,
  DescribeWarmPoolCommandOutput,
  RecordLifecycleActionHeartbeatCommandInput,
} from '@aws-sdk/client-auto-scaling';

/** Amazon EC2 Auto Scaling: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface AutoScaling {
  describeAutoScalingGroups(
    input: DescribeAutoScalingGroupsCommandInput,
  ): Promise<Omit<DescribeAutoScalingGroupsCommandOutput, '$metadata'>>;
  describeAutoScalingInstances(
    input: DescribeAutoScalingInstancesCommandInput,
  ): Promise<Omit<DescribeAutoScalingInstancesCommandOutput, '$metadata'>>;
  describeLifecycleHooks(
    input: DescribeLifecycleHooksCommandInput,
  ): Promise<Omit<DescribeLifecycleHooksCommandOutput, '$metadata'>>;
  describeWarmPool(input: DescribeWarmPoolCommandInput): Promise<Omit<DescribeWarmPoolCommandOutput, '$metadata'>>;
  recordLifecycleActionHeartbeat(input: RecordLifecycleActionHeartbeatCommandInput): Promise<object>;
  completeLifecycleAction(input: CompleteLifecycleActionCommandInput): Promise<object>;
}
