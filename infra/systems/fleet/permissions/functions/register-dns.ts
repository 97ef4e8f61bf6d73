import { describeInstances } from '../describe';
import { createAndDeleteRecords, readRecords } from '../dns-records';
import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettings } from '../settings';

/** Writes the records of the instance's name, and of its address in the reverse zone; in a crowd, for all that wait. */
export function registerDns(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
    describeInstances,
    ...readRecords(scope),
    ...createAndDeleteRecords(scope, ['CREATE', 'DELETE']),
  ];
}
