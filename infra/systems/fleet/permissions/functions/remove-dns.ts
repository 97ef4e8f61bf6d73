import { readRecordsOnceOurs, removeRecords } from '../dns-records';
import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';

/** Takes the records of an instance away; what others have put beside them is created again without them. */
export function removeDns(scope: PermissionScope): Permission[] {
  return [useLedger(scope, 'dynamodb:GetItem'), ...readRecordsOnceOurs(scope), ...removeRecords(scope)];
}
