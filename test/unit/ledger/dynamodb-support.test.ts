import {
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';

import { clientOf, startLedgerDatabase, type LedgerDatabase } from '../../support/dynamodb/ledger-table';

let database: LedgerDatabase;
let client: DynamoDBClient;
let TableName: string;
beforeAll(async () => {
  database = await startLedgerDatabase();
  client = clientOf(database, { maxAttempts: 1 });
});
beforeEach(async () => {
  TableName = await database.createTable();
});
afterAll(async () => {
  client.destroy();
  await database.stop();
});

type Item = Record<string, AttributeValue>;
const keyOf = (sk: string): Item => ({ pk: { S: 'p' }, sk: { S: sk } });
const itemOf = (sk: string, n = 1): Item => ({ ...keyOf(sk), n: { N: String(n) } });
const isNew = 'attribute_not_exists(pk)';
const read = async (sk: string, table = TableName) =>
  (await client.send(new GetItemCommand({ TableName: table, Key: keyOf(sk) }))).Item;
const write = (Item: Item) => client.send(new PutItemCommand({ TableName, Item }));
const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const put = (sk: string, more: object = {}): TransactWriteItem => ({ Put: { TableName, Item: itemOf(sk), ...more } });
const set = (sk: string, UpdateExpression: string, more: object = {}): TransactWriteItem => ({
  Update: {
    TableName,
    Key: keyOf(sk),
    UpdateExpression,
    ExpressionAttributeValues: { ':one': { N: '1' } },
    ...more,
  },
});

describe('operations other than transactions', () => {
  test('are passed on to dynalite', async () => {
    await write(itemOf('a'));
    await expect(read('a')).resolves.toStrictEqual(itemOf('a'));
    const refused = client.send(new PutItemCommand({ TableName, Item: itemOf('a'), ConditionExpression: isNew }));
    await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('are kept for who asks what came in', async () => {
    await write(itemOf('a'));
    expect(database.requests('PutItem').at(-1)).toStrictEqual({ TableName, Item: itemOf('a') });
  });
});

describe('a transaction', () => {
  test('puts, updates, deletes and checks, all together', async () => {
    await write(itemOf('changed'));
    await write(itemOf('deleted'));
    await write(itemOf('checked'));
    await transact([
      put('new', { ConditionExpression: isNew }),
      set('changed', 'SET n = n + :one'),
      { Delete: { TableName, Key: keyOf('deleted') } },
      { ConditionCheck: { TableName, Key: keyOf('checked'), ConditionExpression: 'attribute_exists(pk)' } },
    ]);
    await expect(read('new')).resolves.toStrictEqual(itemOf('new'));
    await expect(read('changed')).resolves.toStrictEqual(itemOf('changed', 2));
    await expect(read('deleted')).resolves.toBeUndefined();
    await expect(read('checked')).resolves.toStrictEqual(itemOf('checked'));
  });

  test('writes nothing when one condition is not met, and says which', async () => {
    await write(itemOf('there', 7));
    const refused = transact([
      put('new'),
      put('there', { ConditionExpression: isNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      set('other', 'SET n = :one'),
    ]);
    await expect(refused).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed, None]') as string,
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: itemOf('there', 7) },
        { Code: 'None' },
      ],
    });
    await expect(read('new')).resolves.toBeUndefined();
    await expect(read('there')).resolves.toStrictEqual(itemOf('there', 7));
  });

  test('shows the item of a condition that was not met only when asked', async () => {
    await write(itemOf('there'));
    const error = await transact([put('there', { ConditionExpression: isNew })]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] });
    expect(error).not.toHaveProperty(['CancellationReasons', 0, 'Item']);
  });

  test('puts everything back when an update does not go with its item', async () => {
    await write(itemOf('there', 7));
    const refused = transact([put('new'), set('there', 'SET n = :one'), set('other', 'SET nowhere.deep = :one')]);
    await expect(refused).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'None' }, { Code: 'ValidationError' }],
    });
    await expect(read('new')).resolves.toBeUndefined();
    await expect(read('there')).resolves.toStrictEqual(itemOf('there', 7));
  });

  test('takes 100 actions', async () => {
    await transact(Array.from({ length: 100 }, (_, number) => put(`item-${number}`)));
    await expect(read('item-99')).resolves.toBeDefined();
  });

  test.each([
    ['more than 100 actions', () => Array.from({ length: 101 }, (_, number) => put(`item-${number}`))],
    ['no action', () => []],
    ['an action that is none', () => [{}]],
    ['two in one', () => [{ ...put('a'), ...set('a', 'SET n = :one') }]],
    ['two actions on one item', () => [put('a'), set('a', 'SET n = :one')]],
    ['a condition that is none', () => [put('a', { ConditionExpression: 'n === 1' })]],
    ['a value that no expression uses', () => [put('a', { ExpressionAttributeValues: { ':x': { N: '1' } } })]],
    ['a key that is not the key of the table', () => [{ Delete: { TableName, Key: { pk: { S: 'p' } } } }]],
    ['an item without its key', () => [put('a', { Item: { pk: { S: 'p' } } })]],
    ['a check of nothing', () => [{ ConditionCheck: { TableName, Key: keyOf('a') } as never }]],
  ])('is refused with %s', async (_, items) => {
    await expect(transact(items())).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(read('a')).resolves.toBeUndefined();
  });

  test('reaches over tables, where equal keys are not one item', async () => {
    const other = await database.createTable();
    await transact([put('a'), { Put: { TableName: other, Item: itemOf('a') } }]);
    await expect(read('a', other)).resolves.toBeDefined();
    const unknown = transact([put('b'), { Put: { TableName: 'unknown', Item: itemOf('b') } }]);
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(read('b')).resolves.toBeUndefined();
  });

  test('lets nothing come between its conditions and its writes', async () => {
    await write(itemOf('counter', 0));
    const seen = {
      ConditionExpression: 'n = :zero',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':zero': { N: '0' } },
    };
    const input = { TableName, Key: keyOf('counter'), UpdateExpression: 'ADD n :one', ...seen };
    const attempts = Array.from({ length: 10 }, (_, number) =>
      number % 2 === 0 ? transact([put('x'), { Update: input }]) : client.send(new UpdateItemCommand(input)),
    );
    const ends = await Promise.allSettled<unknown>(attempts);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(read('counter')).resolves.toStrictEqual(itemOf('counter', 1));
  });
});

describe('the token of a transaction', () => {
  const add = () => set('counter', 'ADD n :one');

  test('keeps it from being carried out twice', async () => {
    await transact([add()], 'token-1');
    await transact([add()], 'token-1');
    await expect(read('counter')).resolves.toStrictEqual(itemOf('counter', 1));
  });

  test('does not keep another one from being carried out', async () => {
    await transact([add()], 'token-2');
    await transact([add()], 'token-3');
    await expect(read('counter')).resolves.toStrictEqual(itemOf('counter', 2));
  });

  test('is refused with another content', async () => {
    await transact([add()], 'token-4');
    await expect(transact([put('a')], 'token-4')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    await expect(read('a')).resolves.toBeUndefined();
  });

  test('is not used up by a transaction that was cancelled', async () => {
    await write(itemOf('there'));
    const put2 = [set('there', 'SET n = :one', { ConditionExpression: 'n <> :one' })];
    await expect(transact(put2, 'token-5')).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await write(itemOf('there', 2));
    await transact(put2, 'token-5');
    await expect(read('there')).resolves.toStrictEqual(itemOf('there', 1));
  });
});

describe('a fault', () => {
  test('loses an answer after the effect', async () => {
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(transact([put('a')])).rejects.toThrow('socket hang up');
    await expect(read('a')).resolves.toBeDefined();
  });

  test.each([
    ['throttled', 'ProvisionedThroughputExceededException'],
    ['unavailable', 'InternalServerError'],
    ['conflict', 'TransactionCanceledException'],
  ] as const)('refuses as %s before the effect', async (fault, name) => {
    database.meet('TransactWriteItems', fault);
    await expect(transact([put('a'), put('b')])).rejects.toMatchObject({ name });
    await expect(read('a')).resolves.toBeUndefined();
  });

  test('is met by one request each, of its operation', async () => {
    database.meet('PutItem', 'throttled', 'conflict');
    await transact([put('a')]);
    await expect(write(itemOf('b'))).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    await expect(write(itemOf('b'))).rejects.toMatchObject({ name: 'TransactionConflictException' });
    await expect(write(itemOf('b'))).resolves.toBeDefined();
  });
});

describe('a database that was stopped', () => {
  test('is not there any more', async () => {
    const stopped = await startLedgerDatabase();
    await stopped.stop();
    const late = clientOf(stopped, { maxAttempts: 1 });
    const request = late.send(new GetItemCommand({ TableName: 'muster-ledger-1', Key: keyOf('a') }));
    await expect(request).rejects.toThrow('ECONNREFUSED');
    late.destroy();
  });
});
