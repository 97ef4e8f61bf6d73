import { describeTargetHealth } from './describe';
import { useLedger } from './ledger';
import type { Permission } from './permission';
import type { PermissionScope } from './scope';
import { readSettings } from './settings';

/** Looks whether the instance is healthy behind its load balancer. */
export function checkHealth(scope: PermissionScope): Permission[] {
  return [readSettings(scope), useLedger(scope, 'dynamodb:GetItem'), describeTargetHealth];
}
