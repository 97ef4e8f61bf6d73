import { describeAutoScaling } from '../describe';
import { readExecutions, readHistories } from '../executions';
import { useLedger } from '../ledger';
import { tellPeople } from '../notifications';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettings } from '../settings';

/** Holds a launch that has failed, and notifies people. */
export function reportOutcome(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'),
    describeAutoScaling('AutoScalingInstances', 'LifecycleHooks'),
    readExecutions(scope, 'scaleOut'),
    readHistories(scope, 'scaleOut'),
    ...tellPeople(scope),
  ];
}
