import type {
  DescribeAutoScalingGroupsCommandInput,
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandInput,
  DescribeAutoScalingInstancesCommandOutput,
  CompleteLifecycleActionCommandInput,
} from '@aws-sdk/client-auto-scaling';

/** Amazon EC2 Auto Scaling: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface AutoScaling {
  describeAutoScalingGroups(
    input: DescribeAutoScalingGroupsCommandInput,
  ): Promise<Omit<DescribeAutoScalingGroupsCommandOutput, '$metadata'>>;
  describeAutoScalingInstances(
    input: DescribeAutoScalingInstancesCommandInput,
  ): Promise<Omit<DescribeAutoScalingInstancesCommandOutput, '$metadata'>>;
  completeLifecycleAction(input: CompleteLifecycleActionCommandInput): Promise<object>;
}
