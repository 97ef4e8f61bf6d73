import { describeAutoScaling } from '../describe';
import { useLedger } from '../ledger';
import { completeLifecycleActions } from '../lifecycle-actions';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';

/** Lets the instance go. */
export function completeRelease(scope: PermissionScope): Permission[] {
  return [
    useLedger(scope, 'dynamodb:GetItem'),
    completeLifecycleActions(scope),
    describeAutoScaling('AutoScalingInstances'),
  ];
}
