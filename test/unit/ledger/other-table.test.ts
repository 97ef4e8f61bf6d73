import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../../../functions/fleet/adapters/aws/dynamodb-ledger';
import { isTableUnusable } from '../../../functions/shared/lambda/step';
import { interceptAllPorts } from '../../support/intercept-ports';
import { createTable, startLedgerDatabase, type LedgerDatabase } from '../../support/dynamodb/ledger-table';
import { minutes, told } from '../../support/failures';
import { launch, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

// `fleet.ledgerTable` names a table that is none of Muster's, or none at all.

let database: LedgerDatabase;
beforeAll(async () => {
  database = await startLedgerDatabase();
});
afterAll(() => database.stop());

const tables: [string, () => Promise<string>][] = [
  ['that is not there', () => Promise.resolve('no-such-table')],
  ['with other names for its keys', () => createTable(database.client, 'others', ['id', 'range'])],
  ['without a sort key', () => createTable(database.client, 'short', ['pk'])],
  [
    'with keys of another type',
    async () => {
      await database.client.send(
        new CreateTableCommand({
          TableName: 'numbers',
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'N' },
            { AttributeName: 'sk', AttributeType: 'N' },
          ],
        }),
      );
      return 'numbers';
    },
  ],
];

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );

test.each(tables)('a table %s is known as that by reads, queries and updates', async (_, make) => {
  const ledger = createDynamoDbLedger({ client: database.client, tableName: await make() });
  const holder = { group: 'web', instanceId: 'i-1', index: 1 };
  const errors = [
    await errorOf(ledger.member('web', 'i-1')),
    await errorOf(ledger.slots('web')),
    await errorOf(ledger.update(holder, { phase: 'launching' })),
  ];
  for (const error of errors) expect([error.name, error.message, isTableUnusable(error)]).toContain(true);
});

test('other refusals are not taken for it', () => {
  const named = (name: string, message: string, more: object = {}) =>
    Object.assign(new Error(message), { name, ...more });
  expect(isTableUnusable(named('ValidationException', 'Item size has exceeded the maximum allowed size'))).toBe(false);
  expect(isTableUnusable(named('ConditionalCheckFailedException', 'The conditional request failed'))).toBe(false);
  const cancelled = { CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }] };
  expect(isTableUnusable(named('TransactionCanceledException', 'cancelled', cancelled))).toBe(false);
  expect(isTableUnusable('ResourceNotFoundException')).toBe(false);
});

test('a launch says so, is held, and continues once it is fixed', () => {
  let missing = true;
  const interceptPorts = interceptAllPorts((call, proceed) => {
    if (call !== 'ledger.member' || !missing) return proceed();
    return Promise.reject(
      Object.assign(new Error('Requested resource not found'), { name: 'ResourceNotFoundException' }),
    );
  });
  return withLab({ reachedOver: 'memory', interceptPorts }, async (lab) => {
    lab.addGroup('web', { settings: { provision: undefined, deploy: undefined, targetGroups: [] } });
    const [id = ''] = await launch(lab);
    const { error, cause } = onlyExecution(lab);
    expect([error, cause]).toEqual(['LedgerUnusable', expect.stringContaining('fleet.ledgerTable') as string]);
    missing = false;
    // A hold stands in the ledger, too: it is reported as soon as there is one.
    await minutes(lab, 3);
    expect(told(lab)[0]?.text).toContain('fleet.ledgerTable');
    await lab.muster.operations.retry({ group: 'web', instance: id });
    await settle(lab);
    expect(stateOf(lab, id)).toBe('InService');
  });
});
