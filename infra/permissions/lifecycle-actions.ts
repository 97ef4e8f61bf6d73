import { inPattern } from './names';
import type { Permission } from './permission';
import type { PermissionScope } from './scope';

/** Completes lifecycle actions of managed groups. */
export function completeLifecycleActions({ partition, region, account, groups }: PermissionScope): Permission {
  return {
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
  };
}
