import { GetItemCommand, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../../functions/fleet/adapters/aws/dynamodb-ledger';
import { fromItem } from '../../functions/shared/dynamodb/attribute-values';
import { deploymentRecord } from '../../functions/fleet/contracts/deployment';
import { parseStoredSettings, shapesVersion } from '../../functions/fleet/contracts/stored-settings';
import { instanceIn } from '../../functions/fleet/domain/redrive-or-new-attempt';
import { parseOwnerRecord } from '../../functions/fleet/domain/dns/record-sets';
import { ledgerTable } from '../../functions/fleet/ledger/table';
import { startLedgerDatabase, type LedgerDatabase } from '../support/dynamodb/ledger-table';
import { texts } from './complete';
import { laterKey, withLaterKeys } from './shapes';
import { keptVersions, readVersion } from './version';

// Items, parameters and texts stay when a version goes: newer and older ones have to live with them.

type Item = Record<string, AttributeValue>;
const versions = keptVersions().map((version) => ({ version, golden: readVersion(version) }));

let database: LedgerDatabase;
beforeAll(async () => {
  database = await startLedgerDatabase();
});
afterAll(() => database.stop());

const later: AttributeValue = { M: { by: { S: 'a newer version' } } };
const [group, instanceId] = ['web', 'i-0123456789abcdef0'];

/** With what a newer version may have added: an attribute in each item, and in each record of a build. */
function withLater(item: Item): Item {
  const builds = Object.entries(item.builds?.M ?? {}).map(([job, record]): [string, AttributeValue] => [
    job,
    { M: { ...record.M, [laterKey]: later } },
  ]);
  return {
    ...item,
    ...(item.builds !== undefined && { builds: { M: Object.fromEntries(builds) } }),
    [laterKey]: later,
  };
}

async function ledgerWith(items: readonly Item[]) {
  const TableName = await database.createTable();
  for (const Item of items) await database.client.send(new PutItemCommand({ TableName, Item }));
  const read = async ({ pk, sk }: Item) => {
    const found = await database.client.send(
      new GetItemCommand({ TableName, Key: { pk: pk!, sk: sk! }, ConsistentRead: true }),
    );
    return found.Item;
  };
  return { ledger: createDynamoDbLedger({ client: database.client, tableName: TableName }), read };
}

describe.each(versions)('items of version $version', ({ golden }) => {
  const items = golden.ledger as unknown as Record<string, Item>;
  const kinds = ['member', 'hold', 'reserve', 'breaker'] as const;

  test('are read with all that is in them', async () => {
    const { ledger } = await ledgerWith(Object.values(items));
    const content = (item: Item) => {
      const attributes = Object.entries(fromItem(item));
      const keys: string[] = Object.values(ledgerTable);
      return Object.fromEntries(attributes.filter(([name]) => !keys.includes(name)));
    };
    expect(await ledger.member(group, instanceId)).toEqual(content(items.member!));
    expect(await ledger.findHold(group, instanceId)).toEqual(content(items.hold!));
    expect(await ledger.findReserve(group, instanceId)).toEqual(content(items.reserve!));
    expect(await ledger.breaker(group)).toEqual(content(items.breaker!));
    expect(await ledger.slots(group)).toEqual([{ index: 1, instanceId }]);
    expect(await ledger.history(group)).toEqual([content(items['history 1']!)]);
    expect(await ledger.observation(group, 'change /change/C0123')).toEqual(content(items.observation!));
    const { members, holds, reserves, breaker } = await ledger.records(group);
    expect([members, holds, reserves].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(breaker).toBeDefined();
  });

  test('of a newer version keep what it has put in when this one writes them', async () => {
    const { ledger, read } = await ledgerWith(Object.values(items).map(withLater));
    const member = (await ledger.member(group, instanceId))!;
    await ledger.update(member, { phase: 'completing', targets: [], endingSince: null });
    const build = member.builds.deploy!;
    await ledger.saveBuild(member, 'deploy', { ...build, revision: build.revision + 1 });
    const hold = (await ledger.findHold(group, instanceId))!;
    await ledger.saveHold({ ...hold, revision: hold.revision + 1 });
    const reserve = (await ledger.findReserve(group, instanceId))!;
    await ledger.saveReserve({ ...reserve, revision: reserve.revision + 1 });
    const breaker = (await ledger.breaker(group))!;
    await ledger.saveBreaker({ ...breaker, revision: breaker.revision + 1 });

    for (const kind of kinds) {
      const stored = await read(items[kind]!);
      expect([kind, stored?.[laterKey]]).toEqual([kind, later]);
      if (kind !== 'member') expect(stored?.revision).not.toEqual(items[kind]?.revision);
      for (const record of Object.values(stored?.builds?.M ?? {})) expect(record.M?.[laterKey]).toEqual(later);
    }
    const written = (await read(items.member!))?.builds?.M?.deploy?.M?.revision;
    expect(written).toEqual({ N: String(build.revision + 1) });
  });

  test('of kinds that only a newer version has are left alone', async () => {
    const strange = ['STATE#NEWER#x', 'NEWER#x'].map((sk): Item => ({
      pk: { S: `GROUP#${group}` },
      sk: { S: sk },
      what: { S: 'newer' },
    }));
    const { ledger, read } = await ledgerWith([...Object.values(items), ...strange]);
    expect((await ledger.records(group)).members).toHaveLength(1);
    for (const item of strange) expect(await read(item)).toEqual(item);
  });

  test('that lack what they must have are refused: these tests can fail', async () => {
    const without = Object.entries(items.member!).filter(([name]) => name !== 'execution');
    const { ledger } = await ledgerWith([Object.fromEntries(without)]);
    await expect(ledger.member(group, instanceId)).rejects.toMatchObject({ name: 'LedgerCorrupt' });
  });
});

describe.each(versions)('parameters of version $version', ({ golden: { parameters } }) => {
  const stored = parameters.settings as Record<string, unknown>;

  test('are read', () => {
    const { version, ...settings } = stored;
    expect(version).toBeLessThanOrEqual(shapesVersion);
    expect(parseStoredSettings(stored, 'a golden file')).toMatchObject(settings);
    expect(deploymentRecord.parse(parameters.deployment)).toMatchObject(parameters.deployment as object);
    // As they were written before they said their version.
    expect(parseStoredSettings(settings, 'a golden file')).toMatchObject(settings);
  });

  test('of a newer version are read without what only that one knows', () => {
    const newer = withLaterKeys({ ...stored, version: shapesVersion + 1 }, ['tags', 'parameters']);
    expect(parseStoredSettings(newer, 'a newer version')).toEqual(parseStoredSettings(stored, 'this one'));
    expect(() =>
      deploymentRecord.parse(withLaterKeys(parameters.deployment, ['jenkinsUrls', 'heartbeats'])),
    ).not.toThrow();
  });

  test('of this version are refused with a key that does not exist: it is misspelt', () => {
    const misspelt = { ...stored, version: shapesVersion, holdMinuts: 240 };
    expect(() => parseStoredSettings(misspelt, 'x')).toThrow('holdMinuts: got 240, allowed: no such setting');
    expect(() => parseStoredSettings({ ...stored, version: 'new' }, 'x')).toThrow(/version: got "new"/);
  });
});

test.each(versions)('texts of version $version are known again', ({ golden }) => {
  expect(golden.texts).toEqual(texts);
  expect(parseOwnerRecord(golden.texts['TXT record']!)).toMatchObject({ form: 'current', group, instanceId });
  for (const [what, text] of Object.entries(golden.texts)) {
    if (what.startsWith('execution')) expect(instanceIn(text)).toBe(instanceId);
  }
});
