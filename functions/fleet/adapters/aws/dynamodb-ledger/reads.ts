import { GetItemCommand, QueryCommand, type DynamoDBClient, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';

import { ledgerTable } from '../../../ledger/table';
import { answered } from '../../../resources/instance';
import { toItem } from '../../../../shared/dynamodb/attribute-values';
import { partitionOf, type Item } from './items';

/** Where to read. `pageSize`: items a page, for tests; DynamoDB itself ends a page after 1 MB. */
export interface Source {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly pageSize?: number | undefined;
}

/** One item, by a consistent read. */
export async function getItem({ client, tableName }: Source, key: Item): Promise<Item | undefined> {
  const found = await client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return found.Item;
}

/**
 * The items of `group` whose sort key begins with `prefix`, as last written: all of them in the order of the keys, or
 * the last `newest` of them in reverse.
 */
export async function queryItems(source: Source, group: string, prefix: string, newest?: number): Promise<Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await queryPage(source, { group, prefix, newest, from });
    items.push(...answered(page.Items, `the ledger's items of ${group}`));
    from = page.LastEvaluatedKey;
  } while (from !== undefined && items.length < (newest ?? Infinity));
  return items.slice(0, newest);
}

interface Range {
  readonly group: string;
  readonly prefix: string;
  readonly newest: number | undefined;
  readonly from: Item | undefined;
}

function queryPage({ client, tableName, pageSize }: Source, range: Range): Promise<QueryCommandOutput> {
  return client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': ledgerTable.partitionKey, '#sk': ledgerTable.sortKey },
      ExpressionAttributeValues: toItem({ ':pk': partitionOf(range.group), ':prefix': range.prefix }),
      ScanIndexForward: range.newest === undefined,
      Limit: pageSize ?? range.newest,
      ExclusiveStartKey: range.from,
    }),
  );
}
