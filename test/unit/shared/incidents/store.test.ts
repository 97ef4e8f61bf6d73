import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbStore } from '../../../../functions/shared/incidents/dynamodb-store';
import { memoryStore, valueLike, type DocumentStore } from '../../../../functions/shared/incidents/store';
import { clientOf, createTable } from '../../../support/dynamodb/ledger-table';
import { startDynamoDb, type DynamoDb } from '../../../support/dynamodb/start-dynamodb';

// One suite over both stores: what is kept, and what two that write at once come to.

const tableName = 'documents';
let dynamoDb: DynamoDb;
let client: DynamoDBClient;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  client = clientOf(dynamoDb);
  await createTable(client, tableName, ['pk']);
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.stop();
});

const expires = 2_000_000_000;
let names = 0;

describe.each<[string, () => DocumentStore]>([
  ['in memory', memoryStore],
  ['in DynamoDB', () => dynamoDbStore({ client, tableName })],
])('documents %s', (_, make) => {
  const fresh = () => ({ store: make(), name: `document-${(names += 1)}` });

  test('are read as they were written, with their version', async () => {
    const { store, name } = fresh();
    expect(await store.read(name)).toBeUndefined();
    const value = { text: 'ü'.repeat(1_000), list: [1, null, { deep: true }] };
    expect(await store.write([{ name, value, from: 0 }])).toBe('written');
    expect(await store.read(name)).toEqual({ version: 1, value });
    expect(await store.write([{ name, value: 2, from: 1 }])).toBe('written');
    expect(await store.read(name)).toEqual({ version: 2, value: 2 });
  });

  test('that another has changed meanwhile are not written over', async () => {
    const { store, name } = fresh();
    await store.write([{ name, value: 'first', from: 0 }]);
    expect(await store.write([{ name, value: 'again', from: 0 }])).toBe('conflict');
    expect(await store.write([{ name, value: 'from the future', from: 7 }])).toBe('conflict');
    expect(await store.read(name)).toEqual({ version: 1, value: 'first' });
  });

  test('are read many at once, also more than a hundred, and only those that there are', async () => {
    const { store, name } = fresh();
    const many = Array.from({ length: 130 }, (_, at) => `${name}-${at}`);
    for (const one of many.slice(0, 120)) await store.write([{ name: one, value: one, from: 0 }]);
    const found = await store.readMany([...many, ...many]);
    expect(found.size).toBe(120);
    expect(found.get(`${name}-119`)).toEqual({ version: 1, value: `${name}-119` });
    expect(await store.readMany([])).toEqual(new Map());
  });

  test('change together or not at all', async () => {
    const { store, name } = fresh();
    await store.write([{ name, value: 1, from: 0 }]);
    const other = `${name}-other`;
    const both = [
      { name: other, value: 1, from: 0 },
      { name, value: 2, from: 0 },
    ];
    expect(await store.write(both, [{ name, expires }])).toBe('conflict');
    expect(await store.read(other)).toBeUndefined();
    expect(await store.isMarked(name)).toBe(false);
  });

  test('and what is marked is done once, no matter what is written beside it', async () => {
    const { store, name } = fresh();
    expect(await store.write([{ name, value: 1, from: 0 }], [{ name, value: { lines: 7 }, expires }])).toBe('written');
    expect(await store.isMarked(name)).toBe(true);
    expect(await store.write([{ name, value: 2, from: 1 }], [{ name, expires }])).toBe('marked');
    expect(await store.read(name)).toEqual({ version: 1, value: 1 });
  });

  test('of two that write at the same moment one succeeds', async () => {
    const { store, name } = fresh();
    const written = await Promise.all([1, 2, 3].map((value) => store.write([{ name, value, from: 0 }])));
    expect(written.filter((one) => one === 'written')).toHaveLength(1);
    expect(written.filter((one) => one === 'conflict')).toHaveLength(2);
    expect((await store.read(name))?.version).toBe(1);
  });
});

test('a document that an item cannot hold is refused, and the one that stands is kept', async () => {
  const store = dynamoDbStore({ client, tableName });
  await store.write([{ name: 'large', value: 1, from: 0 }]);
  // What does not pack: half a million letters of a generator.
  let state = 1;
  const letters = Array.from({ length: 700_000 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 90));
  });
  const change = { name: 'large', value: letters.join(''), from: 1 };
  await expect(store.write([change])).rejects.toMatchObject({ name: 'DocumentTooLarge' });
  expect(await store.read('large')).toEqual({ version: 1, value: 1 });
});

describe('a document that is to be one of ours', () => {
  const example = { incidents: {}, outbox: [], sequence: 0 };
  const read = (value: unknown) => valueLike('book audit', { version: 3, value }, example);

  test('is its value, with what a later version has put there', () => {
    const value = { incidents: { a: 1 }, outbox: [1], sequence: 7, later: true };
    expect(read(value)).toEqual(value);
  });

  test('is none where there is none', () => expect(valueLike('book audit', undefined, example)).toBeUndefined());

  test.each<[unknown, RegExp]>([
    ['text', /'book audit' .*: it must be an object, is a string\. Restore/],
    [null, /it must be an object, is null/],
    [[], /it must be an object, is a list/],
    [{ incidents: {}, sequence: 1 }, /: outbox must be a list, is missing\./],
    [
      { incidents: [], outbox: [], sequence: '1' },
      /: incidents must be an object, is a list; sequence must be a number/,
    ],
  ])('is not %j, and what is wrong is said', (value, why) => {
    const message = expect.stringMatching(why) as string;
    expect(() => read(value)).toThrow(expect.objectContaining({ name: 'DocumentUnreadable', message }) as Error);
  });
});
