import { onEverything, type Permission } from '../../../permissions/permission';

// Reads that IAM cannot narrow: the Service Authorization Reference lists no resource type for any of them. What they
// show is what exists, not what is in it.

export const describeInstances: Permission = onEverything(
  'EC2 has no resource-level permission for DescribeInstances',
  { sid: 'DescribeInstances', actions: ['ec2:DescribeInstances'] },
);

type DescribeOperation = 'AutoScalingInstances' | 'AutoScalingGroups' | 'LifecycleHooks' | 'WarmPool';

export function describeAutoScaling(...operations: DescribeOperation[]): Permission {
  return onEverything('Auto Scaling has no resource-level permission for its Describe calls', {
    sid: 'DescribeAutoScaling',
    actions: operations.map((operation) => `autoscaling:Describe${operation}`),
  });
}

export const describeTargetGroups: Permission = onEverything(
  'Elastic Load Balancing has no resource-level permission for DescribeTargetGroups',
  { sid: 'DescribeTargetGroups', actions: ['elasticloadbalancing:DescribeTargetGroups'] },
);

export const describeTargetHealth: Permission = onEverything(
  'Elastic Load Balancing has no resource-level permission for DescribeTargetHealth',
  { sid: 'DescribeTargetHealth', actions: ['elasticloadbalancing:DescribeTargetHealth'] },
);
