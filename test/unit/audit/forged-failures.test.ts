import { gzipSync } from 'node:zlib';
import type { ConnectionRecord, LogItem } from '../../../functions/audit/domain/logs/records';
import { parserOf } from '../../../functions/audit/domain/logs/parser';
import { defaultOptions, rulesOfSessions } from '../../../functions/audit/domain/rules/options';
import { emptyState } from '../../../functions/audit/domain/rules/state';
import { inspect } from '../../../functions/audit/inspect';
import { connection, failure, minute, start } from './support';

// A login that fails leaves one line. A newline and enough `|` in its names make two whole lines of that one, the second
// in the name of another address; what gives it away is that there is no room for a true line in names.

const ids = ['5eb4de52-0000-4000-8000-00000000000a', '1f0f0f0f-0000-4000-8000-00000000000b'] as const;
const mallory = { host: '::ffff:203.0.113.9', port: '666', pid: 1_073_742_666, session: ids[0] };
const boss = '10.0.0.5';
const time = (n: number) => `Thu, 26 Nov 2026 08:00:0${n}:500`;

/** As much as goes into database and user, with blanks as the server writes them. */
function inUser(n: number, columns: number): string {
  const rest = ['', 'u', 'p', '0', '', '', '0', '', '', '', '', '', '', '', '0', ''].slice(0, columns - 5);
  const blanks = columns === 16;
  const cells = rest.map((cell) => (blanks && cell !== '0' ? `${cell} ` : cell)).join('|');
  return failure(start + n * 1000, {
    ...mallory,
    columns,
    database: `${cells}\nauthentication failure`.replace(/^ /, ''),
    user: `${time(n)}|${boss} |1 |1|d |boss`,
  });
}

/** In system, driver and plugin: the first line even has an id. */
const inSystem = (event: string) => (n: number) =>
  failure(start + n * 1000, {
    ...mallory,
    os: `|||0|${ids[1]}\n${event}`,
    driver: `${time(n)}|${boss} |1 |1|d |boss |p |0| | |0|`,
    plugin: '| | | | |',
  });
const busy = (n: number, columns = 21) =>
  connection('authenticated', start + n * 1000 - 400, {
    columns,
    host: '::ffff:10.0.0.77',
    session: `0000000${n}-0000-4000-8000-00000000000a`,
  });

async function keysOf(lines: readonly string[], disabled: readonly string[] = []) {
  const { observations, counts } = await inspect([gzipSync(lines.join('\n'))] as unknown as AsyncIterable<Uint8Array>, {
    options: { ...defaultOptions, disabled },
    state: emptyState(),
    read: { cluster: 'c', object: 'o', at: start + minute },
    type: 'connectionlog',
  });
  expect(counts.recordLines + counts.malformed + counts.skipped).toBe(counts.lines);
  return observations.map(({ key, count }) => `${key} ${count}`);
}

const ways = [
  ['database and user, 16 columns', 16, (n: number) => inUser(n, 16)],
  ['database and user, 19 columns', 19, (n: number) => inUser(n, 19)],
  ['database and user, 21 columns', 21, (n: number) => inUser(n, 21)],
  ['system, driver and plugin', 21, inSystem('authentication failure')],
] as const;

describe.each([
  ['all rules', []],
  ['only failures', rulesOfSessions],
])('a failed login that is written by names of another one: %s', (_, disabled) => {
  test.each(ways)(
    '%s: told with the address that wrote it, and never in the name of boss',
    async (_, columns, forged) => {
      const found = await keysOf(
        [0, 1, 2, 3, 4, 5].flatMap((n) => [busy(n, columns), forged(n)]),
        disabled,
      );
      expect(found.join()).not.toMatch(/boss|10\.0\.0\.5\b/);
      expect(found).toContain('LOG-SUSPICIOUS|c|203.0.113.9 6');
      // What mallory did is counted, each time.
      expect(found).toContain('AUTH-BRUTE-IP|c|203.0.113.9 6');
    },
  );
});

test('a login that is written by names does not make failures before it a taken account', async () => {
  const true6 = [0, 1, 2, 3, 4, 5].map((n) =>
    failure(start + n * 100, {
      host: `::ffff:${boss}`,
      user: 'boss',
      session: `0000000${n}-1111-4000-8000-00000000000a`,
    }),
  );
  const found = await keysOf([...true6, busy(7), inSystem('authenticated')(8)]);
  expect(found).toContain('LOG-SUSPICIOUS|c|203.0.113.9 1');
  expect(found.join()).not.toContain('AUTH-BRUTE-OK');
});

test('a line without an id is no line of a file whose lines have ids: what stands behind it is not believed', async () => {
  const first = failure(start, { ...mallory, session: '' });
  const long = {
    driver: 'a driver of another name, as long as there is room for',
    sslCipher: 'ECDHE-RSA-AES256-SHA384',
  };
  const second = failure(start + 1, { host: boss, user: 'boss', session: ids[0], ...long });
  expect(await keysOf([busy(0), first, second])).toContain('LOG-SUSPICIOUS|c|203.0.113.9 1');
});

test('a failed login that ends with the id of a session is written by that session', async () => {
  const [own, made] = ids;
  const payload = `x |Linux |psql |none |0|${made}\n${failure(start + 1, { host: boss, user: 'boss', columns: 15 })}|y`;
  const login = {
    ...mallory,
    session: own,
    os: 'a system whose name leaves no room',
    driver: 'a driver of the same kind',
  };
  const found = await keysOf([
    connection('initiating session', start, login),
    connection('authenticated', start, { ...login, application: payload }),
  ]);
  expect(found).toEqual(['LOG-SUSPICIOUS|c|203.0.113.9 1']);
});

describe('true lines of several addresses, one behind the other, are believed', () => {
  const hosts = ['198.51.100.7', '203.0.113.9'];
  const short: Partial<ConnectionRecord> = { database: 'dev', user: 'joe', sslVersion: '', sslCipher: '', plugin: '' };
  test.each([
    ['of 16 columns', { columns: 16, pid: 98_031, port: '6679' }],
    ['of 19 columns', { columns: 19, pid: 5108, port: '6679' }],
    ['without TLS, system and driver', { pid: 1_073_742_045, port: '1224' }],
    ['of one that has no ids', { pid: 1_073_742_045, port: '1224', session: '' }],
  ])('%s', async (_, more) => {
    const lines = Array.from({ length: 12 }, (__, n) =>
      failure(start + n * 1000, { host: hosts[n % 2] ?? '', session: ids[n % 2] ?? '', ...short, ...more }),
    );
    const found = await keysOf(lines);
    expect(found.join()).not.toContain('LOG-SUSPICIOUS');
    for (const host of hosts) expect(found).toContain(`AUTH-BRUTE-IP|c|${host} 6`);
  });
});

test('where the stream is cut changes nothing of it', () => {
  const text = Buffer.from([0, 1, 2].flatMap((n) => [busy(n), inUser(n, 21), busy(n)]).join('\n'));
  const doubts = (size: number, onlyFailures: boolean) => {
    const items: LogItem[] = [];
    const parser = parserOf('connectionlog', { onlyFailures, see: (item) => void items.push(item) });
    for (let at = 0; at < text.length; at += size) parser.push(text.subarray(at, at + size));
    parser.end();
    return items.filter(({ kind }) => kind === 'record').map((item) => [item.line, 'writer' in item && item.writer]);
  };
  for (const onlyFailures of [false, true]) {
    const whole = doubts(text.length, onlyFailures);
    expect(whole.filter(([, writer]) => writer === mallory.host)).toHaveLength(3);
    for (const size of [1, 7, 100, 333]) expect(doubts(size, onlyFailures)).toEqual(whole);
  }
});

test('what CloudWatch hands over one by one has nothing before it', () => {
  const items: LogItem[] = [];
  const parser = parserOf('connectionlog', { see: (item) => void items.push(item) });
  for (const line of inUser(0, 16).split('\n')) parser.message(line);
  expect(items.map((item) => item.kind === 'record' && item.trust)).toEqual(['all', 'all']);
});
