import { describeAutoScaling } from '../describe';
import { readExecutions, startExecutions } from '../executions';
import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettingsOfAnyGroup } from '../settings';

/** Starts an execution for a launch, and looks at an earlier one of the same name. */
export function startScaleOut(scope: PermissionScope): Permission[] {
  return [
    readSettingsOfAnyGroup(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:PutItem'),
    startExecutions(scope, 'scaleOut'),
    readExecutions(scope, 'scaleOut'),
    describeAutoScaling('AutoScalingInstances'),
  ];
}
