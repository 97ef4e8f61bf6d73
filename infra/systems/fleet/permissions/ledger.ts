import { partitionOf } from '../../../../functions/fleet/adapters/aws/dynamodb-ledger/items';
import { noGroup } from '../../../../functions/fleet/ledger/records';
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
  return {
    sid: 'UseLedger',
    actions,
    ...inPartitions(
      scope,
      scope.groups.map(({ name }) => name),
    ),
    narrowedTo: "the ledger's table; partitions of managed groups",
  };
}

/** What is kept about no group alone: what groups there are and were, and how much their instances hold, and how many
 * come at once. */
export function useHoldings(scope: PermissionScope, ...actions: ItemAction[]): Permission {
  return {
    sid: 'UseHoldings',
    actions,
    ...inPartitions(scope, scope.groups.length === 0 ? [] : [noGroup]),
    narrowedTo: "the ledger's table; the partition of no group",
  };
}

function inPartitions({ tableArn }: PermissionScope, groups: readonly string[]) {
  const partitions = groups.map((name) => inEquality(partitionOf(name)));
  return {
    resources: partitions.length === 0 ? [] : [tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partitions } },
  };
}
