import { account, keyOf, minute, packed, start, world } from './support';

// USER-EXPIRY: the end of a password is taken away, or put so far off that it is the same.

/** Userlog has µs since 2000. */
const stored = (at: number) => String((at - Date.UTC(2000, 0, 1)) * 1000);
const never = '9223372036854775807';
const soon = stored(Date.UTC(2027, 0, 1));
const tenYears = 3650 * 24 * 60 * minute;

async function foundBy(from: string, to: string, action: 'alter' | 'rename' = 'alter') {
  const here = world();
  here.put(
    keyOf('userlog'),
    packed(account('create', start, { validUntil: from }), account(action, start + minute, { validUntil: to })),
  );
  await here.deliver(keyOf('userlog'));
  return (await here.incidents()).find(({ key }) => key.startsWith('USER-EXPIRY|'));
}

test.each([
  ['never', never, 'The password of helper no longer expires'],
  ['the year 9999', stored(Date.UTC(9999, 11, 31)), 'The password of helper does not expire before 9999'],
  ['the year 9999 as SQL writes it', '9999-12-31 00:00:00', 'The password of helper does not expire before 9999'],
  [
    'ten years and a moment',
    stored(start + minute + tenYears + 1),
    'The password of helper does not expire before 2036',
  ],
])('set to %s', async (_, to, title) => {
  expect(await foundBy(soon, to)).toMatchObject({ title, severity: 'low', count: 1 });
});

test.each([
  ['ten years', soon, stored(start + minute + tenYears)],
  ['another quarter', soon, stored(Date.UTC(2027, 3, 1))],
  ['an end, from none', never, soon],
  ['never, as before', never, never],
  ['far, as before', stored(Date.UTC(9999, 0, 1)), never],
  ['what is no time', soon, 'tomorrow'],
  ['a number that is no time', soon, '9223372036854775806'],
  ['a month that there is none of', soon, '9999-99-99'],
])('set to %s: nothing', async (_, from, to) => {
  expect(await foundBy(from, to)).toBeUndefined();
});

test('a rename is no change of it', async () => {
  expect(await foundBy(soon, never, 'rename')).toBeUndefined();
});

test('a mail shows the end as a time', async () => {
  const here = world();
  here.put(keyOf('userlog'), packed(account('create', start, { validUntil: soon })));
  await here.deliver(keyOf('userlog'));
  expect(here.mails[0]?.text).toMatch(/valid until: +2027-01-01 00:00:00 UTC\n/);
});
