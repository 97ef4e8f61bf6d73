import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';

import { ledgerTable } from '../../../ledger/table';
import { toItem } from '../../../../shared/dynamodb/attribute-values';
import type { Item } from './items';
import type { LedgerTarget } from './writes';

type Table = Pick<LedgerTarget, 'tableName'>;

/** Stores `record` whole under `key`, where the stored one has the revision before it, or there is none. */
export function saveAction({ tableName }: Table, key: Item, record: { readonly revision: number }): TransactWriteItem {
  // The key last: it is never what a record happens to have beside its own attributes.
  const put = { TableName: tableName, Item: { ...toItem(record), ...key } };
  if (record.revision === 1) {
    const ExpressionAttributeNames = { '#pk': ledgerTable.partitionKey };
    return { Put: { ...put, ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames } };
  }
  return {
    Put: {
      ...put,
      ConditionExpression: '#revision = :previous',
      ExpressionAttributeNames: { '#revision': 'revision' },
      ExpressionAttributeValues: toItem({ ':previous': record.revision - 1 }),
    },
  };
}

/** Removes what is stored under `key`; with `execution`, only what is of that execution. */
export function removeAction({ tableName }: Table, key: Item, execution: string | undefined): TransactWriteItem {
  const item = { TableName: tableName, Key: key };
  if (execution === undefined) return { Delete: item };
  return {
    Delete: {
      ...item,
      ConditionExpression: '#execution = :execution',
      ExpressionAttributeNames: { '#execution': 'execution' },
      ExpressionAttributeValues: toItem({ ':execution': execution }),
    },
  };
}
