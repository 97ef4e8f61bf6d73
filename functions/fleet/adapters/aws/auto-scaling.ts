import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLifecycleHooksCommand,
  DescribeWarmPoolCommand,
  RecordLifecycleActionHeartbeatCommand,
  CompleteLifecycleActionCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling';
import type { AutoScaling } from '../../ports/aws';

/** The AutoScaling port on the AWS SDK. */
export function createAutoScaling(client: AutoScalingClient): AutoScaling {
  return {
    describeAutoScalingGroups: (input) => client.send(new DescribeAutoScalingGroupsCommand(input)),
    describeAutoScalingInstances: (input) => client.send(new DescribeAutoScalingInstancesCommand(input)),
    describeLifecycleHooks: (input) => client.send(new DescribeLifecycleHooksCommand(input)),
    describeWarmPool: (input) => client.send(new DescribeWarmPoolCommand(input)),
    recordLifecycleActionHeartbeat: (input) => client.send(new RecordLifecycleActionHeartbeatCommand(input)),
    completeLifecycleAction: (input) => client.send(new CompleteLifecycleActionCommand(input)),
  };
}
