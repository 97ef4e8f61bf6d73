import type { Mail } from '../../../functions/shared/notify/letter';
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

test('a renamed user has an earlier name', async () => {
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
  expect(here.mails[0]?.text).toMatch(/expected since: +2026-11-26 08:00:00 UTC\n/);
});

test('where lines are made to mislead, a mail says which lines of which object to read, and what was seen of them', async () => {
  const forged = `jo\nauthentication failure |Thu, 26 Nov 2026 08:00:10:000|::ffff:10.9.9.9 |1 |1|dev |boss |password |0`;
  const { mails } = await given('connectionlog', packed(failure(start), failure(start + 1, { user: forged })));
  const text = mails.map((mail) => mail.text).join('\n');
  expect(text).toContain('MEDIUM: Lines that are made to mislead, from 198.51.100.7');
  expect(text).toMatch(/why: +has too few columns: a newline in a name can have\s+broken it\n/);
  expect(text).toMatch(/object: +b\/\S+connectionlog_\S+\n +line number: +2\n +line: +authentication failure \|/);
  expect(text).toMatch(/Next: Read this line and the five behind it in the object itself/);
});

test('of an object whose prefix is long, a mail names the file and the line', async () => {
  const here = world();
  const key = `${'folder-of-logs/'.repeat(34)}${keyOf('userlog')}`;
  here.put(key, packed(account('create', start)));
  await here.deliver(key);
  expect(here.mails[0]?.text).toMatch(/_redshift_eu-central-1_main_userlog_2026-11-26T08:00\.gz\n +line number: +1\n/);
});

test('a day on which no file came says so', async () => {
  const here = world();
  await here.watch();
  here.clock.at += 15 * 60 * minute;
  await here.watch();
  expect(here.mails.at(-1)?.text).toMatch(/looked at: +nothing\n/);
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

// For an hour neither SES nor SNS takes a mail, while accounts are created every few minutes. Afterwards each is told,
// once, and no mail says that it may be a repetition where it was refused for certain.

const refusal = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

const created = 12;
const titleOf = (n: number) => `Account helper_${n}_ created`;

async function anHourOf(ses: Error, sns: Error) {
  const here = world();
  const [mails, byTopic]: [Mail[], Mail[]] = [[], []];
  let isDown = true;
  const way = (error: Error, taken: Mail[]) => ({
    send: async (mail: Mail) => {
      if (isDown) throw error;
      taken.push(mail);
    },
  });
  Object.assign(here.deps, { mailer: way(ses, mails), fallback: way(sns, byTopic) });
  const begun = here.clock.at;
  for (let n = 0; n < 60; n += 1) {
    here.clock.at = begun + n * minute;
    if (n % 5 === 0) {
      const key = keyOf('userlog', `2026-11-26T08:${String(n).padStart(2, '0')}`);
      here.put(key, packed(account('create', here.clock.at, { userId: 200 + n, user: `helper_${n / 5}_` })));
      expect((await here.deliver(key)).batchItemFailures).toEqual([]);
    }
    await here.watch();
  }
  expect([...mails, ...byTopic]).toEqual([]);
  isDown = false;
  for (let n = 0; n < 120; n += 1) {
    here.clock.at += minute;
    await here.watch();
  }
  return [...mails, ...byTopic];
}

test.each([
  ['SES throttles', refusal('TooManyRequestsException', 429)],
  ['the account is suspended', refusal('AccountSuspendedException', 400)],
  ['sending is paused', refusal('SendingPausedException', 400)],
  ['SES rejects', refusal('MessageRejected', 400)],
  ['one of several addresses is none', refusal('BadRequestException', 400)],
  ['SES may not be called', refusal('AccessDeniedException', 403)],
])('%s, and so does SNS: each is told once', async (_, error) => {
  const mails = await anHourOf(error, refusal('AuthorizationError', 403));
  const text = mails.map((mail) => mail.text).join('\n');
  for (let n = 0; n < created; n += 1) expect(text.split(titleOf(n))).toHaveLength(2);
  expect(text).not.toContain('may be a repetition');
  expect(mails.length).toBeLessThanOrEqual(4);
  expect(text).toContain('It was written at 2026-11-26 08:00:00 UTC, and could not be sent before.');
  expect(text.replace(/\s+/g, ' ')).toMatch(/The first waited \d\d min: no more mails could be sent\./);
});

test.each([
  ['SES does not answer', lost, refusal('AuthorizationError', 403)],
  ['SNS does not answer', refusal('SendingPausedException', 400), lost],
  ['SES fails', refusal('InternalServiceErrorException', 500), lost],
])('%s: each is told once, with a word that it may have come before', async (_, ses, sns) => {
  const mails = await anHourOf(ses, sns);
  const text = mails.map((mail) => mail.text).join('\n');
  for (let n = 0; n < created; n += 1) expect(text.split(titleOf(n))).toHaveLength(2);
  expect(text).toContain('may be a repetition');
  expect(text).not.toContain('could not be sent before');
});

test.each(['MessageRejected', 'BadRequestException'])(
  'SES takes a mail for all recipients or for none: with %s it goes to the topic at once, once',
  async (name) => {
    const here = world();
    const byTopic: Mail[] = [];
    const refused = { send: () => Promise.reject(refusal(name, 400)) };
    Object.assign(here.deps, { mailer: refused, fallback: { send: async (mail: Mail) => byTopic.push(mail) } });
    here.put(keyOf('userlog'), packed(account('create', start)));
    await here.deliver(keyOf('userlog'));
    expect(byTopic.map(({ subject }) => subject)).toEqual([expect.stringContaining('Account helper created')]);
    for (let n = 0; n < 20; n += 1) {
      here.clock.at += minute;
      await here.watch();
    }
    expect(byTopic).toHaveLength(1);
  },
);
