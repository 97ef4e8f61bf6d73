import { describeAutoScaling } from '../describe';
import { useLedger } from '../ledger';
import { completeLifecycleActions } from '../lifecycle-actions';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';

/** Puts the instance into service. */
export function putInService(scope: PermissionScope): Permission[] {
  return [
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'),
    completeLifecycleActions(scope),
    describeAutoScaling('AutoScalingInstances'),
  ];
}
