import type { Change, ChangeAction, RRType } from '@aws-sdk/client-route-53';
import { normalizeName, sortKey } from '../../../infra/lab/region/route53/names';
import { aWorld, rejection, type World } from './support';

const name = 'web-01.internal.example.com';

function aZone(world: World) {
  return world.region.route53.world.createZone({ name: 'internal.example.com', id: 'Z1', vpcIds: ['vpc-lab'] });
}

function a(
  Action: ChangeAction,
  Name = name,
  values = ['10.0.0.4'],
  [Type, TTL]: [RRType, number] = ['A', 60],
): Change {
  return { Action, ResourceRecordSet: { Name, Type, TTL, ResourceRecords: values.map((Value) => ({ Value })) } };
}

function change({ region }: World, ...Changes: Change[]) {
  return region.route53.api.changeResourceRecordSets({ HostedZoneId: 'Z1', ChangeBatch: { Changes } });
}

/** Makes the changes and waits until the zone takes others. */
async function done(world: World, ...changes: Change[]) {
  const answer = await change(world, ...changes);
  await world.clock.advance(100);
  return answer;
}

async function messageOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await rejection(promise);
  expect(error).toMatchObject({ name: 'InvalidChangeBatch', messages: [], $metadata: { httpStatusCode: 400 } });
  return error['message'];
}

describe('a change batch', () => {
  test('creates a record, normalized, that is pending at first and in sync later', async () => {
    const world = aWorld();
    aZone(world);
    const { ChangeInfo } = await done(world, a('CREATE', 'Web-01.Internal.Example.COM'));
    const Id = ChangeInfo!.Id;
    expect(Id).toMatch(/^\/change\/C/);
    expect(world.region.route53.world.resolve(name)).toEqual(['10.0.0.4']);
    const status = async (id = Id) => (await world.region.route53.api.getChange({ Id: id })).ChangeInfo!.Status;
    expect(await status()).toBe('PENDING');
    await world.clock.advance(29_899);
    expect(await status()).toBe('PENDING');
    await world.clock.advance(1);
    expect(await status()).toBe('INSYNC');
    expect(await status(Id!.replace('/change/', ''))).toBe('INSYNC');
  });

  test('happens as a whole or not at all, and tells every reason in one message', async () => {
    const world = aWorld();
    aZone(world);
    await done(world, a('CREATE'));
    const batch = change(
      world,
      a('CREATE', 'web-02.internal.example.com'),
      a('CREATE'),
      a('DELETE', 'web-03.internal.example.com'),
    );
    expect(await messageOf(batch)).toBe(
      "[Tried to create resource record set [name='web-01.internal.example.com.', type='A'] but it already exists, " +
        "Tried to delete resource record set [name='web-03.internal.example.com.', type='A'] but it was not found]",
    );
    expect(world.region.route53.world.resolve('web-02.internal.example.com')).toEqual([]);
  });

  test('deletes only what it names exactly', async () => {
    const world = aWorld();
    aZone(world);
    await done(world, a('CREATE', name, ['10.0.0.4', '10.0.0.5']));
    const text = `[Tried to delete resource record set [name='${name}.', type='A'] but the values provided do not match the current values]`;
    expect(await messageOf(change(world, a('DELETE', name, ['10.0.0.4'])))).toBe(text);
    expect(await messageOf(change(world, a('DELETE', name, ['10.0.0.4', '10.0.0.5'], ['A', 61])))).toBe(text);
    // The order of values does not matter.
    await done(world, a('DELETE', name, ['10.0.0.5', '10.0.0.4']));
    expect(world.region.route53.world.resolve(name)).toEqual([]);
  });

  test('replaces a record by DELETE and CREATE in one batch, and refuses other doubles', async () => {
    const world = aWorld();
    aZone(world);
    await done(world, a('CREATE'));
    await done(world, a('DELETE'), a('CREATE', name, ['10.0.0.9']));
    expect(world.region.route53.world.resolve(name)).toEqual(['10.0.0.9']);
    expect(await messageOf(change(world, a('UPSERT'), a('UPSERT')))).toBe(
      `[The request contains an invalid set of changes for a resource record set 'A ${name}.']`,
    );
  });

  test('overwrites silently with UPSERT', async () => {
    const world = aWorld();
    aZone(world);
    world.region.route53.world.foreign('Z1', { name, type: 'A', values: ['192.0.2.1'] });
    expect(await messageOf(change(world, a('CREATE')))).toContain('but it already exists');
    await done(world, a('UPSERT'));
    expect(world.region.route53.world.resolve(name)).toEqual(['10.0.0.4']);
  });

  test('gives an alias no neighbours', async () => {
    const world = aWorld();
    aZone(world);
    await done(world, a('CREATE'));
    expect(await messageOf(change(world, a('CREATE', name, ['other.example.com'], ['CNAME', 60])))).toBe(
      `[RRSet of type CNAME with DNS name ${name}. is not permitted as it conflicts with other records with the same DNS name in zone internal.example.com.]`,
    );
    world.region.route53.world.foreign('Z1', { name: 'alias.internal.example.com', type: 'CNAME', values: ['x.'] });
    expect(await messageOf(change(world, a('CREATE', 'alias.internal.example.com')))).toContain(
      'because a conflicting RRSet of type  CNAME with the same DNS name already exists',
    );
    // In one batch the alias can make place.
    await done(
      world,
      a('DELETE', 'alias.internal.example.com', ['x.'], ['CNAME', 300]),
      a('CREATE', 'alias.internal.example.com'),
    );
  });

  test.each([
    [
      'a name outside of the zone',
      a('CREATE', 'web-01.example.org'),
      'RRSet with DNS name web-01.example.org. is not permitted in zone internal.example.com.',
    ],
    ['a name that only ends like the zone', a('CREATE', 'x-internal.example.com'), 'is not permitted in zone'],
    [
      'an address that is none',
      a('CREATE', name, ['10.0.0']),
      "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '10.0.0''",
    ],
    [
      'a text without quotation marks',
      a('CREATE', name, ['heritage=muster'], ['TXT', 60]),
      "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'heritage=muster''",
    ],
    ['a text with one quotation mark too many', a('CREATE', name, ['"a" "b'], ['TXT', 60]), 'InvalidCharacterString'],
    ['a string of 256 characters', a('CREATE', name, [`"${'x'.repeat(256)}"`], ['TXT', 60]), 'CharacterStringTooLong'],
    ['the same value twice', a('CREATE', name, ['10.0.0.4', '10.0.0.4']), 'Duplicate Resource Record'],
    ['a label of 64 characters', a('CREATE', `${'x'.repeat(64)}.internal.example.com`), 'DomainLabelTooLong'],
  ])('refuses %s', async (_what, bad, expected) => {
    const world = aWorld();
    aZone(world);
    expect(await messageOf(change(world, bad))).toContain(expected);
  });

  test('takes texts of several strings, with quotation marks inside', async () => {
    const world = aWorld();
    aZone(world);
    const value = `"heritage=muster,\\"group\\"=web" "${'x'.repeat(255)}"`;
    await done(world, a('CREATE', name, [value], ['TXT', 60]));
    expect(world.region.route53.world.resolve(name, 'TXT')).toEqual([value]);
  });

  test('has at most a thousand values and 32,000 characters, and UPSERT counts twice', async () => {
    const world = aWorld();
    aZone(world);
    const values = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    expect(await messageOf(change(world, a('CREATE', name, values(1_001))))).toBe(
      '[Number of records limit of 1000 exceeded.]',
    );
    expect(await messageOf(change(world, a('UPSERT', name, values(501))))).toBe(
      '[Number of records limit of 1000 exceeded.]',
    );
    const long = Array.from({ length: 130 }, (_, index) => `"${String(index).padStart(250, 'x')}"`);
    expect(await messageOf(change(world, a('CREATE', name, long, ['TXT', 60])))).toBe(
      '[RDATA character limit of 32000 exceeded.]',
    );
    await done(world, a('CREATE', name, values(1_000)));
  });

  test('is refused while the zone is busy with another, and only then', async () => {
    const world = aWorld();
    aZone(world);
    world.region.route53.world.createZone({ name: 'example.org', id: 'Z2' });
    await change(world, a('CREATE'));
    expect(await rejection(change(world, a('CREATE', 'web-02.internal.example.com')))).toMatchObject({
      name: 'PriorRequestNotComplete',
      message: 'The request was rejected because Route 53 was still processing a prior request.',
    });
    const Changes = [a('CREATE', 'web-01.example.org')];
    await world.region.route53.api.changeResourceRecordSets({ HostedZoneId: 'Z2', ChangeBatch: { Changes } });
    await world.clock.advance(100);
    await change(world, a('CREATE', 'web-02.internal.example.com'));
  });

  test('without values, or without changes, is no input', async () => {
    const world = aWorld();
    aZone(world);
    expect(await rejection(change(world))).toMatchObject({ name: 'InvalidInput' });
    expect(await rejection(change(world, a('CREATE', name, [])))).toMatchObject({ name: 'InvalidInput' });
  });

  test('with a routing policy is refused by the lab, which does not know any', async () => {
    const world = aWorld();
    aZone(world);
    const set = { ...a('CREATE').ResourceRecordSet!, SetIdentifier: 'one', Weight: 1 };
    expect(await rejection(change(world, { Action: 'CREATE', ResourceRecordSet: set }))).toMatchObject({
      name: 'FieldUnsupported',
    });
  });
});

describe('what is not there', () => {
  test('has its own errors', async () => {
    const world = aWorld();
    const { api } = world.region.route53;
    expect(await rejection(change(world, a('CREATE')))).toMatchObject({
      name: 'NoSuchHostedZone',
      message: 'No hosted zone found with ID: Z1',
      $metadata: { httpStatusCode: 404 },
    });
    expect(await rejection(api.listResourceRecordSets({ HostedZoneId: '/hostedzone/Z9' }))).toMatchObject({
      message: 'No hosted zone found with ID: Z9',
    });
    expect(await rejection(api.getChange({ Id: '/change/C0' }))).toMatchObject({
      name: 'NoSuchChange',
      message: 'Could not find resource with ID: C0',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('listing', () => {
  async function fiveRecords() {
    const world = aWorld();
    aZone(world);
    const put = (record: string, type: RRType, value: string) =>
      world.region.route53.world.foreign('Z1', { name: `${record}.internal.example.com`, type, values: [value] });
    put('web-02', 'A', '10.0.0.2');
    put('b.a', 'A', '10.0.0.3');
    put('web-01', 'TXT', '"x"');
    put('web-01', 'A', '10.0.0.1');
    put('*', 'A', '10.0.0.9');
    return world;
  }
  const names = (sets: { Name?: string | undefined; Type?: string | undefined }[] | undefined) =>
    sets!.map((set) => `${set.Name!.replace('internal.example.com.', '@')} ${set.Type!}`);

  test('sorts by the labels from right to left, then by type, and begins with the zone itself', async () => {
    const { region } = await fiveRecords();
    const { ResourceRecordSets } = await region.route53.api.listResourceRecordSets({ HostedZoneId: 'Z1' });
    expect(names(ResourceRecordSets)).toEqual([
      '@ NS',
      '@ SOA',
      '\\052.@ A',
      'b.a.@ A',
      'web-01.@ A',
      'web-01.@ TXT',
      'web-02.@ A',
    ]);
  });

  test('shows a record once and as it is, after it was overwritten, and not at all after it was deleted', async () => {
    const world = await fiveRecords();
    const list = async () =>
      (await world.region.route53.api.listResourceRecordSets({ HostedZoneId: 'Z1' })).ResourceRecordSets!;
    await done(world, a('UPSERT', name, ['10.0.0.7']));
    const found = (await list()).filter((set) => set.Name === `${name}.` && set.Type === 'A');
    expect(found).toEqual([a('CREATE', `${name}.`, ['10.0.0.7']).ResourceRecordSet]);
    await done(world, a('DELETE', name, ['10.0.0.7']));
    expect(names(await list())).not.toContain('web-01.@ A');
    expect(await list()).toHaveLength(6);
  });

  test('begins anywhere, also where there is no record: the first answer may be another name', async () => {
    const { region } = await fiveRecords();
    const from = async (StartRecordName: string, StartRecordType?: RRType) =>
      names(
        (
          await region.route53.api.listResourceRecordSets({
            HostedZoneId: 'Z1',
            StartRecordName,
            MaxItems: 1,
            ...(StartRecordType === undefined ? {} : { StartRecordType }),
          })
        ).ResourceRecordSets,
      );
    expect(await from('WEB-01.internal.example.com')).toEqual(['web-01.@ A']);
    expect(await from('web-01.internal.example.com', 'AAAA')).toEqual(['web-01.@ TXT']);
    expect(await from('web-015.internal.example.com')).toEqual(['web-02.@ A']);
    expect(await from('*.internal.example.com')).toEqual(['\\052.@ A']);
    expect(await from('zzz.internal.example.com')).toEqual([]);
  });

  test('tells where the rest begins when it is cut off', async () => {
    const { region } = await fiveRecords();
    const first = await region.route53.api.listResourceRecordSets({ HostedZoneId: 'Z1', MaxItems: 5 });
    expect(first).toMatchObject({
      IsTruncated: true,
      NextRecordName: 'web-01.internal.example.com.',
      NextRecordType: 'TXT',
    });
    const rest = await region.route53.api.listResourceRecordSets({
      HostedZoneId: 'Z1',
      StartRecordName: first.NextRecordName,
      StartRecordType: first.NextRecordType,
    });
    expect(names(rest.ResourceRecordSets)).toEqual(['web-01.@ TXT', 'web-02.@ A']);
    expect(rest).toMatchObject({ IsTruncated: false });
    expect(rest).not.toHaveProperty('NextRecordName');
  });

  test('needs a name where it is given a type', async () => {
    const { region } = await fiveRecords();
    const listing = region.route53.api.listResourceRecordSets({ HostedZoneId: 'Z1', StartRecordType: 'A' });
    expect(await rejection(listing)).toMatchObject({ name: 'InvalidInput' });
  });
});

describe('names', () => {
  test.each([
    ['Web-01.Example.com', 'web-01.example.com.'],
    ['web-01.example.com.', 'web-01.example.com.'],
    ['*.example.com', '\\052.example.com.'],
    ['\\052.example.com', '\\052.example.com.'],
    ['a\\141_b.example.com', 'aa_b.example.com.'],
    ['a b.example.com', 'a\\040b.example.com.'],
  ])('%s is kept as %s', (given, kept) => {
    expect(normalizeName(given)).toBe(kept);
    expect(normalizeName(kept)).toBe(kept);
  });

  test('are sorted by reversed labels', () => {
    expect(sortKey('www.example.com.')).toBe('com.example.www.');
  });
});
