import { reverseName } from '../../../../functions/fleet/domain/dns/addresses';
import { planName, predecessorAt, type WantedName } from '../../../../functions/fleet/domain/dns/owned-records';
import {
  ownerText,
  parseOwnerRecord,
  type ForeignSet,
  type RecordSet,
  planRemoval,
  type HeldName,
} from '../../../../functions/fleet/domain/dns/record-sets';
import { parseIdentity } from '../../../../functions/fleet/domain/identity';

const identity = parseIdentity('aws:123456789012:eu-central-1:muster');
const name = 'web-03.internal.example.com';
const wanted: WantedName = {
  name,
  ttl: 60,
  records: [{ type: 'A', values: ['10.0.0.7'] }],
  owner: { identity, group: 'web', instanceId: 'i-0a' },
};
const a = (value: string, ttl = 60): RecordSet => ({ name: `${name}.`, type: 'A', ttl, values: [value] });
const many = (...values: string[]): RecordSet => ({ name: `${name}.`, type: 'A', ttl: 60, values });
const txt = (...values: string[]): RecordSet => ({ name: `${name}.`, type: 'TXT', ttl: 60, values });
const mark = (instanceId: string, group = 'web', of = identity) => ownerText({ identity: of, group, instanceId });
const owned = (instanceId: string, group = 'web') => txt(mark(instanceId, group));
const oldMark = (instanceId: string) => `"heritage=muster,group=web,instance=${instanceId}"`;
const foreignSet = (text: string, ...addresses: string[]): ForeignSet => ({ text, addresses });
const dead = (instanceId: string, wasHeld = false) => ({ instanceId, isDead: true, wasHeld });

test('a free name is created, with its owner beside it, in one batch', () => {
  const plan = planName(wanted, [], []);
  expect(plan).toMatchObject({
    action: 'create',
    changes: [
      { action: 'CREATE', record: a('10.0.0.7') },
      { action: 'CREATE', record: owned('i-0a') },
    ],
  });
});

test('our own name is written once more, exactly, to have a change to wait for', () => {
  const plan = planName(wanted, [a('10.0.0.7'), owned('i-0a')], []);
  expect(plan.action).toBe('confirm');
  expect('changes' in plan && plan.changes.map(({ action }) => action)).toEqual([
    'DELETE',
    'DELETE',
    'CREATE',
    'CREATE',
  ]);
});

test('our own name as wanted is left alone when the change that made it is known', () => {
  const existing = [owned('i-0a'), a('10.0.0.7')];
  expect(planName(wanted, existing, [], { knownChange: '/change/C1' })).toMatchObject({
    action: 'none',
    change: '/change/C1',
  });
  expect(planName(wanted, [owned('i-0a'), a('10.0.0.8')], [], { knownChange: '/change/C1' }).action).toBe('confirm');
  expect(planName(wanted, [owned('i-0a')], [], { knownChange: '/change/C1' }).action).toBe('confirm');
});

test('what a dead instance left behind is replaced: the exact old records go, or nothing changes', () => {
  const plan = planName(wanted, [a('10.0.0.99', 300), owned('i-0dead')], [], { predecessor: dead('i-0dead') });
  expect(plan).toMatchObject({
    action: 'replace',
    changes: [
      { action: 'DELETE', record: a('10.0.0.99', 300) },
      { action: 'DELETE', record: owned('i-0dead') },
      { action: 'CREATE', record: a('10.0.0.7') },
      { action: 'CREATE', record: owned('i-0a') },
    ],
  });
});

const others = {
  'another region': parseIdentity('aws:123456789012:eu-west-1:muster'),
  'another account': parseIdentity('aws:210987654321:eu-central-1:muster'),
  'another partition': parseIdentity('aws-cn:123456789012:eu-central-1:muster'),
  'another deployment': parseIdentity('aws:123456789012:eu-central-1:muster-next'),
};

test.each([
  ['a record without a mark', [a('10.0.0.7')], []],
  ["another owner's TXT beside it", [a('10.0.0.7'), txt('"v=spf1 -all"')], []],
  ["another system's mark alone", [txt('"heritage=external-dns,owner=x"')], []],
  ["another system's mark beside ours", [a('10.0.0.9'), txt(mark('i-0dead'), '"heritage=external-dns"')], []],
  ['addresses of which one is not the dead one’s', [many('10.0.0.9', '10.9.9.9'), owned('i-0dead')], []],
  ['an alias', [], [foreignSet('A alias of x.')]],
  ['our mark beside a CNAME', [owned('i-0a')], [foreignSet('CNAME x.')]],
  ['another group', [a('10.0.0.7'), owned('i-0dead', 'api')], []],
  ['a mark of a later form', [a('10.0.0.9'), txt('"heritage=muster,v=3,owner=i-0dead"')], []],
  ['a mark without an instance', [a('10.0.0.9'), txt('"heritage=muster,group=web"')], []],
  ['a mark of a deployment that is none', [txt('"heritage=muster,deployment=x,group=web,instance=i-0dead"')], []],
  ...Object.entries(others).map(
    ([what, other]) =>
      [what, [a('10.0.0.9'), txt(mark('i-0dead', 'web', other))], []] as [string, RecordSet[], ForeignSet[]],
  ),
])('a name with %s is taken, even when its owner is dead', (_, existing, foreign) => {
  expect(planName(wanted, existing, foreign, { predecessor: dead('i-0dead', true) }).action).toBe('taken');
});

test('whose the name is is said in full, and what to do', () => {
  const existing = [a('10.0.0.9'), txt(mark('i-0b', 'web', others['another region']))];
  const { reason } = planName(wanted, existing, []);
  expect(reason).toContain('belongs to i-0b of group web of muster in eu-west-1 of account 123456789012');
  expect(reason).toContain('give one of the two groups another name');
  expect(planName(wanted, [txt('"heritage=muster,v=3"')], []).reason).toContain('"heritage=muster,v=3"');
});

test('a name of an instance that is alive is taken', () => {
  const alive = { instanceId: 'i-0b', isDead: false, wasHeld: true };
  const plan = planName(wanted, [a('10.0.0.8'), owned('i-0b')], [], { predecessor: alive });
  expect(plan).toEqual({ action: 'taken', reason: expect.stringContaining('still alive') as string });
});

test('a name of an instance that is alive, and has another name by now, was left behind', () => {
  const renamed = { instanceId: 'i-0b', isDead: false, wasHeld: false, nowNamed: 'web-07' };
  const plan = planName(wanted, [a('10.0.0.8'), owned('i-0b')], [], { predecessor: renamed });
  expect(plan).toMatchObject({
    action: 'replace',
    reason: expect.stringContaining('which is web-07 by now') as string,
  });
  // Whether the address beside it is its own is not known then.
  expect(planName(wanted, [many('10.0.0.8', '10.9.9.9'), owned('i-0b')], [], { predecessor: renamed }).action).toBe(
    'taken',
  );
  expect(planName(wanted, [a('10.0.0.8'), txt(oldMark('i-0b'))], [], { predecessor: renamed }).action).toBe('taken');
});

test('a mark that names no deployment is ours only if the ledger has held the name for it', () => {
  const existing = [a('10.0.0.9'), txt(oldMark('i-0dead'))];
  expect(predecessorAt(existing, wanted)).toBe('i-0dead');
  expect(planName(wanted, existing, [], { predecessor: dead('i-0dead') }).action).toBe('taken');
  expect(planName(wanted, existing, [], { predecessor: dead('i-0dead', true) }).action).toBe('replace');
  expect(planName(wanted, [a('10.0.0.7'), txt(oldMark('i-0a'))], [], { knownChange: '/change/C1' })).toMatchObject({
    action: 'confirm',
    changes: expect.arrayContaining([{ action: 'CREATE', record: owned('i-0a') }]) as unknown,
  });
});

test('values that others have put beside ours stay when the name is written again', () => {
  const existing = [many('10.9.9.9', '10.0.0.7'), txt('"v=spf1 -all"', mark('i-0a'))];
  const plan = planName(wanted, existing, []);
  expect('changes' in plan && plan.changes.filter(({ action }) => action === 'CREATE')).toEqual([
    { action: 'CREATE', record: many('10.0.0.7', '10.9.9.9') },
    { action: 'CREATE', record: txt(mark('i-0a'), '"v=spf1 -all"') },
  ]);
  expect(planName(wanted, existing, [], { knownChange: '/change/C1' }).action).toBe('none');
});

test('a name with nothing but texts that name no owner is free, and they stay', () => {
  expect(planName(wanted, [txt('"site-verification=abc"')], [])).toMatchObject({
    action: 'create',
    changes: [
      { action: 'DELETE', record: txt('"site-verification=abc"') },
      { action: 'CREATE', record: a('10.0.0.7') },
      { action: 'CREATE', record: txt(mark('i-0a'), '"site-verification=abc"') },
    ],
  });
});

describe('removal', () => {
  const held: HeldName = { name, owner: wanted.owner, values: ['10.0.0.7', '2001:db8::7'], wasWritten: false };

  test.each([
    ['ours alone', [a('10.0.0.7', 300), owned('i-0a')], []],
    ['ours of the old form', [a('10.0.0.7'), txt(oldMark('i-0a'))], []],
    ['ours first', [a('10.0.0.7'), txt(mark('i-0a'), '"x"')], [txt('"x"')]],
    ['ours last, between quotes of all kinds', [a('10.0.0.7'), txt('"a\\"b" "c"', mark('i-0a'))], [txt('"a\\"b" "c"')]],
    [
      'ours in two strings, and a comma in octal',
      [a('10.0.0.7'), txt(mark('i-0a').replace(',group', '" "\\054group'), '"x"')],
      [txt('"x"')],
    ],
    ['an address beside ours', [many('10.9.9.9', '10.0.0.7'), owned('i-0a')], [many('10.9.9.9')]],
    ['ours beside another mark', [a('10.0.0.7'), txt(mark('i-0b'), mark('i-0a'))], [txt(mark('i-0b'))]],
    ['an IPv6 address written otherwise', [{ ...a('2001:DB8:0:0::7'), type: 'AAAA' as const }, owned('i-0a')], []],
  ])('takes away exactly our values: %s', (_, existing, left) => {
    expect(planRemoval(held, existing, [])).toMatchObject({
      action: 'remove',
      changes: [
        ...existing.map((record) => ({ action: 'DELETE', record })),
        ...left.map((record) => ({ action: 'CREATE', record })),
      ],
    });
  });

  test('a manual change of our address stays, and is said', () => {
    const plan = planRemoval(held, [a('10.9.9.9'), owned('i-0a')], []);
    expect(plan).toMatchObject({ action: 'remove', changes: [{ action: 'DELETE', record: owned('i-0a') }] });
    expect(plan.reason).toContain('A 10.9.9.9');
  });

  test.each(Object.entries(others))('of %s with the same address nothing is touched', (_, other) => {
    const existing = [a('10.0.0.7'), txt(mark('i-0b', 'web', other))];
    expect(planRemoval({ ...held, wasWritten: true }, existing, []).action).toBe('none');
  });

  test('a mark that is gone, or of an unknown form, does not keep what was certainly written', () => {
    const texts = txt('"heritage=muster,v=3"');
    expect(planRemoval({ ...held, wasWritten: true }, [a('10.0.0.7'), texts], [])).toMatchObject({
      action: 'remove',
      changes: [{ action: 'DELETE', record: a('10.0.0.7') }],
    });
    expect(planRemoval(held, [a('10.0.0.7'), texts], []).action).toBe('stuck');
    expect(planRemoval(held, [a('10.0.0.9'), texts], []).action).toBe('none');
  });

  test('a name that leads to it by a record that is not ours is not given up', () => {
    const plan = planRemoval(held, [owned('i-0a')], [foreignSet('A 10.0.0.7 (blue)', '10.0.0.7')]);
    expect(plan).toEqual({ action: 'stuck', reason: expect.stringContaining('A 10.0.0.7 (blue)') as string });
    expect(planRemoval(held, [owned('i-0a')], [foreignSet('A alias of x.')]).action).toBe('remove');
  });
});

test.each(['a,instance=i-1', 'say "web"', 'wëb', 'x'.repeat(255), '"'.repeat(255)])(
  'a group called %s fits into a TXT record, and its name is known again',
  (group) => {
    const longest = parseIdentity(`aws-us-gov:123456789012:us-gov-northwest-1:${'s'.repeat(32)}`);
    const owner = { identity: longest, group, instanceId: 'i-0123456789abcdef0' };
    expect(ownerText(owner)).toMatch(/^"[\x20-\x21\x23-\x7e]{1,255}"$/);
    expect(parseOwnerRecord(ownerText(owner))).toMatchObject({ form: 'current', identity: longest });
    expect(planName({ ...wanted, owner }, [a('10.0.0.7'), txt(ownerText(owner))], []).action).toBe('confirm');
    const other = { ...owner, group: `${group.slice(1)}z` };
    const existing = [a('10.0.0.7'), txt(ownerText(other))];
    expect(planName({ ...wanted, owner }, existing, [], { predecessor: dead(owner.instanceId) }).action).toBe('taken');
  },
);

test('which deployment it is is never guessed', () => {
  expect(() => parseIdentity('muster')).toThrow("got 'muster'");
  expect(() => parseIdentity('aws:123:eu-central-1:muster')).toThrow('aws:123456789012:eu-central-1:muster');
});

test('the reverse name has the octets the other way round', () => {
  expect(reverseName('10.0.1.7')).toBe('7.1.0.10.in-addr.arpa');
});

describe('a record of a type that is not wanted', () => {
  const six: WantedName = {
    ...wanted,
    records: [{ type: 'AAAA', values: ['fd00::7'] }],
    addresses: ['10.0.0.7', 'fd00::7'],
  };
  const aaaa: RecordSet = { name: `${wanted.name}.`, type: 'AAAA', ttl: wanted.ttl, values: ['fd00::7'] };

  test('is left to the owner who put it beside ours, and the name is not ours alone', () => {
    const plan = planName(six, [a('192.0.2.7'), aaaa, markOf(six)], []);
    expect(plan).toMatchObject({ action: 'taken', reason: expect.stringContaining('A 192.0.2.7') as string });
  });

  test("is taken away if it is the instance's own, from before the settings changed", () => {
    const plan = planName(six, [a('10.0.0.7'), aaaa, markOf(six)], []);
    expect(plan).toMatchObject({ action: 'confirm' });
    expect(plan.action === 'confirm' && plan.changes.filter(({ action }) => action === 'CREATE')).toHaveLength(2);
  });

  test('of a dead predecessor may be of another owner by now', () => {
    const dead = { ...six, owner: { ...six.owner, instanceId: 'i-0dead' } };
    const predecessor = { instanceId: 'i-0dead', isDead: true, wasHeld: true };
    expect(planName(six, [a('192.0.2.7'), aaaa, markOf(dead)], [], { predecessor }).action).toBe('taken');
    expect(planName(six, [aaaa, markOf(dead)], [], { predecessor }).action).toBe('replace');
  });

  function markOf({ owner }: WantedName): RecordSet {
    return { name: `${wanted.name}.`, type: 'TXT', ttl: wanted.ttl, values: [ownerText(owner)] };
  }
});
