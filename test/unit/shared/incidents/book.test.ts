import fc from 'fast-check';
import { advanceBook, mostOpen, type BookEvent } from '../../../../functions/shared/incidents/advance';
import {
  day,
  defaultPolicy,
  emptyBook,
  hour,
  type Book,
  type IncidentObservation,
} from '../../../../functions/shared/incidents/book';
import { changeBook, sendLetters } from '../../../../functions/shared/incidents/notifier';
import { memoryStore } from '../../../../functions/shared/incidents/store';
import { jsonLogger } from '../../../../functions/shared/runtime';
import { countingMailer } from '../../../../functions/shared/notify/mailer';
import type { Mail } from '../../../../functions/shared/notify/letter';

const start = Date.UTC(2026, 10, 26, 8);
const minute = 60_000;

function seen(key: string, more: Partial<IncidentObservation> = {}): IncidentObservation {
  return {
    key,
    severity: 'high',
    title: `about ${key}`,
    facts: [],
    tell: 'at-once',
    count: 1,
    firstAt: start,
    lastAt: start,
    ...more,
  };
}

/** A machine on which time passes a minute a turn, with a mail server that can be down. */
function house({ down = (at: number) => at < 0, refuses = false } = {}) {
  const clock = { at: start, now: () => new Date(clock.at) };
  const mails: (Mail & { at: number })[] = [];
  const store = memoryStore();
  const mailer = {
    async send(mail: Mail) {
      if (down(clock.at)) throw Object.assign(new Error('down'), refuses ? { $metadata: { httpStatusCode: 400 } } : {});
      mails.push({ ...mail, at: clock.at });
    },
  };
  const deps = { store, clock, log: jsonLogger(() => undefined), system: 'audit', mailer };
  const happen = (event: Omit<BookEvent, 'at'>) =>
    changeBook(deps, (book) => ({ book: advanceBook(defaultPolicy, book, { ...event, at: clock.at } as BookEvent) }));
  return {
    clock,
    mails,
    deps,
    book: async () => (await store.read('book audit'))?.value as Book,
    observe: (...observations: IncidentObservation[]) => happen({ kind: 'observed', observations } as never),
    resolve: (key: string, tell?: 'at-once') =>
      happen({ kind: 'resolved', key, note: 'well again', ...(tell && { tell }) } as never),
    pass: async (minutes: number) => {
      for (let n = 0; n < minutes; n += 1) {
        clock.at += minute;
        await happen({ kind: 'tick' } as never);
        await sendLetters(deps);
      }
    },
    send: () => sendLetters(deps),
  };
}

const about = (mails: readonly Mail[], key: string) => mails.filter(({ text }) => text.includes(`about ${key}\n`));

describe('incidents', () => {
  test('are reported at once, once, with what happened at the same time in one mail', async () => {
    const { observe, send, pass, mails } = house();
    await observe(seen('A|1'), seen('A|2'), seen('B|1', { severity: 'critical' }));
    await send();
    await pass(20);
    expect(mails).toHaveLength(1);
    expect(mails[0]!.subject).toContain('3 incidents, worst CRITICAL about B');
  });

  test('those of the digest wait for it', async () => {
    const { observe, send, pass, mails } = house();
    await observe(seen('L|1', { tell: 'digest', severity: 'low' }));
    await send();
    expect(mails).toHaveLength(0);
    await pass(16);
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining('digest of 1, first LOW about L')]);
  });

  test('growth is told in a digest, an hour after the last word, with the exact count', async () => {
    const { observe, send, pass, mails } = house();
    await observe(seen('A|1'));
    await send();
    for (let n = 0; n < 50; n += 1) {
      await observe(seen('A|1', { count: 3 }));
      await pass(1);
    }
    expect(mails).toHaveLength(1);
    await pass(30);
    expect(mails).toHaveLength(2);
    expect(mails[1]!.text).toContain('151 times (1 when last reported)');
  });

  test('what gets worse is reported at once again', async () => {
    const { observe, send, mails } = house();
    await observe(seen('A|1', { severity: 'medium' }));
    await send();
    await observe(seen('A|1', { severity: 'critical' }));
    await send();
    expect(mails.map(({ subject }) => /MEDIUM|CRITICAL/.exec(subject)?.[0])).toEqual(['MEDIUM', 'CRITICAL']);
  });

  test('a day of quiet closes, and that is told once', async () => {
    const { observe, send, pass, mails, book } = house();
    await observe(seen('A|1'));
    await send();
    await pass(25 * 60);
    expect(about(mails, 'A|1')).toHaveLength(2);
    expect(mails.at(-1)!.text).toContain('closed: nothing more for 24 hours');
    expect((await book()).incidents).toEqual({});
  });

  test('what a letter began continues in its conversation, and nothing else does', async () => {
    const here = house();
    await here.observe(seen('a'), seen('b'));
    await here.pass(1);
    await here.observe(seen('c'));
    await here.pass(1);
    await here.resolve('a', 'at-once');
    await here.pass(1);
    await here.pass(80);
    await here.observe(seen('b'), seen('c'));
    await here.pass(20);
    const [first, other, over, both] = here.mails.map(({ headers }) => headers) as Record<string, string>[];
    expect(first?.['In-Reply-To']).toBeUndefined();
    expect(over).toMatchObject({ References: first?.['References'], 'In-Reply-To': first?.['References'] });
    expect(other?.['References']).not.toBe(first?.['References']);
    // Of two conversations: it is none's.
    expect([first?.['References'], other?.['References']]).not.toContain(both?.['References']);
  });

  test('an end that is to be reported at once is', async () => {
    const { observe, send, resolve, mails, book } = house();
    await observe(seen('A|1'));
    await send();
    await resolve('A|1', 'at-once');
    await send();
    expect(mails[1]!.text).toContain('closed: well again');
    expect((await book()).incidents).toEqual({});
  });
});

describe('the cap', () => {
  test('is hard; what is over it is told together, and nothing is lost', async () => {
    const { observe, pass, mails, book } = house();
    for (let n = 0; n < 45; n += 1) {
      await observe(seen(`A|${n}`));
      await pass(1);
    }
    expect(mails).toHaveLength(20);
    expect(mails.at(-1)!.text).toContain('the cap of 20 mails an hour');
    await pass(60);
    for (let n = 0; n < 45; n += 1) {
      const told = mails.filter(({ text }) => text.includes(`about A|${n}\n`) || text.includes(`about A|${n} (`));
      expect(told).toHaveLength(1);
    }
    expect((await book()).outbox).toEqual([]);
  });

  test('a hundred a day', async () => {
    const { observe, pass, mails } = house();
    for (let n = 0; n < 23 * 6; n += 1) {
      await observe(seen(`A|${n}`));
      await pass(10);
    }
    expect(mails.length).toBeLessThanOrEqual(100);
    expect(mails.length).toBeGreaterThan(95);
  });

  test('a crowd of incidents is counted together, exactly', async () => {
    const { observe, send, mails, book } = house();
    await observe(...Array.from({ length: 5000 }, (_, n) => seen(`A|${n}`, { count: 2 })));
    await send();
    const all = Object.values((await book()).incidents);
    expect(all.length).toBe(mostOpen['at-once'] + 1);
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
    expect(mails).toHaveLength(1);
    expect(JSON.stringify(await book()).length).toBeLessThan(400_000);
  });
});

describe('proof of life', () => {
  test('comes each day, with what was looked at', async () => {
    const { deps, pass, mails } = house();
    await changeBook(deps, (book) => ({
      book: advanceBook(defaultPolicy, book, { kind: 'seen', at: start, counts: { files: 3, lines: 1234 } }),
    }));
    await pass(48 * 60);
    expect(mails.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('daily: works, nothing happened'),
      expect.stringContaining('daily: works, nothing happened'),
    ]);
    expect(mails[0]!.text).toMatch(/lines: +1234/);
    expect(mails[1]!.text).not.toContain('1234');
  });
});

describe('mail that is down', () => {
  test.each([false, true])('for an hour: each incident is told afterwards, once (refused: %s)', async (refuses) => {
    const { observe, pass, mails } = house({ down: (at) => at < start + hour, refuses });
    for (let n = 0; n < 60; n += 1) {
      await observe(seen(`A|${n}`));
      await pass(1);
    }
    await pass(30);
    for (let n = 0; n < 60; n += 1) {
      expect(
        mails.filter(({ text }) => text.includes(`about A|${n}\n`) || text.includes(`about A|${n} (`)),
      ).toHaveLength(1);
    }
    expect(mails[0]!.text.includes('may be a repetition')).toBe(!refuses);
  });

  test('for long: the fallback is asked', async () => {
    const { observe, deps, mails, clock } = house({ down: () => true });
    const fallback = { send: async (mail: Mail) => void mails.push({ ...mail, at: clock.at }) };
    await observe(seen('A|1'));
    for (let n = 0; n < 30; n += 1) {
      clock.at += minute;
      await sendLetters({ ...deps, fallback });
    }
    expect(about(mails, 'A|1')).toHaveLength(1);
  });

  const refusal = (name: string, message: string) =>
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
  const once = async (error: Error) => {
    const { observe, deps, mails, clock, book } = house();
    const lines: string[] = [];
    let counts = 0;
    const mailer = { send: () => Promise.reject(error) };
    const topic = { send: async (mail: Mail) => void mails.push({ ...mail, at: clock.at }) };
    await observe(seen('A|1'));
    await sendLetters({
      ...deps,
      log: jsonLogger((line) => lines.push(line)),
      mailer,
      fallback: countingMailer(topic, () => (counts += 1)),
    });
    return { sent: about(mails, 'A|1').length, counts, waiting: (await book()).outbox.length, log: lines.join('\n') };
  };

  test.each([
    ['MessageRejected', 'Email address is not verified. The following identities failed the check: ops@example.com'],
    ['MailFromDomainNotVerifiedException', 'domain'],
    ['AccountSuspendedException', 'ended'],
    ['SendingPausedException', 'paused'],
    ['NotFoundException', 'none'],
    ['BadRequestException', 'Local address contains control or whitespace'],
    ['AccessDeniedException', 'not allowed'],
  ])('%s, which a person has to fix: the fallback at once, with the reason in the log', async (name, message) => {
    const { log, ...rest } = await once(refusal(name, message));
    expect(rest).toEqual({ sent: 1, counts: 1, waiting: 0 });
    expect(log).toContain(`"by":"mail","error":"${name}","why":"${message}"`);
  });

  test.each([
    ['TooManyRequestsException', 'Maximum sending rate exceeded.'],
    ['LimitExceededException', 'limit'],
    ['TimeoutError', 'late'],
  ])('%s, which passes or is not known: not at once', async (name, message) => {
    expect(await once(refusal(name, message))).toMatchObject({ sent: 0, counts: 0, waiting: 1 });
  });

  test('what the log has of a refusal is one line, without secrets, and short', async () => {
    const { log } = await once(refusal('X\n\u202e', `password 'Hunter2'\r\n{"level":"info"} ${'x'.repeat(5000)}`));
    const one = JSON.parse(log.split('\n')[0] ?? '') as { error: string; why: string };
    expect(one.error + one.why).not.toMatch(/Hunter2|[\p{Cc}\u202e]/u);
    expect(log.length).toBeLessThan(1000);
  });

  test('killed after sending: the same letter again, with the same id, and it says so', async () => {
    const { observe, pass, mails, deps } = house();
    await observe(seen('A|1'));
    const dead = {
      ...deps.mailer,
      send: async (mail: Mail) => (await deps.mailer.send(mail), new Promise<never>(() => undefined)),
    };
    void sendLetters({ ...deps, mailer: dead });
    await pass(2);
    expect(mails).toHaveLength(1);
    await pass(5);
    expect(mails).toHaveLength(2);
    expect(mails[1]!.messageId).toBe(mails[0]!.messageId);
    expect(mails[1]!.text).toContain('may be a repetition');
  });

  test('a letter is tried once a run, however long a call lasts', async () => {
    const { observe, deps, clock, book } = house();
    await observe(seen('A|1'));
    // Each look at the clock is a day later: by then the letter is due again.
    const slow = { now: () => new Date((clock.at += day)) };
    let calls = 0;
    const mailer = {
      send: () => {
        calls += 1;
        if (calls > 3) clock.at = -Infinity;
        return Promise.reject(refusal('TimeoutError', 'late'));
      },
    };
    expect(await sendLetters({ ...deps, clock: slow, mailer })).toEqual({ sent: 0, failed: 1 });
    expect([calls, (await book()).outbox.length]).toEqual([1, 1]);
  });

  test('two that send at the same time send once', async () => {
    const { observe, deps, mails } = house();
    await observe(seen('A|1'));
    await Promise.all([sendLetters(deps), sendLetters(deps), sendLetters(deps)]);
    expect(mails).toHaveLength(1);
  });
});

test('whatever happens, no incident of at-once stays untold when mails may go, and counts are what was seen', () => {
  const events = fc.array(
    fc.record({
      key: fc.constantFrom('A|1', 'A|2', 'B|1'),
      count: fc.integer({ min: 1, max: 9 }),
      wait: fc.integer({ min: 0, max: day }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(events, (all) => {
      let at = start;
      let book = emptyBook('audit', start);
      for (const { key, count, wait } of all) {
        at += wait;
        const before = book.incidents[key]?.count ?? 0;
        book = advanceBook(defaultPolicy, book, { kind: 'observed', at, observations: [seen(key, { count })] });
        expect(book.incidents[key]!.count).toBe(before + count);
        expect(book.made.length).toBeLessThanOrEqual(defaultPolicy.perDay);
        book = { ...advanceBook(defaultPolicy, { ...book, outbox: [] }, { kind: 'tick', at }), outbox: [] };
        const room =
          book.made.filter((one) => at - one < hour).length < defaultPolicy.perHour &&
          book.made.length < defaultPolicy.perDay;
        if (room) expect(Object.values(book.incidents).filter(({ told }) => told === undefined)).toEqual([]);
      }
    }),
  );
});
