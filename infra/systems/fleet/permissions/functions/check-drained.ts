import { describeTargetHealth } from '../describe';
import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';

/** Looks whether the load balancer has let the instance's connections end. */
export function checkDrained(scope: PermissionScope): Permission[] {
  return [useLedger(scope, 'dynamodb:GetItem'), describeTargetHealth];
}
