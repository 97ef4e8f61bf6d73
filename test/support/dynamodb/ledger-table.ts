import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { ledgerTable } from '../../../functions/fleet/ledger/table';
import { startDynamoDb, type DynamoDb } from './start-dynamodb';

/** A DynamoDB, a client of it, and ledger tables as many as tests want. */
export interface LedgerDatabase extends DynamoDb {
  readonly client: DynamoDBClient;
  /** Creates a new, empty ledger table and returns its name. */
  createTable(): Promise<string>;
}

/** Starts a DynamoDB of its own. `stop` closes the client too. */
export async function startLedgerDatabase(): Promise<LedgerDatabase> {
  const database = await startDynamoDb();
  const client = clientOf(database);
  let tables = 0;
  return {
    ...database,
    client,
    async createTable() {
      tables += 1;
      return createLedgerTable(client, `muster-ledger-${tables}`);
    },
    async stop() {
      client.destroy();
      await database.stop();
    },
  };
}

/** A client of `database`, and of nothing else: made-up credentials, loopback only. */
export function clientOf({ endpoint }: Pick<DynamoDb, 'endpoint'>, options: { maxAttempts?: number } = {}) {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...options,
  });
}

function createLedgerTable(client: DynamoDBClient, tableName: string): Promise<string> {
  return createTable(client, tableName, [ledgerTable.partitionKey, ledgerTable.sortKey]);
}

/** Creates a table with these text keys, the partition's first, and returns its name when it can be used. */
export async function createTable(client: DynamoDBClient, tableName: string, keys: readonly string[]): Promise<string> {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((name, at) => ({ AttributeName: name, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: keys.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    }),
  );
  let status: string | undefined;
  while (status !== 'ACTIVE') {
    status = (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table?.TableStatus;
  }
  return tableName;
}
