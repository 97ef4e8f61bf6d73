import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';

/** Takes slot and member back in one transaction, which leaves a line of history. */
export function freeIndex(scope: PermissionScope): Permission[] {
  return [useLedger(scope, 'dynamodb:GetItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem')];
}
