import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

import {
  createDynamoDbLedger,
  type DynamoDbLedgerOptions,
} from '../../../functions/fleet/adapters/aws/dynamodb-ledger';
import { toItem } from '../../../functions/shared/dynamodb/attribute-values';
import { clientOf, startLedgerDatabase, type LedgerDatabase } from '../../support/dynamodb/ledger-table';
import { at, claimOf, describeLedgerContract, recordOf } from '../../support/ledger-contract';

let database: LedgerDatabase;
/** Takes the first answer for the last: for faults that do not end, without waiting for the SDK's retries. */
let impatient: DynamoDBClient;
let tableName: string;
beforeAll(async () => {
  database = await startLedgerDatabase();
  impatient = clientOf(database, { maxAttempts: 1 });
});
beforeEach(async () => {
  tableName = await database.createTable();
});
afterAll(async () => {
  impatient.destroy();
  await database.stop();
});

const makeLedger = (more: Partial<DynamoDbLedgerOptions> = {}) =>
  createDynamoDbLedger({ client: database.client, tableName, ...more });
const holder = { group: 'web', instanceId: 'i-a', index: 1 };

describeLedgerContract('the ledger in DynamoDB', async () => makeLedger());
describeLedgerContract('the ledger in DynamoDB, two items a page,', async () => makeLedger({ pageSize: 2 }));

describe('an answer of DynamoDB that is lost', () => {
  test('leaves a claim claimed, once', async () => {
    const ledger = makeLedger();
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(ledger.claim(claimOf('i-a', 1))).resolves.toBe('claimed');
    await expect(ledger.history('web')).resolves.toHaveLength(1);
  });

  test('is found again as a membership by the next run, when all retries are lost too', async () => {
    const ledger = makeLedger();
    database.meet('TransactWriteItems', 'lost-answer');
    const lost = makeLedger({ client: impatient }).claim(claimOf('i-a', 1));
    await expect(lost).rejects.toThrow('socket hang up');
    await expect(ledger.claim(claimOf('i-a', 2, { at: at(9) }))).resolves.toBe('already-member');
    await expect(ledger.member('web', 'i-a')).resolves.toMatchObject({ index: 1 });
    await expect(ledger.heldIndexes('web')).resolves.toStrictEqual([1]);
  });

  test('does not outdate the build record that it was about', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(ledger.saveBuild(holder, 'deploy', recordOf(1))).resolves.toBeUndefined();
    await expect(ledger.saveBuild(holder, 'deploy', recordOf(2))).resolves.toBeUndefined();
  });

  test('leaves an update done', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    database.meet('UpdateItem', 'lost-answer');
    await expect(ledger.update(holder, { phase: 'completing' })).resolves.toBeUndefined();
    await expect(ledger.member('web', 'i-a')).resolves.toMatchObject({ phase: 'completing' });
  });

  test('leaves an index freed, once', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    database.meet('TransactWriteItems', 'lost-answer');
    await expect(ledger.free(holder, 'scaled in', at(9))).resolves.toBe(true);
    await expect(ledger.history('web')).resolves.toHaveLength(2);
  });

  test('does not make a later claim of the same content look done', async () => {
    const ledger = makeLedger();
    for (const round of [1, 2]) {
      await expect(ledger.claim(claimOf('i-a', 1))).resolves.toBe('claimed');
      await expect(ledger.heldIndexes('web')).resolves.toStrictEqual([1]);
      await expect(ledger.free(holder, `round ${round}`, at(1))).resolves.toBe(true);
    }
  });
});

describe('another transaction at work on the same items', () => {
  test('makes a claim contended, with nothing written', async () => {
    const ledger = makeLedger();
    database.meet('TransactWriteItems', 'conflict');
    await expect(ledger.claim(claimOf('i-a', 1))).resolves.toBe('contended');
    await expect(ledger.members('web')).resolves.toStrictEqual([]);
  });

  test('does not disturb what a holder does', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    database.meet('UpdateItem', 'conflict', 'conflict');
    await ledger.update(holder, { phase: 'completing' });
    database.meet('TransactWriteItems', 'conflict', 'conflict');
    await ledger.saveBuild(holder, 'deploy', recordOf(1));
    database.meet('TransactWriteItems', 'conflict', 'conflict');
    await expect(ledger.free(holder, 'scaled in', at(1))).resolves.toBe(true);
  });

  test('is reported as DynamoDB names it when it does not end', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    database.meet('UpdateItem', 'conflict', 'conflict', 'conflict');
    const update = ledger.update(holder, { phase: 'completing' });
    await expect(update).rejects.toMatchObject({ name: 'TransactionConflictException' });
    database.meet('TransactWriteItems', 'conflict', 'conflict', 'conflict');
    const free = ledger.free(holder, 'scaled in', at(1));
    await expect(free).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await expect(ledger.member('web', 'i-a')).resolves.toMatchObject({ phase: 'launching' });
  });
});

describe('a DynamoDB that is overloaded', () => {
  test('is asked again', async () => {
    const ledger = makeLedger();
    database.meet('TransactWriteItems', 'unavailable');
    await expect(ledger.claim(claimOf('i-a', 1))).resolves.toBe('claimed');
    database.meet('Query', 'unavailable');
    await expect(ledger.heldIndexes('web')).resolves.toStrictEqual([1]);
  });

  test.each([
    ['throttled', 'ProvisionedThroughputExceededException'],
    ['unavailable', 'InternalServerError'],
  ] as const)('is reported as DynamoDB names it when it stays %s', async (fault, name) => {
    const ledger = makeLedger({ client: impatient });
    database.meet('TransactWriteItems', fault);
    await expect(ledger.claim(claimOf('i-a', 1))).rejects.toMatchObject({ name });
    database.meet('Query', fault);
    await expect(ledger.members('web')).rejects.toMatchObject({ name });
    await expect(ledger.members('web')).resolves.toStrictEqual([]);
  });
});

describe('the items of the ledger', () => {
  const keysOf = async (prefix: string) => (await itemsOf(prefix)).map(({ sk }) => sk?.S);

  test('are a slot, a member, and history by index and by time', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 7));
    await expect(keysOf('')).resolves.toStrictEqual([
      'HISTORY#000007#2026-01-01T00:00:00.000Z#1-claimed#000007#i-a',
      'MEMBER#i-a',
      'SLOT#000007',
      'TIMELINE#2026-01-01T00:00:00.000Z#1-claimed#000007#i-a',
    ]);
  });

  test('expire if they are history, and only then', async () => {
    await makeLedger({ historyDays: 2 }).claim(claimOf('i-a', 1));
    const days = (ttl: AttributeValue | undefined) => (Number(ttl?.N) - Date.parse(at(0)) / 1000) / 86_400;
    for (const prefix of ['HISTORY#', 'TIMELINE#']) {
      const items = await itemsOf(prefix);
      expect(items.map(({ expiresAt }) => days(expiresAt))).toStrictEqual([2]);
    }
    for (const prefix of ['SLOT#', 'MEMBER#']) {
      for (const item of await itemsOf(prefix)) expect(item).not.toHaveProperty('expiresAt');
    }
  });

  test('live for 400 days as history by default', async () => {
    await makeLedger().claim(claimOf('i-a', 1));
    const [entry] = await itemsOf('TIMELINE#');
    expect(Number(entry?.expiresAt?.N)).toBe(Date.parse('2027-02-05T00:00:00Z') / 1000);
  });

  test('are read as they were last written', async () => {
    const ledger = makeLedger();
    const before = ['GetItem', 'Query'].map((operation) => database.requests(operation).length);
    await Promise.all([ledger.member('web', 'i-a'), ledger.members('web'), ledger.heldIndexes('web')]);
    await ledger.history('web');
    const reads = ['GetItem', 'Query'].flatMap((operation, each) => database.requests(operation).slice(before[each]));
    expect(reads.map(({ ConsistentRead }) => ConsistentRead)).toStrictEqual([true, true, true, true]);
  });

  test('are read to the end where they do not fit into one page', async () => {
    const ledger = makeLedger();
    const long = 'x'.repeat(300_000);
    for (const index of [1, 2, 3, 4, 5]) {
      await ledger.claim(claimOf(`i-${index}`, index));
      await ledger.update({ group: 'web', instanceId: `i-${index}`, index }, { completedToken: long });
    }
    const before = database.requests('Query').length;
    await expect(ledger.members('web')).resolves.toHaveLength(5);
    expect(database.requests('Query').length - before).toBeGreaterThan(1);
  });
});

describe('an index that is freed while something else changes it', () => {
  const { execution } = claimOf('i-a', 1);
  /** Frees it, and between its look and its write `change` comes. */
  async function freeBeside(change: () => Promise<unknown>, bound?: string): Promise<boolean> {
    await makeLedger().claim(claimOf('i-a', 1));
    const client = clientOf(database, { maxAttempts: 1 });
    const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
    client.send = (async (command: unknown) => {
      if (command instanceof TransactWriteItemsCommand) await change();
      return send(command);
    }) as never;
    return makeLedger({ client })
      .free(holder, 'abandoned', at(30), bound)
      .finally(() => client.destroy());
  }
  const remove = (sk: string) =>
    database.client.send(
      new DeleteItemCommand({ TableName: tableName, Key: { pk: { S: 'GROUP#web' }, sk: { S: sk } } }),
    );
  const corrupt = { name: 'LedgerCorrupt', message: expect.stringContaining('contradict each other') as string };

  test('is freed once, where another run came first', async () => {
    await expect(freeBeside(() => makeLedger().free(holder, 'scaled in', at(20)))).resolves.toBe(false);
    await expect(makeLedger().history('web')).resolves.toMatchObject([{ reason: 'scaled in' }, { event: 'claimed' }]);
  });

  test('stays with a later launch of the same instance', async () => {
    const again = async () => {
      await makeLedger().free(holder, 'to-warm-pool', at(20));
      await makeLedger().claim(claimOf('i-a', 1, { execution: 'arn:next', at: at(21) }));
    };
    await expect(freeBeside(again, execution)).resolves.toBe(false);
    await expect(makeLedger().member('web', 'i-a')).resolves.toMatchObject({ index: 1, execution: 'arn:next' });
  });

  test.each([
    ['its slot is another one’s', () => change('SLOT#000001', { instanceId: { S: 'i-b' } }), execution],
    ['its slot is gone', () => remove('SLOT#000001'), execution],
    ['its slot is gone, for any launch', () => remove('SLOT#000001'), undefined],
    ['its member is gone, for any launch', () => remove('MEMBER#i-a'), undefined],
  ])('is reported when %s by then', async (_, comes, bound) => {
    await expect(freeBeside(comes, bound)).rejects.toMatchObject(corrupt);
  });
});

describe('a look into the ledger', () => {
  test('asks for no more entries than are wanted, and for no page after the last of them', async () => {
    const ledger = makeLedger();
    for (const index of [1, 2, 3]) await ledger.claim(claimOf(`i-${index}`, index, { at: at(index) }));
    const asked = async (limit: number, pageSize?: number) => {
      const before = database.requests('Query').length;
      const ledger = makeLedger(pageSize === undefined ? {} : { pageSize });
      await expect(ledger.history('web', { limit })).resolves.toHaveLength(limit);
      return database.requests('Query').slice(before);
    };
    await expect(asked(2)).resolves.toMatchObject([{ Limit: 2 }]);
    await expect(asked(2, 1)).resolves.toMatchObject([{ Limit: 1 }, { Limit: 1 }]);
  });

  test('that is answered without its list says nothing, and not that there is nothing', async () => {
    const client = clientOf(database, { maxAttempts: 1 });
    client.send = async () => ({}) as never;
    await expect(makeLedger({ client }).members('web')).rejects.toMatchObject({
      name: 'AwsUnavailable',
      message: expect.stringContaining("the ledger's items of web") as string,
    });
    client.destroy();
  });
});

describe('an item that this version did not write', () => {
  const withBuild = (attributes: Record<string, AttributeValue>): Record<string, AttributeValue> => ({
    builds: { M: { deploy: { M: { ...toItem(recordOf(1)), ...attributes } } } },
  });
  const outcomeOf = (attributes: Record<string, AttributeValue>): AttributeValue => ({
    M: { ...toItem({ succeeded: true, result: 'SUCCESS', message: 'built' }), ...attributes },
  });

  test('is read past what it has besides, and a build record keeps it', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    await ledger.saveBuild(holder, 'deploy', { ...recordOf(1), fromTheFuture: { depth: 2 } } as never);
    await change('MEMBER#i-a', { colours: { SS: ['red'] }, blob: { B: new Uint8Array([1]) }, gone: { NULL: true } });
    const member = await ledger.member('web', 'i-a');
    expect(member).not.toHaveProperty('colours');
    expect(member?.builds.deploy).toStrictEqual({ ...recordOf(1), fromTheFuture: { depth: 2 } });
  });

  test.each<[string, string, Record<string, AttributeValue>, RegExp]>([
    ['a member', 'MEMBER#i-a', { index: { S: '1' } }, /GROUP#web MEMBER#i-a: .*'index' must be a whole number, is "1"/],
    ['a member', 'MEMBER#i-a', { phase: { S: 'lost' } }, /'phase' must be one of launching, .*, is "lost"/],
    ['a member', 'MEMBER#i-a', { addresses: { L: [{ N: '1' }] } }, /'addresses' must be a list of strings, is \[1\]/],
    ['a member', 'MEMBER#i-a', { builds: { L: [] } }, /'builds' must be a map, is \[\]/],
    ['a build', 'MEMBER#i-a', { builds: { M: { deploy: { M: {} } } } }, /'builds.deploy.revision' must .*, is missing/],
    [
      'a trace',
      'MEMBER#i-a',
      withBuild({ trace: { M: { phase: { S: 'lost' } } } }),
      /'builds.deploy.trace.phase' must be one of /,
    ],
    ['a build', 'MEMBER#i-a', withBuild({ jenkins: { N: '7' } }), /'builds.deploy.jenkins' must be a string, is 7/],
    [
      'an outcome',
      'MEMBER#i-a',
      withBuild({ outcome: outcomeOf({ number: { S: '7' } }) }),
      /'builds.deploy.outcome.number' must be a whole number, is "7"/,
    ],
    ['a member', 'MEMBER#i-a', { index: { S: 'x'.repeat(200) } }, /must be a whole number, is "x{99}$/],
    ['a slot', 'SLOT#000001', { index: { N: '-1' } }, /GROUP#web SLOT#000001: .*'index' must be a whole number, is -1/],
  ])('is reported when it is %s that cannot be: %s %j', async (_, sortKey, attributes, message) => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    await change(sortKey, attributes);
    const read = sortKey.startsWith('SLOT') ? ledger.heldIndexes('web') : ledger.members('web');
    await expect(read).rejects.toMatchObject({
      name: 'LedgerCorrupt',
      fault: 'bug',
      message: expect.stringMatching(message) as string,
    });
  });

  test('is reported when a slot and its member contradict each other', async () => {
    const ledger = makeLedger();
    await ledger.claim(claimOf('i-a', 1));
    await change('SLOT#000001', { instanceId: { S: 'i-b' } });
    await expect(ledger.free(holder, 'scaled in', at(1))).rejects.toMatchObject({
      name: 'LedgerCorrupt',
      message: expect.stringContaining('GROUP#web SLOT#000001') as string,
    });
    await expect(ledger.member('web', 'i-a')).resolves.toBeDefined();
  });
});

async function itemsOf(prefix: string): Promise<Record<string, AttributeValue>[]> {
  const found = await database.client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'GROUP#web' } },
    }),
  );
  return (found.Items ?? []).filter(({ sk }) => sk?.S?.startsWith(prefix));
}

async function change(sortKey: string, attributes: Record<string, AttributeValue>): Promise<void> {
  const key = { pk: { S: 'GROUP#web' }, sk: { S: sortKey } };
  const { Item } = await database.client.send(new GetItemCommand({ TableName: tableName, Key: key }));
  await database.client.send(new PutItemCommand({ TableName: tableName, Item: { ...Item, ...attributes } }));
}
