import { describeTargetHealth } from '../describe';
import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettings } from '../settings';

/** Looks whether the instance is healthy behind its load balancer; in a crowd, once for all that wait for it. */
export function checkHealth(scope: PermissionScope): Permission[] {
  return [readSettings(scope), useLedger(scope, 'dynamodb:GetItem', 'dynamodb:PutItem'), describeTargetHealth];
}
