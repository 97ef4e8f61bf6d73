import { account, connection, failure, keyOf, minute, packed, start } from '../support';
import { Platform, policy, type ReceivedMail } from './processes';

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

const pass = (minutes: number) => (platform: Platform) => platform.pass(minutes);
const stream = (platform: Platform) => platform.stream(streamed);
const announced =
  (...keys: string[]) =>
  (platform: Platform) => {
    platform.announce(...keys);
    return platform.inspect();
  };

/** A day: logs by each way in, in the wrong order, twice; digests, the cap with its summary, silence, proof of life, closings. */
const day: readonly ((platform: Platform) => Promise<void>)[] = [
  announced(users),
  pass(1),
  announced(more, users),
  pass(2),
  announced(guesses, guesses),
  stream,
  pass(7),
  (platform) => platform.backfill([missed, guesses]),
  stream,
  ...[16, 30, 61, 61, 61, 130, 200].map(pass),
  // By then every delayed letter has been sent.
  ...Array.from({ length: 10 }, () => pass(12)),
];

async function live(platform: Platform, from = 0): Promise<Platform> {
  for (const part of day.slice(from)) await part(platform);
  return platform;
}

/** The day without a fault, and how it stood before each of its parts: up to the fault, a day with one is the same. */
async function wholeDay(ses: Platform['ses']) {
  const whole = new Platform();
  for (const [key, bytes] of Object.entries(objects)) whole.objects.set(key, bytes);
  whole.ses = ses;
  const moments: Platform[] = [];
  for (const part of day) {
    moments.push(await whole.fork());
    await part(whole);
  }
  return { whole, moments };
}

const summaryOf = ({ known }: Platform) =>
  [...known.values()].map(({ key, severity, count }) => `${key} ${severity} ${count}`).sort();

function holdMails({ received, known }: Platform): string[] {
  const wrong: string[] = [];
  const first = new Map<string, ReceivedMail>();
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
    if (told !== count) wrong.push(`${title}: ${told} reported of ${count}`);
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
  let given: Awaited<ReturnType<typeof wholeDay>>;
  beforeAll(async () => {
    given = await wholeDay(ses);
  });

  test('a day that is continued in its middle ends as the whole', async () => {
    const { whole, moments } = given;
    for (const from of [0, 1, 5, 8, 12]) {
      const one = await live(await moments[from]!.fork(), from);
      expect([one.calls, one.received, [...one.known]]).toEqual([whole.calls, whole.received, [...whole.known]]);
    }
  });

  // Killed before a call is killed after the one before it; each way a call of its own.
  test.each([
    ['killed after it', true, true],
    ['an error before it', false, false],
    ['no answer, and it was done', true, false],
  ])('%s', async (_, after, dies) => {
    const { whole, moments } = given;
    expect(holdMails(whole)).toEqual([]);
    for (let call = 1; call <= whole.calls; call += 1) {
      if (after && !dies && !whole.effects.has(call)) continue;
      const from = moments.findLastIndex(({ calls }) => calls < call);
      const one = await live(await moments[from]!.fork({ call, after, dies }), from);
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
