import { inPattern } from './names';
import type { Permission } from '../../../permissions/permission';
import type { PermissionScope } from './scope';

/** Completes lifecycle actions of managed groups. */
export function completeLifecycleActions(scope: PermissionScope): Permission {
  return {
    sid: 'CompleteLifecycleActions',
    actions: ['autoscaling:CompleteLifecycleAction'],
    ...managedGroups(scope),
  };
}

/** Keeps lifecycle actions of managed groups from timing out. */
export function recordHeartbeats(scope: PermissionScope): Permission {
  return {
    sid: 'RecordHeartbeats',
    actions: ['autoscaling:RecordLifecycleActionHeartbeat'],
    ...managedGroups(scope),
  };
}

function managedGroups({
  partition,
  region,
  account,
  groups,
}: PermissionScope): Pick<Permission, 'resources' | 'narrowedTo' | 'wildcard'> {
  return {
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
