import { describeAutoScaling, describeInstances } from '../describe';
import { useHoldings, useLedger } from '../ledger';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettings } from '../settings';

/** Finds a free index, and claims it in one transaction: slot, member and history are put. */
export function claimIndex(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
    // How many come at once is counted over all groups.
    useHoldings(scope, 'dynamodb:GetItem', 'dynamodb:PutItem'),
    describeAutoScaling('AutoScalingInstances', 'AutoScalingGroups'),
    // The numbers that instances bear although the ledger has lost them.
    describeInstances,
  ];
}
