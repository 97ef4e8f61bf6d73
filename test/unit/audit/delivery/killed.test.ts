import { account, connection, failure, keyOf, minute, packed, start } from '../support';
import { Platform, policy, type Fault, type Received } from './processes';

const [guesses, more, users] = [
  keyOf('connectionlog', '2026-11-26T07:00'),
  keyOf('connectionlog', '2026-11-26T08:00'),
  keyOf('userlog'),
];
const missed = keyOf('userlog', '2026-11-26T06:00');
const objects = {
  [guesses]: packed(
    connection('initiating session', start - 100 * minute, { user: 'boss', application: 'psql' }),
    ...[0, 1, 2].map((n) => failure(start - (50 - n) * minute)),
  ),
  [more]: packed(
    ...[3, 4, 5].map((n) => failure(start - (50 - n) * minute)),
    connection('authenticated', start - 30 * minute),
  ),
  [users]: packed(
    account('create', start - 20 * minute),
    account('alter', start - 19 * minute, { superuser: true }),
    account('drop', start - 18 * minute, { superuser: true }),
  ),
  [missed]: packed(account('create', start - 90 * minute, { userId: 7, user: 'older' })),
};
const streamed = [1, 2, 3, 4, 5].map((n) => ({ id: String(n), message: failure(start + n, { host: '203.0.113.9' }) }));

/** A day: logs by each way in, in the wrong order, twice; digests, the cap with its summary, silence, proof of life, closings. */
async function day(platform: Platform): Promise<void> {
  for (const [key, bytes] of Object.entries(objects)) platform.objects.set(key, bytes);
  platform.announce(users);
  await platform.inspect();
  await platform.pass(1);
  platform.announce(more, users);
  await platform.inspect();
  await platform.pass(2);
  platform.announce(guesses, guesses);
  await platform.inspect();
  await platform.stream(streamed);
  await platform.pass(7);
  await platform.backfill([missed, guesses]);
  await platform.stream(streamed);
  for (const minutes of [16, 30, 61, 61, 61, 130, 200]) await platform.pass(minutes);
  // By then every delayed letter has been sent.
  for (let n = 0; n < 10; n += 1) await platform.pass(12);
}

const summaryOf = ({ known }: Platform) =>
  [...known.values()].map(({ key, severity, count }) => `${key} ${severity} ${count}`).sort();

function holdMails({ received, known }: Platform): string[] {
  const wrong: string[] = [];
  const first = new Map<string, Received>();
  for (const mail of received) {
    const before = first.get(mail.id);
    if (before === undefined) first.set(mail.id, mail);
    else {
      if (!mail.text.includes('may be a repetition')) wrong.push(`${mail.id} does not say that it comes again`);
      if (mail.subject !== before.subject) wrong.push(`${mail.id} has two subjects`);
    }
  }
  const mails = [...first.values()];
  const made = mails.map(({ at }) => at);
  for (const at of made)
    if (made.filter((other) => other >= at && other < at + 60 * minute).length > policy.perHour + 2)
      wrong.push(`more than ${policy.perHour} an hour`);
  for (const { id, title, count } of known.values()) {
    const about = mails.flatMap(({ text }) => text.split('\n\n').filter((section) => section.includes(id)));
    const opening = about.filter((section) => /state: +new/.test(section));
    if (opening.length !== 1) wrong.push(`${title} was new ${opening.length} times`);
    const told = Math.max(...about.map((section) => Number(/count: +(\d+) times/.exec(section)?.[1] ?? 1)));
    if (told !== count) wrong.push(`${title}: ${told} are told of ${count}`);
  }
  if (mails.filter(({ subject }) => subject.includes('daily:')).length !== 1) wrong.push('not one proof of life');
  return wrong;
}

const ways = {
  'mail works': () => undefined,
  'SES refuses the address': () =>
    Object.assign(new Error('Email address is not verified'), {
      name: 'MessageRejected',
      $metadata: { httpStatusCode: 400 },
    }),
};

describe.each(Object.entries(ways))('killed at each call: %s', (_, ses) => {
  const lived = async (fault?: Fault) => {
    const platform = new Platform(fault);
    platform.ses = ses;
    await day(platform);
    return platform;
  };

  // Killed before a call is killed after the one before it; each way a call of its own.
  test.each([
    ['killed after it', true, true],
    ['an error before it', false, false],
    ['no answer, and it was done', true, false],
  ])('%s', async (_, after, dies) => {
    const whole = await lived();
    expect(holdMails(whole)).toEqual([]);
    for (let call = 1; call <= whole.calls; call += 1) {
      if (after && !dies && !whole.effects.has(call)) continue;
      const one = await lived({ call, after, dies });
      expect([call, summaryOf(one)]).toEqual([call, summaryOf(whole)]);
      expect([call, holdMails(one)]).toEqual([call, []]);
    }
  });
});

/** Of all processes that wait one continues: the seed decides which. */
function shuffled(platform: Platform, seed: number): void {
  let state = seed;
  const waiting: (() => void)[] = [];
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    waiting.splice((state >>> 8) % waiting.length, 1)[0]?.();
  };
  platform.turn = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      setImmediate(next);
    });
}

test('two workers and the watch at once, their calls in any order, and one of them killed', async () => {
  const whole = new Platform();
  for (const [key, bytes] of Object.entries(objects)) whole.objects.set(key, bytes);
  const atOnce = async (platform: Platform) => {
    for (const [key, bytes] of Object.entries(objects)) platform.objects.set(key, bytes);
    const worker = (...keys: string[]) => {
      platform.announce(...keys);
      return platform.inspect();
    };
    await Promise.all([
      worker(guesses, users, more),
      worker(more, guesses),
      platform.backfill([missed, guesses]),
      platform.pass(1),
      platform.stream(streamed),
      platform.stream(streamed),
    ]);
    platform.turn = async () => undefined;
    for (const minutes of [6, 61, 61, 61]) await platform.pass(minutes);
  };
  await atOnce(whole);
  for (let seed = 1; seed <= 60; seed += 1) {
    const one = new Platform(seed % 2 === 0 ? undefined : { call: seed * 2, after: true, dies: true });
    shuffled(one, seed);
    await atOnce(one);
    expect([seed, summaryOf(one)]).toEqual([seed, summaryOf(whole)]);
    expect([seed, holdMails(one).filter((why) => !why.includes('proof'))]).toEqual([seed, []]);
  }
});
