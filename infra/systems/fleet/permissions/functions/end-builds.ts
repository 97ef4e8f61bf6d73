import { useLedger } from '../ledger';
import { distinct } from '../names';
import { forEach, type Permission } from '../../../../permissions/permission';
import { readJenkinsCredentials } from './run-build';
import type { PermissionScope } from '../scope';
import { readSettings } from '../settings';

/** Has Jenkins end builds; with the credentials that they were asked for. */
export function endBuilds(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'),
    ...forEach([distinct(scope.groups.flatMap(({ secretArns }) => secretArns))], readJenkinsCredentials),
  ];
}
