import {
  ownerOf,
  ownerText,
  parseOwner,
  planName,
  reverseName,
  type RecordSet,
  type WantedName,
} from '../../../functions/fleet/domain/owned-records';

const name = 'web-03.internal.example.com';
const wanted: WantedName = {
  name,
  ttl: 60,
  records: [{ type: 'A', values: ['10.0.0.7'] }],
  owner: { group: 'web', instanceId: 'i-0a' },
};
const a = (value: string, ttl = 60): RecordSet => ({ name: `${name}.`, type: 'A', ttl, values: [value] });
const txt = (value: string): RecordSet => ({ name: `${name}.`, type: 'TXT', ttl: 60, values: [value] });
const owned = (instanceId: string, group = 'web') => txt(ownerText({ group, instanceId }));

test('a free name is created, with its owner beside it, in one batch', () => {
  const plan = planName(wanted, [], [], false);
  expect(plan).toMatchObject({
    action: 'create',
    changes: [
      { action: 'CREATE', record: a('10.0.0.7') },
      { action: 'CREATE', record: owned('i-0a') },
    ],
  });
});

test('our own name is written once more, exactly, to have a change to wait for', () => {
  const plan = planName(wanted, [a('10.0.0.7'), owned('i-0a')], [], false);
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
  expect(planName(wanted, existing, [], false, '/change/C1')).toMatchObject({ action: 'none', change: '/change/C1' });
  expect(planName(wanted, [owned('i-0a'), a('10.0.0.8')], [], false, '/change/C1').action).toBe('confirm');
  expect(planName(wanted, [owned('i-0a')], [], false, '/change/C1').action).toBe('confirm');
});

test('what a dead instance left behind is replaced: the exact old records go, or nothing changes', () => {
  const plan = planName(wanted, [a('10.0.0.99', 300), owned('i-0dead')], [], true);
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

test.each([
  ['a record that nobody marked', [a('10.0.0.7')], []],
  ["somebody else's TXT beside it", [a('10.0.0.7'), txt('"v=spf1 -all"')], []],
  [
    'our mark among other values',
    [a('10.0.0.7'), { ...owned('i-0dead'), values: [ownerText(wanted.owner), '"x"'] }],
    [],
  ],
  ['an alias', [], ['A']],
  ['our mark beside a CNAME', [owned('i-0a')], ['CNAME']],
  ['another group', [a('10.0.0.7'), owned('i-0dead', 'api')], []],
])('a name with %s is taken, even when its owner is dead', (_, existing, foreign) => {
  expect(planName(wanted, existing, foreign, true).action).toBe('taken');
});

test('a name of an instance that is alive is taken', () => {
  const plan = planName(wanted, [a('10.0.0.8'), owned('i-0b')], [], false);
  expect(plan).toEqual({ action: 'taken', reason: expect.stringContaining('i-0b') as string });
});

test('the owner is read back as it was written', () => {
  const owner = { group: 'web', instanceId: 'i-0b' };
  expect(parseOwner(ownerText(owner))).toEqual(owner);
  expect(ownerOf([a('10.0.0.7'), txt(ownerText(owner))])).toEqual(owner);
  expect(parseOwner('"heritage=external-dns,owner=x"')).toBeUndefined();
});

test.each(['a,instance=i-1', 'say "web"', 'wëb', 'x'.repeat(255), '"'.repeat(255)])(
  'a group called %s fits into a TXT record, and its name is known again',
  (group) => {
    const owner = { group, instanceId: 'i-0123456789abcdef0' };
    expect(ownerText(owner)).toMatch(/^"[\x20-\x21\x23-\x7e]{1,255}"$/);
    expect(planName({ ...wanted, owner }, [a('10.0.0.7'), txt(ownerText(owner))], [], false).action).toBe('confirm');
    const other = { ...owner, group: `${group.slice(1)}z` };
    expect(planName({ ...wanted, owner }, [a('10.0.0.7'), txt(ownerText(other))], [], true).action).toBe('taken');
  },
);

test('the reverse name has the octets the other way round', () => {
  expect(reverseName('10.0.1.7')).toBe('7.1.0.10.in-addr.arpa');
});
