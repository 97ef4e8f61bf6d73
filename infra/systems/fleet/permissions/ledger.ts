import { partitionOf } from '../../../../functions/fleet/adapters/aws/dynamodb-ledger/items';
import { inEquality } from './names';
import type { Permission } from '../../../permissions/permission';
import type { PermissionScope } from './scope';

type ItemAction = `dynamodb:${'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem'}`;

/**
 * Calls on the ledger, in the partitions of managed groups only.
 *
 * A transaction needs the permissions of what it consists of (PutItem, UpdateItem, DeleteItem), and there is none of its own.
 * `dynamodb:LeadingKeys` is documented with `ForAllValues` and for single calls; that it holds inside a transaction
 * follows from that, but is not written. So there is no `Null` check beside it, which would refuse every claim if it
 * did not: none of these actions can be called without a partition key, so there is no empty set to keep out.
 */
export function useLedger(scope: PermissionScope, ...actions: ItemAction[]): Permission {
  const partitions = scope.groups.map(({ name }) => inEquality(partitionOf(name)));
  return {
    sid: 'UseLedger',
    actions,
    resources: partitions.length === 0 ? [] : [scope.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partitions } },
    narrowedTo: "the ledger's table; partitions of managed groups",
  };
}
