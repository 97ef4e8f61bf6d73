import fc from 'fast-check';
import { parserOf } from '../../../functions/audit/domain/logs/parser';
import { detection } from '../../../functions/audit/domain/rules/detector';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { emptyState } from '../../../functions/audit/domain/rules/state';
import { connection, failure, keyOf, minute, packed, start, world } from './support';

// The reported number of many failures is how many there were, however long the file is and however much had to be forgotten.

const read = { cluster: 'c', object: 'o', at: start };
const windowMs = defaultOptions.bruteForce.minutes * minute;
const least = defaultOptions.bruteForce.failures;

/** What a file adds to what is known, line by line as the lines are made: none is held. */
function inspected(lines: Iterable<string>, options = defaultOptions, state = emptyState()) {
  const detector = detection(options, state, read);
  const parser = parserOf('connectionlog', { see: (item) => detector.see(item) });
  let some: string[] = [];
  for (const line of lines) {
    some.push(line, '\n');
    if (some.length < 1000) continue;
    parser.push(Buffer.from(some.join('')));
    some = [];
  }
  parser.push(Buffer.from(some.join('')));
  parser.end();
  return detector.finish();
}

/** What is found in a file, by its rule. */
function foundIn(lines: Iterable<string>) {
  const { observations } = inspected(lines);
  return (rule: string) => observations.filter(({ key }) => key.startsWith(`${rule}|`));
}

/** Of times in order those that lie in a window with enough of them: with all times at hand. */
function together(times: readonly number[]): number {
  const hot = new Set<number>();
  for (let from = 0; from + least <= times.length; from += 1)
    if ((times[from + least - 1] ?? 0) - (times[from] ?? 0) < windowMs)
      for (let at = from; at < from + least; at += 1) hot.add(at);
  return hot.size;
}

test('failures of one address are counted exactly, over as many hours as they last', () => {
  const pause = fc.oneof(
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 2 * minute }),
    fc.integer({ min: 10 * minute, max: 70 * minute }),
  );
  fc.assert(
    fc.property(fc.array(pause, { minLength: 400, maxLength: 2500, size: 'max' }), (pauses) => {
      let at = start;
      const times = pauses.map((ms) => (at += ms));
      const [one] = foundIn(times.map((time) => failure(time)))('AUTH-BRUTE-IP');
      expect(one?.count ?? 0).toBe(together(times));
      expect(one?.atLeast).toBeUndefined();
    }),
    { numRuns: 15 },
  );
});

describe('of a hundred thousand failures', () => {
  const count = 100_000;
  function* many(more: (n: number) => Parameters<typeof failure>[1], everyMs: number) {
    for (let n = 0; n < count; n += 1) yield failure(start + n * everyMs, more(n));
  }
  const address = (n: number) => `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

  test('by one address and one user in a day: all', () => {
    const found = foundIn(many(() => ({}), 864));
    for (const rule of ['AUTH-FAIL', 'AUTH-EXTERNAL', 'AUTH-BRUTE-IP', 'AUTH-BRUTE-USER'])
      expect(found(rule)).toMatchObject([{ count }]);
  });

  test.each([
    ['an hour', 36],
    ['a day', 864],
  ])('of one address as many users in %s: their number, and all failures', (_, everyMs) => {
    const found = foundIn(many((n) => ({ user: `user ${n}` }), everyMs));
    const [spray] = found('AUTH-SPRAY');
    expect(spray).toMatchObject({ count, title: `${count} user names tried from 198.51.100.7` });
    expect(found('AUTH-BRUTE-IP')).toMatchObject([{ count }]);
    expect(found('AUTH-BRUTE-USER')).toEqual([]);
  });

  test('of one address seven users by turns', () => {
    const found = foundIn(many((n) => ({ user: `user ${n % 7}` }), 864));
    expect(found('AUTH-SPRAY')).toMatchObject([{ count, title: '7 user names tried from 198.51.100.7' }]);
    const users = found('AUTH-BRUTE-USER');
    expect(users.reduce((sum, one) => sum + one.count, 0)).toBe(count);
  });

  test('of one user as many addresses', () => {
    const found = foundIn(many((n) => ({ host: address(n) }), 36));
    expect(found('AUTH-BRUTE-USER')).toMatchObject([{ count }]);
  });

  test('of ten thousand addresses: all, those beyond the first in one', () => {
    const found = foundIn(many((n) => ({ host: address(n % 10_000) }), 36));
    const all = found('AUTH-BRUTE-IP');
    expect(all).toHaveLength(301);
    expect(all.reduce((sum, one) => sum + one.count, 0)).toBe(count);
    expect(all.some(({ atLeast }) => atLeast)).toBe(false);
  });

  test('of so many addresses that some are forgotten: those before that exactly, those after it as the least', () => {
    const rounds = (n: number) => (n < 50_000 ? Math.floor(n / 10) : 5_000 + (n % 25_000));
    const lines = many((n) => ({ host: address(rounds(n)), user: `user ${n}` }), 36);
    const again = Array.from({ length: 10 }, (_, n) =>
      failure(start + count * 36 + n, { host: address(7), user: `x ${n}` }),
    );
    const all = foundIn([...lines, ...again])('AUTH-BRUTE-IP');
    expect(all.find(({ key }) => key.endsWith(`|${address(3)}`))).toMatchObject({ count: 10 });
    expect(all.find(({ key }) => key.endsWith(`|${address(3)}`))).not.toHaveProperty('atLeast');
    expect(all.find(({ key }) => key.endsWith(`|${address(7)}`))).toMatchObject({ count: 20, atLeast: true });
    expect(all.at(-1)?.title).toBe('AUTH-BRUTE-IP: all incidents beyond the first 300, counted together');
  });
});

test('a client whose name is `others` is one client', () => {
  const lines = Array.from({ length: 6 }, (_, n) => failure(start + n, { user: 'others' }));
  expect(foundIn(lines)('AUTH-BRUTE-USER')).toMatchObject([{ title: 'Brute force on user others', count: 6 }]);
});

test('a login after failures is reported, however long the attacker continues after it', () => {
  const guesses = Array.from({ length: 10 }, (_, n) => failure(start + n * 1000));
  const later = Array.from({ length: 2000 }, (_, n) => failure(start + minute + n * 40_000));
  const lines = [...guesses, connection('authenticated', start + 20_000), ...later];
  expect(foundIn(lines)('AUTH-BRUTE-OK').map(({ title }) => title)).toContain(
    'A login after 10 failures: ip 198.51.100.7',
  );
});

test('a threshold of a thousand in a day is reached by one failure in each of a thousand minutes', () => {
  const options = { ...defaultOptions, bruteForce: { failures: 1000, minutes: 1440 } };
  const lines = Array.from({ length: 1000 }, (_, n) => failure(start + n * minute));
  const { observations } = inspected(lines, options);
  expect(observations.find(({ key }) => key.startsWith('AUTH-BRUTE-IP'))).toMatchObject({ count: 1000 });
});

test('what follows in another file is counted with it, and the sum is the same', () => {
  const times = Array.from({ length: 3000 }, (_, n) => start + n * 20_000);
  for (const cut of [3, 481, 1500, 2990]) {
    let state = emptyState();
    let sum = 0;
    for (const part of [times.slice(0, cut), times.slice(cut)]) {
      const lines = part.map((time) => failure(time, { user: `user ${time % 9}` }));
      const { observations, state: next } = inspected(lines, defaultOptions, state);
      state = next;
      for (const rule of ['AUTH-BRUTE-IP', 'AUTH-SPRAY'])
        sum += observations.find(({ key }) => key.startsWith(rule))?.count ?? 0;
    }
    expect([cut, sum]).toEqual([cut, 6000]);
  }
});

test('a mail says where a count is the least that there was', async () => {
  const here = world();
  const once = Array.from({ length: 18_000 }, (_, n) =>
    failure(start + n, { host: `203.0.${n >> 8}.${n & 255}`, user: `user ${n}` }),
  );
  const again = Array.from({ length: 6 }, (_, n) => failure(start + 20_000 + n, { host: '203.0.0.1', user: `x ${n}` }));
  here.put(keyOf('connectionlog'), packed(...once, ...again));
  await here.deliver(keyOf('connectionlog'));
  const text = here.mails.map((mail) => mail.text).join('\n');
  expect(text).toMatch(/Brute force from 203\.0\.0\.1\n\s+state: +new\n\s+count: +at least 6 times/);
});
