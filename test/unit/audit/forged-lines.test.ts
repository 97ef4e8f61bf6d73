import type { ConnectionRecord } from '../../../functions/audit/domain/logs/records';
import { account, connection, keyOf, minute, packed, start, world } from './support';

// A name of a client with a newline and as many `|` as a line has makes two whole lines of one. What gives it away is the
// id of the session: the server writes it behind the name, and the client cannot know it.

const mallory = {
  user: 'mallory',
  host: '::ffff:203.0.113.9',
  pid: 666,
  session: '5eb4de52-0000-4000-8000-00000000000a',
};
const boss = { user: 'boss', host: '::ffff:10.0.0.5' };

/** A line of mallory's whose application's name ends it and writes others behind it. */
function broken(at: number, ...forged: [event: string, more: Partial<ConnectionRecord>][]): string {
  const lines = forged.map(([event, more]) => connection(event, at + 1, { ...more, columns: 15 }));
  const [last = '', ...before] = lines.reverse();
  const whole = [...before.reverse().map((line) => `${line}|y |os |driver |none |0|11111111-a`), `${last}|y`];
  const application = `x |os |driver |none |0|0f0f0f0f-0000-4000-8000-000000000000\n${whole.join('\n')}`;
  return connection('set application_name', at, { ...mallory, application, os: 'os', driver: 'driver' });
}
const login = (at: number, who: Partial<ConnectionRecord>) => [
  connection('authenticated', at, who),
  connection('initiating session', at, who),
];

const earlier = keyOf('connectionlog', '2026-11-26T07:00');
const later = keyOf('connectionlog', '2026-11-26T08:00');
const created = packed(account('create', start + 5 * minute, { pid: mallory.pid }));

async function told(files: readonly (readonly [string, readonly string[]])[]) {
  const here = world();
  for (const [key, lines] of files) {
    here.put(key, packed(...lines));
    await here.deliver(key);
  }
  here.put(keyOf('userlog'), created);
  await here.deliver(keyOf('userlog'));
  const incidents = await here.incidents();
  const found = incidents.find(({ key }) => key.startsWith('USER-CREATE|'));
  return {
    by: found?.facts.find(([label]) => label === 'done by')?.[1],
    rules: [...new Set(incidents.map(({ key }) => key.split('|')[0]!))].sort(),
    suspicious: incidents.filter(({ key }) => key.startsWith('LOG-SUSPICIOUS|')),
    keys: incidents.map(({ key }) => key),
  };
}

const takeover = broken(start + minute, ['initiating session', { ...boss, pid: mallory.pid }]);

test.each([
  ['in one file', [[later, [...login(start, mallory), takeover]]]],
  [
    'in a file after that of the login',
    [
      [earlier, login(start, mallory)],
      [later, [takeover]],
    ],
  ],
] as const)('what mallory does is not said to be done by boss: %s', async (_, files) => {
  const { by, rules, suspicious, keys } = await told(files);
  expect(by).toBe('mallory from 203.0.113.9');
  expect(rules).toEqual(['LOG-SUSPICIOUS', 'USER-CREATE']);
  expect(suspicious.map(({ title }) => title)).toContain('Lines that are made to mislead, from 203.0.113.9');
  expect(keys.join()).not.toContain('10.0.0.5');
});

test('where the login is read after the forged line, both are named, and neither is believed alone', async () => {
  const { by, rules } = await told([
    [later, [takeover]],
    [earlier, login(start, mallory)],
  ]);
  expect(rules).toContain('LOG-SUSPICIOUS');
  expect(by).toMatch(/^not sure: boss from 10\.0\.0\.5 with y, or mallory from 203\.0\.113\.9;/);
});

test('an end of a session that never was does not hide who did it', async () => {
  const end = broken(start + minute, ['disconnecting session', mallory]);
  const { by, rules } = await told([[later, [...login(start, mallory), end]]]);
  expect(by).toBe('mallory from 203.0.113.9');
  expect(rules).toEqual(['LOG-SUSPICIOUS', 'USER-CREATE']);
});

test('failed logins and a login in the name of boss, written by a session of mallory: nothing is said of boss', async () => {
  const forged = Array.from({ length: 6 }, (_, n) =>
    broken(start + n * minute, ['authentication failure', boss], ['authenticated', boss]),
  );
  const { rules, keys } = await told([[later, [...login(start, mallory), ...forged]]]);
  expect(rules).toEqual(['LOG-SUSPICIOUS', 'USER-CREATE']);
  expect(keys.join()).not.toMatch(/boss|10\.0\.0\.5/);
});

test('sessions that follow one another in a process, and a log that is read twice, are not suspicious', async () => {
  const of = (n: number) => ({ ...mallory, session: `${n}${n}${n}${n}${n}${n}${n}${n}-0000-4000-8000-00000000000a` });
  const session = (n: number) => [
    ...login(start + n * minute, of(n)),
    connection('set application_name', start + n * minute + 5, { ...of(n), application: 'psql' }),
    connection('disconnecting session', start + n * minute + 9_000, { ...of(n), application: 'psql' }),
  ];
  const lines = [1, 2, 3].flatMap(session);
  const { by, rules } = await told([
    [earlier, lines],
    [later, [...lines, ...login(start + 4 * minute, of(4))]],
  ]);
  expect(rules).toEqual(['USER-CREATE']);
  expect(by).toBe('mallory from 203.0.113.9');
});

test('a file that is one line, since its lines end with a carriage return alone, is suspicious, as names full of | are', async () => {
  const failures = [1, 2, 3].map((n) => connection('authentication failure', start + n * minute, { user: 'boss' }));
  expect((await told([[later, [failures.join('\r')]]])).suspicious).toHaveLength(1);
  const barred = connection('authentication failure', start, { user: '|'.repeat(40) });
  expect((await told([[later, [barred]]])).suspicious).toHaveLength(1);
  expect((await told([[later, failures]])).suspicious).toEqual([]);
});
