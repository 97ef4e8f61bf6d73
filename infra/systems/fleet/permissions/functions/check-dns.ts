import { useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';

/** Looks whether a DNS change is in sync; in a crowd, once for all that wait for it. */
export function checkDns(scope: PermissionScope): Permission[] {
  return [
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:PutItem'),
    {
      sid: 'ReadChanges',
      actions: ['route53:GetChange'],
      resources: [`arn:${scope.partition}:route53:::change/*`],
      narrowedTo: 'changes of Route 53',
      wildcard: 'Route 53 makes up the id of a change, and does not tie it to a zone; it shows PENDING or INSYNC',
    },
  ];
}
