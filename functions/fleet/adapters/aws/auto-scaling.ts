import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  CompleteLifecycleActionCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling';
import type { AutoScaling } from '../../ports/auto-scaling';

/** The AutoScaling port on the AWS SDK. */
export function createAutoScaling(client: AutoScalingClient): AutoScaling {
  return {
    describeAutoScalingGroups: (input) => client.send(new DescribeAutoScalingGroupsCommand(input)),
    describeAutoScalingInstances: (input) => client.send(new DescribeAutoScalingInstancesCommand(input)),
    completeLifecycleAction: (input) => client.send(new CompleteLifecycleActionCommand(input)),
  };
}
