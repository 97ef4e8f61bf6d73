import { account, failure, keyOf, minute, packed, start, world } from './support';

// What a person reads who is called: where it is, what it is, since when, and nothing that is no use.

async function given(type: string, bytes: Buffer) {
  const here = world();
  const key = keyOf(type);
  here.put(key, bytes);
  await here.deliver(key);
  here.clock.at += 16 * minute;
  await here.watch();
  return here;
}

test('a subject says on which cluster', async () => {
  const lines = Array.from({ length: 6 }, (_, n) => failure(start + n));
  const { mails } = await given('connectionlog', packed(...lines));
  expect(mails.map(({ subject }) => subject)).toEqual([
    expect.stringContaining('2 incidents, worst HIGH main: Brute force from 198.51.100.7'),
    expect.stringContaining('first MEDIUM main: Failed logins from 198.51.100.7, outside the allowed networks'),
  ]);
});

test('a damaged log is told with its cluster, region and account, and the subject names the cluster once', async () => {
  const { mails } = await given('connectionlog', Buffer.from('no archive'));
  expect(mails[0]?.subject).toContain('HIGH An audit log of main is damaged: it is no gzip archive');
  expect(mails[0]?.text).toMatch(/cluster: +main\n +region, account: +eu-central-1 111122223333\n/);
});

test('who is renamed was someone before', async () => {
  const { mails } = await given('userlog', packed(account('rename', start, { user: 'new', oldUser: 'old' })));
  expect(mails[0]?.text).toContain('Account old renamed to new');
});

test('a cluster that has never written is not told of as one that stopped, and times have one form', async () => {
  const here = world();
  for (let n = 0; n < 200; n += 1) {
    await here.watch(['main']);
    here.clock.at += minute;
  }
  expect(here.mails.map(({ subject }) => subject)).toEqual([expect.stringContaining('HIGH No audit logs of main yet')]);
  expect(here.mails[0]?.text).toMatch(/waited for since: +2026-11-26 08:00:00 UTC\n/);
});

test('a count that has been told is not told twice over', async () => {
  const here = await given('userlog', packed(account('create', start)));
  for (let n = 0; n < 26; n += 1) {
    here.clock.at += 60 * minute;
    await here.watch();
  }
  const closing = here.mails.at(-1)?.text ?? '';
  expect(closing).toContain('closed: nothing more for 24 hours');
  expect(closing).toMatch(/count: +once\n/);
});
