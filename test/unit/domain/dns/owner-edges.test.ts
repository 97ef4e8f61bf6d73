import { describeIdentity, parseIdentity, readIdentity } from '../../../../functions/fleet/domain/identity';
import { planName, predecessorAt, type WantedName } from '../../../../functions/fleet/domain/dns/owned-records';
import {
  describeOwnerRecord,
  isOfGroup,
  isOwn,
  ownerText,
  parseOwnerRecord,
  type ForeignSet,
  type RecordSet,
  planRemoval,
} from '../../../../functions/fleet/domain/dns/record-sets';

// Where one value, one word or one absence decides whose a name is.

const identity = parseIdentity('aws:123456789012:eu-central-1:muster');
const elsewhere = parseIdentity('aws:123456789012:eu-west-1:muster');
const owner = { identity, group: 'web', instanceId: 'i-0a' };
const name = 'web-03.internal.example.com';
const wanted: WantedName = { name, ttl: 60, records: [{ type: 'A', values: ['10.0.0.7'] }], owner };
const set = (type: RecordSet['type'], ...values: string[]): RecordSet => ({ name: `${name}.`, type, ttl: 60, values });
const mark = (instanceId: string, group = 'web') => ownerText({ identity, group, instanceId });
const old = (instanceId: string, group = 'web') => `"heritage=muster,group=${group},instance=${instanceId}"`;
const creations = (existing: RecordSet[], foreign: ForeignSet[] = [], want = wanted) => {
  const plan = planName(want, existing, foreign);
  return 'changes' in plan && plan.changes.flatMap(({ action, record }) => (action === 'CREATE' ? [record] : []));
};

describe('who had a name before', () => {
  test.each([
    ['no text names an owner', [], undefined],
    ['it is our own', [mark('i-0a')], undefined],
    ['it is our own, of the old form', [old('i-0a')], undefined],
    ['it is another one of our group', [mark('i-0b')], 'i-0b'],
    ['it is another one of our group, of the old form', [old('i-0b')], 'i-0b'],
    ['it is one of another group', [mark('i-0b', 'api')], undefined],
    ['it is one of another group, of the old form', [old('i-0b', 'api')], undefined],
    ['it is not understood', ['"heritage=other"'], undefined],
    ['there are several', [mark('i-0b'), mark('i-0c')], undefined],
  ])('%s', (_, texts, expected) => {
    expect(predecessorAt(texts.length === 0 ? [] : [set('TXT', ...texts)], wanted)).toBe(expected);
  });

  // The address has gone on from group to group, and its reverse name with it.
  test.each([
    ['it is one of another group', mark('i-0b', 'api'), 'i-0b'],
    ['it is one of another group, of the old form', old('i-0b', 'api'), undefined],
    ['it is one of another deployment', ownerText({ ...owner, identity: elsewhere, instanceId: 'i-0b' }), undefined],
    ['it is our own', mark('i-0a'), undefined],
    ['it is not understood', '"heritage=other"', undefined],
  ])('a reverse name: %s', (_, text, expected) => {
    const reverse: WantedName = { ...wanted, records: [{ type: 'PTR', values: ['web-03.example.com.'] }] };
    expect(predecessorAt([set('PTR', 'api-01.example.com.'), set('TXT', text)], reverse)).toBe(expected);
  });
});

describe('our name', () => {
  test('is free only with nothing of others at it either', () => {
    expect(planName(wanted, [], []).reason).toBe(`${name} is free`);
    const cname = { text: 'CNAME elsewhere.example.com.', addresses: [] };
    expect(planName(wanted, [], [cname])).toEqual({
      action: 'taken',
      reason: `${name} has records that are not ours: CNAME elsewhere.example.com.`,
    });
  });

  test('beside another mark keeps that mark, and all addresses that are not wanted', () => {
    const existing = [set('A', '10.0.0.7', '10.9.9.9'), set('TXT', mark('i-0b'), mark('i-0a'))];
    expect(creations(existing)).toEqual([set('A', '10.0.0.7', '10.9.9.9'), set('TXT', mark('i-0a'), mark('i-0b'))]);
  });

  test('beside another mark, with an address that is not ours, is taken', () => {
    const existing = [set('A', '10.9.9.9'), set('TXT', mark('i-0b', 'api'), mark('i-0a'))];
    const { action, reason } = planName(wanted, existing, []);
    expect(action).toBe('taken');
    expect(reason).toContain(`${name} belongs to i-0b of group api of muster in eu-central-1`);
  });

  test('with two addresses, none of which is ours, is not ours alone', () => {
    const { action, reason } = planName(wanted, [set('A', '10.9.9.8', '10.9.9.9'), set('TXT', mark('i-0a'))], []);
    expect(action).toBe('taken');
    expect(reason).toContain(`${name} is not ours alone (A 10.9.9.8 10.9.9.9, TXT ${mark('i-0a')})`);
  });

  test('is not taken from an instance about which nothing is known', () => {
    const existing = [set('A', '10.0.0.7'), set('TXT', mark('i-0b'))];
    expect(planName(wanted, existing, []).reason).toContain(`${name} belongs to i-0b of group web`);
  });

  test('loses its mark of the old form also from between texts of others', () => {
    const existing = [set('A', '10.0.0.7'), set('TXT', '"v=spf1 -all"', old('i-0a'))];
    expect(creations(existing)).toEqual([set('A', '10.0.0.7'), set('TXT', mark('i-0a'), '"v=spf1 -all"')]);
  });

  test('has nothing beside it that stays, and so nothing is said of it', () => {
    const reason = `${name} is this instance's already`;
    expect(planName(wanted, [set('A', '10.0.0.7'), set('TXT', mark('i-0a'))], []).reason).toBe(reason);
    const beside = [set('A', '10.0.0.7', '10.9.9.9'), set('TXT', mark('i-0a'))];
    expect(planName(wanted, beside, []).reason).toBe(`${reason}, and what is not ours stays: A 10.9.9.9`);
  });

  test('loses a record of a kind that is not wanted any more, if it is ours alone', () => {
    const existing = [set('A', '10.0.0.7'), set('AAAA', 'fd00::7'), set('TXT', mark('i-0a'))];
    const its: WantedName = { ...wanted, addresses: ['10.0.0.7', 'fd00::7'] };
    const plan = planName(its, existing, []);
    expect(plan).toMatchObject({ action: 'confirm' });
    expect(JSON.stringify('changes' in plan && plan.changes.filter(({ action }) => action === 'CREATE'))).not.toContain(
      'fd00::7',
    );
    // Of an address that is not known to be the instance's the owner is not known.
    expect(planName(wanted, existing, [])).toMatchObject({ action: 'taken' });
  });

  test('keeps the time to live of what stands beside it', () => {
    const existing = [{ ...set('A', '10.0.0.7', '10.9.9.9'), ttl: 300 }, set('TXT', mark('i-0a'))];
    expect(creations(existing)).toEqual([{ ...set('A', '10.0.0.7', '10.9.9.9'), ttl: 300 }, set('TXT', mark('i-0a'))]);
  });

  test('is known by an IPv6 address in any spelling, and a name in any case', () => {
    const v6: WantedName = { ...wanted, records: [{ type: 'AAAA', values: ['2001:db8::7'] }] };
    const existing = [set('AAAA', '2001:DB8:0::7', '2001:db8::9'), set('TXT', mark('i-0a'))];
    expect(creations(existing, [], v6)).toEqual([set('AAAA', '2001:db8::7', '2001:db8::9'), set('TXT', mark('i-0a'))]);
    const reverse: WantedName = { ...wanted, records: [{ type: 'PTR', values: ['web-03.example.com.'] }] };
    const pointer = [set('PTR', 'WEB-03.example.com.', 'other:name.'), set('TXT', mark('i-0a'))];
    expect(creations(pointer, [], reverse)).toEqual([
      set('PTR', 'web-03.example.com.', 'other:name.'),
      set('TXT', mark('i-0a')),
    ]);
  });
});

test('a removal without a mark says what it found, and does nothing', () => {
  const held = { name, owner, values: ['10.0.0.7'], wasWritten: true };
  expect(planRemoval(held, [], [])).toEqual({ action: 'none', reason: `${name} has no record of ours` });
  const unwritten = { ...held, wasWritten: false };
  expect(planRemoval(unwritten, [set('A', '10.0.0.7')], []).action).toBe('stuck');
  const v6 = { ...unwritten, values: ['fd00::7'] };
  expect(planRemoval(v6, [set('AAAA', 'fd00::7')], []).action).toBe('stuck');
  expect(planRemoval({ ...unwritten, values: [name] }, [set('PTR', name)], []).action).toBe('none');
});

describe('what a text says about an owner', () => {
  const ownerRecord = (text: string) => parseOwnerRecord(text)?.form;
  const current = mark('i-0a').slice(1, -1);
  const before = old('i-0a').slice(1, -1);

  test.each([
    [`"${current}"`, 'current'],
    [current, 'current'],
    [`"x${current}"`, undefined],
    [`"${current}x"`, 'unknown'],
    [`"${current},more=x"`, 'unknown'],
    [`" ${current}"`, 'unknown'],
    [`"${before}"`, 'old'],
    [`"${before}x"`, 'unknown'],
    [`" ${before}"`, 'unknown'],
    ['" Heritage = other"', 'unknown'],
    ['"not heritage=muster"', undefined],
    ['"v=spf1 -all"', undefined],
    ['"heritage\\=muster,group=web,instance=i-0a"', 'old'],
    ['"heritage\\075muster,group=web,instance=i-0a"', 'old'],
  ])('%s: %s', (text, form) => expect(ownerRecord(text)).toBe(form));

  test('is read in full', () => {
    expect(parseOwnerRecord(mark('i-0b'))).toEqual({ form: 'current', identity, group: 'web', instanceId: 'i-0b' });
    expect(parseOwnerRecord(old('i-0b'))).toEqual({ form: 'old', group: 'web', instanceId: 'i-0b' });
  });

  test('is of an instance only in its own group', () => {
    expect(isOwn({ form: 'old', group: 'web', instanceId: 'i-0a' }, owner)).toBe(true);
    expect(isOwn({ form: 'old', group: 'api', instanceId: 'i-0a' }, owner)).toBe(false);
    expect(isOwn({ form: 'current', identity, group: 'api', instanceId: 'i-0a' }, owner)).toBe(false);
    expect(isOwn({ form: 'unknown' }, owner)).toBe(false);
    expect(isOfGroup({ form: 'unknown' }, owner)).toBe(false);
  });

  test('is told to a person', () => {
    const told = (text: string) => describeOwnerRecord(parseOwnerRecord(text)!, text);
    expect(told(mark('i-0b'))).toBe('i-0b of group web of muster in eu-central-1 of account 123456789012');
    expect(told(old('i-0b'))).toBe('i-0b of group web of a deployment that the record does not name');
    expect(told('"heritage=x"')).toBe('an owner whose mark is not understood: "heritage=x"');
  });

  test('leaves as much of a long group as there is room for, and knows it again', () => {
    const groupOf = (length: number) => /group=([^,]*),/.exec(mark('i-0a', 'g'.repeat(length)))?.[1];
    expect(groupOf(110)).toBe('g'.repeat(110));
    expect(groupOf(111)).toMatch(/^g{101}-[0-9a-f]{8}$/);
    const long = (length: number) => ({ ...owner, group: 'g'.repeat(length) });
    const record = { form: 'old', instanceId: 'i-0a' } as const;
    expect(isOwn({ ...record, group: 'g'.repeat(190) }, long(190))).toBe(true);
    expect(isOwn({ ...record, group: 'g'.repeat(191) }, long(191))).toBe(false);
  });
});

describe('which deployment it is', () => {
  test.each(['x aws:123456789012:eu-central-1:muster', 'aws:123456789012:eu-central-1:muster x', 'aws:1:eu-1:m', ''])(
    'is not read out of %j',
    (text) => expect(readIdentity(text)).toBeUndefined(),
  );
  test('is told with its partition only where that is not the usual one', () => {
    expect(describeIdentity(identity)).toBe('muster in eu-central-1 of account 123456789012');
    const china = parseIdentity('aws-cn:123456789012:cn-north-1:muster');
    expect(describeIdentity(china)).toBe('muster in cn-north-1 of account 123456789012 (aws-cn)');
  });
});
