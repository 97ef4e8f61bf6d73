import { GetItemCommand, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';

import {
  createDynamoDbLedger,
  type DynamoDbLedgerOptions,
} from '../../../functions/fleet/adapters/aws/dynamodb-ledger';
import { startLedgerDatabase, type LedgerDatabase } from '../../support/dynamodb/ledger-table';
import { at, breakerOf, claimOf, holdOf, observationOf, recordOf, reserveOf } from '../../support/ledger-contract';

let database: LedgerDatabase;
let tableName: string;
beforeAll(async () => {
  database = await startLedgerDatabase();
});
beforeEach(async () => {
  tableName = await database.createTable();
});
afterAll(() => database.stop());

const makeLedger = (more: Partial<DynamoDbLedgerOptions> = {}) =>
  createDynamoDbLedger({ client: database.client, tableName, ...more });
type Ledger = ReturnType<typeof makeLedger>;

const saves: [string, (ledger: Ledger, revision: number) => Promise<void>][] = [
  ['a hold', (ledger, revision) => ledger.saveHold(holdOf('i-a', revision))],
  ['a reserve', (ledger, revision) => ledger.saveReserve(reserveOf('i-a', revision))],
  ['a breaker', (ledger, revision) => ledger.saveBreaker(breakerOf(revision))],
  ['an observation', (ledger, revision) => ledger.saveObservation(observationOf('x', revision))],
];

describe('an answer of DynamoDB that is lost', () => {
  test.each(saves)('does not outdate %s that it was about', async (_, save) => {
    const ledger = makeLedger();
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(save(ledger, 1)).resolves.toBeUndefined();
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(save(ledger, 2)).resolves.toBeUndefined();
    await expect(save(ledger, 2)).rejects.toMatchObject({ name: 'Outdated' });
  });

  test('leaves a hold and a reserve removed', async () => {
    const ledger = makeLedger();
    await ledger.saveHold(holdOf('i-a'));
    await ledger.saveReserve(reserveOf('i-a'));
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(ledger.removeHold('web', 'i-a', 'arn:run:i-a')).resolves.toBeUndefined();
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(ledger.removeReserve('web', 'i-a')).resolves.toBeUndefined();
    await expect(ledger.records('web')).resolves.toStrictEqual({ members: [], holds: [], reserves: [] });
  });
});

describe('another transaction at work on the same record', () => {
  test.each(saves)('does not disturb the saving of %s', async (_, save) => {
    const ledger = makeLedger();
    database.meet('TransactWriteItems', 'conflict', 'conflict');
    await save(ledger, 1);
    await expect(save(ledger, 1)).rejects.toMatchObject({ name: 'Outdated' });
  });

  test('does not disturb a removal', async () => {
    const ledger = makeLedger();
    await ledger.saveHold(holdOf('i-a'));
    database.meet('TransactWriteItems', 'conflict', 'conflict');
    await ledger.removeHold('web', 'i-a');
    await expect(ledger.findHold('web', 'i-a')).resolves.toBeUndefined();
  });

  test('is reported as DynamoDB names it when it does not end, and not as outdated', async () => {
    const ledger = makeLedger();
    database.meet('TransactWriteItems', 'conflict', 'conflict', 'conflict');
    await expect(ledger.saveHold(holdOf('i-a'))).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await expect(ledger.findHold('web', 'i-a')).resolves.toBeUndefined();
  });
});

describe('the records of a group', () => {
  test('are items that never expire', async () => {
    const ledger = makeLedger();
    for (const [, save] of saves) await save(ledger, 1);
    for (const sortKey of ['STATE#BREAKER', 'STATE#HOLD#i-a', 'STATE#RESERVE#i-a']) {
      const item = await itemOf(sortKey);
      expect(item).toBeDefined();
      expect(item).not.toHaveProperty('expiresAt');
    }
  });

  test('do not include observations, which expire a day after they were made', async () => {
    const ledger = makeLedger();
    await ledger.saveObservation(observationOf('health arn:tg/1', 1, { at: '2026-01-01T00:00:07.000Z' }));
    const { expiresAt } = (await itemOf('OBSERVED#health arn:tg/1'))!;
    expect(expiresAt).toEqual({ N: String(Date.parse('2026-01-02T00:00:07Z') / 1000) });
    expect(await ledger.observation('web', 'health arn:tg/1')).not.toHaveProperty('expiresAt');
  });

  test('are read as they were last written, with two queries', async () => {
    const ledger = makeLedger();
    const before = ['GetItem', 'Query'].map((operation) => database.requests(operation).length);
    await ledger.records('web');
    await Promise.all([ledger.findHold('web', 'i-a'), ledger.findReserve('web', 'i-a'), ledger.breaker('web')]);
    const [gets, queries] = ['GetItem', 'Query'].map((operation, each) =>
      database.requests(operation).slice(before[each]),
    );
    expect(queries?.map(({ ConsistentRead }) => ConsistentRead)).toStrictEqual([true, true]);
    expect(gets?.map(({ ConsistentRead }) => ConsistentRead)).toStrictEqual([true, true, true]);
  });

  test('are read to the end where they do not fit into one page', async () => {
    const ledger = makeLedger();
    const reason = 'x'.repeat(300_000);
    const ids = [1, 2, 3, 4, 5].map((number) => `i-${number}`);
    for (const instanceId of ids) await ledger.saveHold(holdOf(instanceId, 1, { reason }));
    await ledger.saveReserve(reserveOf('i-1'));
    const before = database.requests('Query').length;
    const { holds, reserves } = await ledger.records('web');
    expect(holds.map(({ instanceId }) => instanceId)).toStrictEqual(ids);
    expect(reserves).toStrictEqual([reserveOf('i-1')]);
    expect(database.requests('Query').length - before).toBeGreaterThan(2);
  });
});

describe('a record that this version did not write', () => {
  const future = { fromTheFuture: { depth: 2 } };

  test('keeps what it has besides when it is saved again', async () => {
    const ledger = makeLedger();
    await ledger.saveHold({ ...holdOf('i-a'), ...future });
    const hold = await ledger.findHold('web', 'i-a');
    await ledger.saveHold({ ...hold!, revision: 2 });
    await expect(ledger.findHold('web', 'i-a')).resolves.toStrictEqual({ ...holdOf('i-a', 2), ...future });
  });

  test('is stored under its own key, no matter what else it has', async () => {
    const ledger = makeLedger();
    await ledger.saveHold({ ...holdOf('i-a'), pk: 'GROUP#db', sk: 'SLOT#000001' } as never);
    await expect(ledger.findHold('web', 'i-a')).resolves.toStrictEqual(holdOf('i-a'));
    await expect(ledger.heldIndexes('db')).resolves.toStrictEqual([]);
  });

  test('is passed over when it is of a kind that this version does not know', async () => {
    const ledger = makeLedger();
    await ledger.saveHold(holdOf('i-a'));
    await put('STATE#WEATHER', { sky: { S: 'blue' } });
    await put('STATE#BREAKERS', { sky: { S: 'blue' } });
    await expect(ledger.records('web')).resolves.toStrictEqual({
      members: [],
      holds: [holdOf('i-a')],
      reserves: [],
    });
  });

  test.each<[string, Record<string, AttributeValue>, RegExp]>([
    ['STATE#HOLD#i-a', { revision: { S: '1' } }, /GROUP#web STATE#HOLD#i-a: .*'revision' must be a whole .*, is "1"/],
    ['STATE#HOLD#i-a', { endsAt: { N: '5' } }, /'endsAt' must be a string, is 5/],
    ['STATE#HOLD#i-a', { report: { S: 'sent' } }, /'report' must be a map, is "sent"/],
    ['STATE#HOLD#i-a', { report: { M: { state: { S: 'lost' } } } }, /'report.state' must be one of sending, .*"lost"/],
    ['STATE#RESERVE#i-a', { phase: { S: 'in-service' } }, /STATE#RESERVE#i-a: .*'phase' must be one of warming, /],
    ['STATE#RESERVE#i-a', { builds: { M: { x: { M: {} } } } }, /'builds.x.revision' must .*, is missing/],
    ['STATE#BREAKER', { failed: { S: 'i-a' } }, /GROUP#web STATE#BREAKER: .*'failed' must be a list .*, is "i-a"/],
    ['STATE#BREAKER', { report: { M: { state: { S: 'sent' } } } }, /'report.at' must be a string, is missing/],
  ])('is reported when it is one that cannot be: %s %j', async (sortKey, attributes, message) => {
    const ledger = makeLedger();
    await ledger.saveHold(holdOf('i-a'));
    await ledger.saveReserve(reserveOf('i-a', 1, { builds: { provision: recordOf(1) } }));
    await ledger.saveBreaker(breakerOf(1, { openedAt: at(9) }));
    await put(sortKey, { ...(await itemOf(sortKey)), ...attributes });
    const refusal = { name: 'LedgerCorrupt', fault: 'bug', message: expect.stringMatching(message) as string };
    await expect(ledger.records('web')).rejects.toMatchObject(refusal);
    const each = [ledger.findHold('web', 'i-a'), ledger.findReserve('web', 'i-a'), ledger.breaker('web')];
    const ends = await Promise.allSettled<unknown>(each);
    expect(ends.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: refusal }]);
  });

  test('does not keep the members of its group from being read', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    await put('STATE#HOLD#i-a', {});
    await expect(ledger.members('web')).resolves.toHaveLength(1);
    await expect(ledger.records('web')).rejects.toMatchObject({ name: 'LedgerCorrupt' });
  });
});

async function itemOf(sortKey: string): Promise<Record<string, AttributeValue> | undefined> {
  const key = { pk: { S: 'GROUP#web' }, sk: { S: sortKey } };
  return (await database.client.send(new GetItemCommand({ TableName: tableName, Key: key }))).Item;
}

async function put(sortKey: string, attributes: Record<string, AttributeValue>): Promise<void> {
  const Item = { ...attributes, pk: { S: 'GROUP#web' }, sk: { S: sortKey } };
  await database.client.send(new PutItemCommand({ TableName: tableName, Item }));
}
