import { describeAutoScaling } from './describe';
import { useLedger } from './ledger';
import { inPattern } from './names';
import type { Permission } from './permission';
import type { PermissionScope } from './scope';

/** Puts the instance into service. */
export function completeLifecycle(scope: PermissionScope): Permission[] {
  const { partition, region, account, groups } = scope;
  return [
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
    {
      sid: 'CompleteLifecycleActions',
      actions: ['autoscaling:CompleteLifecycleAction'],
      resources: groups.map(
        ({ name }) =>
          `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${inPattern(name)}`,
      ),
      narrowedTo: 'managed groups',
      wildcard:
        "an id that AWS makes up when the group is created; a group's name is unique, and has no colon in it, so the " +
        'wildcard reaches no other group',
    },
    describeAutoScaling('AutoScalingInstances'),
  ];
}
