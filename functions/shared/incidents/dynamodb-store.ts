import { gunzipSync, gzipSync } from 'node:zlib';
import { GetItemCommand, TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { isTransactionContended } from '../aws-errors';
import { NamedError } from '../named-error';
import type { Change, DocumentStore, Mark } from './store';

/** An item holds 400 KB. Documents are bounded so that they never get there; one that does must not be cut. */
const mostBytes = 380_000;

/** A table with the key `pk` (text) and, for its TTL, `expires`. A document is one item: JSON, packed by gzip. */
export function dynamoDbStore({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): DocumentStore {
  const get = async (pk: string) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: { pk: { S: pk } }, ConsistentRead: true }),
    );
    return Item;
  };
  return {
    async read(name) {
      const item = await get(`document ${name}`);
      if (item?.content?.B === undefined) return undefined;
      const text = gunzipSync(item.content.B).toString();
      return { version: Number(item.version?.N), value: JSON.parse(text) as unknown };
    },
    async isMarked(name) {
      return (await get(`mark ${name}`)) !== undefined;
    },
    async write(changes, marks = []) {
      const items = [
        ...marks.map((one) => putMark(tableName, one)),
        ...changes.map((one) => putDocument(tableName, one)),
      ];
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
        return 'written';
      } catch (error) {
        const codes = refusals(error);
        if (codes.slice(0, marks.length).includes('ConditionalCheckFailed')) return 'marked';
        // Its own repetition by the SDK has changed the version too: what was written is read again, and does no harm.
        if (codes.includes('ConditionalCheckFailed') || isTransactionContended(error)) return 'conflict';
        throw error;
      }
    },
  };
}

function putDocument(TableName: string, { name, value, from, expires }: Change): TransactWriteItem {
  const content = gzipSync(JSON.stringify(value));
  if (content.length > mostBytes)
    throw new NamedError('DocumentTooLarge', `${name} has ${content.length} bytes, of at most ${mostBytes}`, {
      fault: 'bug',
    });
  return {
    Put: {
      TableName,
      Item: {
        pk: { S: `document ${name}` },
        version: { N: String(from + 1) },
        content: { B: content },
        ...(expires !== undefined && { expires: { N: String(expires) } }),
      },
      ...(from === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :from', ExpressionAttributeValues: { ':from': { N: String(from) } } }),
    },
  };
}

function putMark(TableName: string, { name, value, expires }: Mark): TransactWriteItem {
  return {
    Put: {
      TableName,
      Item: {
        pk: { S: `mark ${name}` },
        expires: { N: String(expires) },
        ...(value !== undefined && { value: { S: JSON.stringify(value) } }),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

function refusals(error: unknown): string[] {
  if (!(error instanceof Error) || !('CancellationReasons' in error) || !Array.isArray(error.CancellationReasons))
    return [];
  return (error.CancellationReasons as { Code?: string }[]).map(({ Code }) => Code ?? 'None');
}
