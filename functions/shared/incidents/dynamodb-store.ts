import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BatchGetItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
  type DynamoDBClient,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { isTransactionContended } from '../aws-errors';
import { chunks } from '../lists';
import { NamedError } from '../named-error';
import { mostDocumentBytes, type DocumentChange, type Document, type DocumentStore, type StoredMark } from './store';

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
      return documentOf(await get(`document ${name}`));
    },
    async readMany(names) {
      const found = new Map<string, Document>();
      for (const some of chunks([...new Set(names)], mostRead)) {
        for (const item of await getMany(client, tableName, some)) {
          const document = documentOf(item);
          if (document !== undefined) found.set((item.pk?.S ?? '').replace(/^document /, ''), document);
        }
      }
      return found;
    },
    async isMarked(name) {
      return (await get(`mark ${name}`)) !== undefined;
    },
    async write(changes, marks = []) {
      const [only] = changes;
      if (only !== undefined && changes.length === 1 && marks.length === 0) return putAlone(client, tableName, only);
      const items = [
        ...marks.map((one) => ({ Put: putMark(tableName, one) })),
        ...changes.map((one) => ({ Put: putDocument(tableName, one) })),
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

type Item = Record<string, AttributeValue>;

function documentOf(item: Item | undefined): Document | undefined {
  if (item?.content?.B === undefined) return undefined;
  const text = gunzipSync(item.content.B).toString();
  return { version: Number(item.version?.N), value: JSON.parse(text) as unknown };
}

/** DynamoDB gives at most 100 items at once, and of those as many as it likes. */
const mostRead = 100;
const mostTurns = 10;

async function getMany(client: DynamoDBClient, tableName: string, names: readonly string[]): Promise<Item[]> {
  const found: Item[] = [];
  let keys: Item[] = names.map((name) => ({ pk: { S: `document ${name}` } }));
  for (let turn = 0; keys.length > 0; turn += 1) {
    if (turn === mostTurns)
      throw new NamedError('Throttled', `${tableName} left ${keys.length} items unread`, { fault: 'environment' });
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[tableName] ?? []));
    keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return found;
}

/** A transaction writes at twice the price: what changes alone goes without. */
async function putAlone(
  client: DynamoDBClient,
  tableName: string,
  change: DocumentChange,
): Promise<'written' | 'conflict'> {
  try {
    await client.send(new PutItemCommand(putDocument(tableName, change)));
    return 'written';
  } catch (error) {
    const isStale = error instanceof Error && error.name === 'ConditionalCheckFailedException';
    if (isStale || isTransactionContended(error)) return 'conflict';
    throw error;
  }
}

function putDocument(TableName: string, { name, value, from, expires }: DocumentChange) {
  const content = gzipSync(JSON.stringify(value));
  // Documents are bounded so that they never get there; one that does must not be cut.
  if (content.length > mostDocumentBytes)
    throw new NamedError('DocumentTooLarge', `${name} has ${content.length} bytes, of at most ${mostDocumentBytes}`, {
      fault: 'bug',
    });
  return {
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
  } satisfies PutItemCommandInput;
}

function putMark(TableName: string, { name, value, expires }: StoredMark) {
  return {
    TableName,
    Item: {
      pk: { S: `mark ${name}` },
      expires: { N: String(expires) },
      ...(value !== undefined && { value: { S: JSON.stringify(value) } }),
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  } satisfies PutItemCommandInput;
}

function refusals(error: unknown): string[] {
  if (!(error instanceof Error) || !('CancellationReasons' in error) || !Array.isArray(error.CancellationReasons))
    return [];
  return (error.CancellationReasons as { Code?: string }[]).map(({ Code }) => Code ?? 'None');
}
