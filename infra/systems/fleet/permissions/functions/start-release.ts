import { readExecutions, redriveExecutions, startExecutions, stopExecutions } from '../executions';
import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettingsOfAnyGroup } from '../settings';

/** Starts a release for an instance that leaves, and ends its launch if that still runs. */
export function startRelease(scope: PermissionScope): Permission[] {
  return [
    readSettingsOfAnyGroup(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:PutItem'),
    startExecutions(scope, 'release'),
    readExecutions(scope, 'scaleOut', 'release'),
    stopExecutions(scope, 'scaleOut'),
    redriveExecutions(scope, 'release'),
  ];
}
