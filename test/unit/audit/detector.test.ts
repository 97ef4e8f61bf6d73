import type { AuditRecord, ConnectionRecord, UserRecord } from '../../../functions/audit/contracts/records';
import { usualThresholds, type Thresholds } from '../../../functions/audit/contracts/rules';
import { detectAll } from '../../../functions/audit/domain/detector';
import { LogParser } from '../../../functions/audit/domain/parser';
import { Summary } from '../../../functions/audit/domain/summary';

const source = { cluster: 'shop', object: 's3://logs/one' };
const start = Date.UTC(2026, 0, 1);
const minute = 60_000;

function connection(more: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    log: 'connectionlog',
    line: 1,
    raw: 'a line',
    event: 'authentication failure',
    at: start,
    host: '203.0.113.9',
    port: '1',
    pid: 7,
    database: 'dev',
    user: 'ann',
    method: 'password',
    application: '',
    os: '',
    driver: '',
    session: '',
    columns: 21,
    ...more,
  };
}

function change(more: Partial<UserRecord> = {}): UserRecord {
  return {
    log: 'userlog',
    line: 1,
    raw: 'a line',
    at: start,
    userId: 100,
    user: 'bob',
    oldUser: '',
    action: 'create',
    createDb: false,
    isSuper: false,
    canUpdateCatalog: false,
    validUntil: 'never',
    pid: 7,
    xid: 1,
    ...more,
  };
}

const find = (records: readonly AuditRecord[], thresholds: Partial<Thresholds> = {}) =>
  detectAll(undefined, records, source, { ...usualThresholds, ...thresholds }).findings;
const rulesOf = (records: readonly AuditRecord[], thresholds: Partial<Thresholds> = {}) =>
  [...new Set(find(records, thresholds).map(({ rule }) => rule))].sort();
const many = (count: number, make: (at: number) => Partial<ConnectionRecord>) =>
  Array.from({ length: count }, (_, at) => connection(make(at)));

test('one failed login is a failed login, and five in an hour are an attack', () => {
  expect(rulesOf([connection()])).toEqual(['AUTH-FAIL']);
  expect(rulesOf(many(4, (at) => ({ at: start + at * minute })))).toEqual(['AUTH-FAIL']);
  expect(rulesOf(many(5, (at) => ({ at: start + at * minute })))).toEqual([
    'AUTH-BRUTE-IP',
    'AUTH-BRUTE-USER',
    'AUTH-FAIL',
  ]);
  // The same, spread over hours.
  expect(rulesOf(many(9, (at) => ({ at: start + at * 20 * minute })))).toEqual(['AUTH-FAIL']);
});

test('many users from one address are a spray, many addresses for one user are not', () => {
  expect(rulesOf(many(5, (at) => ({ user: `u${at}` })))).toContain('AUTH-SPRAY');
  const spread = rulesOf(many(5, (at) => ({ host: `203.0.113.${at}` })));
  expect(spread).toEqual(['AUTH-BRUTE-USER', 'AUTH-FAIL']);
});

test('the machine itself is no address to be blocked', () => {
  expect(rulesOf(many(9, (at) => ({ host: '[local]', user: `u${at}` })))).toEqual(['AUTH-FAIL']);
});

test('a login that succeeds after many have failed is told, also by another user from the same address', () => {
  const failures = many(5, () => ({}));
  const good = (more: Partial<ConnectionRecord>) =>
    connection({ event: 'authenticated', at: start + 10 * minute, ...more });
  expect(rulesOf([...failures, good({})])).toContain('AUTH-BRUTE-OK');
  expect(rulesOf([...failures, good({ user: 'zoe' })])).toContain('AUTH-BRUTE-OK');
  expect(rulesOf([...failures, good({ host: '198.51.100.1' })])).toContain('AUTH-BRUTE-OK');
  expect(rulesOf([...failures, good({ host: '198.51.100.1', user: 'zoe' })])).not.toContain('AUTH-BRUTE-OK');
  expect(rulesOf([...failures, good({ at: start + 40 * minute })])).not.toContain('AUTH-BRUTE-OK');
  expect(rulesOf([...many(4, () => ({})), good({})])).not.toContain('AUTH-BRUTE-OK');
});

test('a failure from outside of the allowed networks is told as that', () => {
  const allowedNetworks = ['10.0.0.0/8', '198.51.100.0/24'];
  expect(rulesOf([connection()], { allowedNetworks })).toContain('AUTH-EXTERNAL');
  for (const host of ['10.1.2.3', '198.51.100.7', '192.168.1.1', '[local]', 'client.example.com'])
    expect(rulesOf([connection({ host })], { allowedNetworks })).not.toContain('AUTH-EXTERNAL');
});

test('accounts: created, dropped, renamed, made superusers, short-lived, without an end', () => {
  expect(rulesOf([change()])).toEqual(['USER-CREATE']);
  expect(rulesOf([change({ isSuper: true })])).toEqual(['USER-CREATE', 'USER-SUPER']);
  expect(rulesOf([change({ canUpdateCatalog: true })])).toEqual(['USER-CREATE', 'USER-SUPER']);
  const alter = change({ action: 'alter', isSuper: true, at: start + minute });
  expect(rulesOf([change(), alter, { ...alter, at: start + 2 * minute }])).toEqual([
    'USER-ALTER',
    'USER-CREATE',
    'USER-SUPER',
  ]);
  expect(
    find([change(), alter, { ...alter, at: start + 2 * minute }]).filter(({ rule }) => rule === 'USER-SUPER'),
  ).toHaveLength(1);
  // That a superuser is dropped makes nobody one.
  expect(rulesOf([change({ action: 'drop', isSuper: true })])).toEqual(['USER-DROP']);
  expect(rulesOf([change(), change({ action: 'drop', at: start + 5 * 60 * minute })])).toEqual([
    'USER-CREATE',
    'USER-DROP',
    'USER-SHORT',
  ]);
  expect(rulesOf([change(), change({ action: 'drop', at: start + 25 * 60 * minute })])).toEqual([
    'USER-CREATE',
    'USER-DROP',
  ]);
  expect(find([change({ action: 'rename', oldUser: 'old' })])).toMatchObject([
    { rule: 'USER-RENAME', summary: 'account old was renamed to bob' },
  ]);
  expect(rulesOf([change({ validUntil: '2027-01-01' }), change({ action: 'alter' })])).toContain('USER-EXPIRY');
});

test('who changed an account is told by the session of its pid; what AWS does itself is not told', () => {
  const session = connection({
    event: 'initiating session',
    user: 'admin',
    host: '10.0.0.5',
    application: 'psql',
    pid: 7,
  });
  expect(find([session, change()])).toMatchObject([
    { rule: 'USER-CREATE', actor: 'admin with psql', from: '10.0.0.5' },
  ]);
  expect(find([change()])[0]).not.toHaveProperty('actor');
  expect(rulesOf([change({ user: 'rdsdb' })])).toEqual([]);
});

describe('statements', () => {
  const activity = (statement: string, more: object = {}) => ({
    log: 'useractivitylog' as const,
    line: 1,
    raw: statement,
    at: start,
    database: 'dev',
    user: 'ann',
    pid: 7,
    userId: 100,
    xid: 1,
    statement,
    ...more,
  });
  test.each([
    'GRANT ROLE sys:superuser TO bob',
    'alter group admins add user bob',
    'grant all on schema public to public',
    "/* harmless */ alter user bob password '***'",
    '-- harmless\nalter user bob createuser',
  ])('%s is told', (statement) => expect(rulesOf([activity(statement)])).toEqual(['DDL-GRANT']));

  test.each([
    'select 1',
    "select 'grant role sys:superuser to bob'",
    "insert into notes values ('alter group x add user y')",
    'grant select on t to bob',
  ])('%s is not', (statement) => expect(rulesOf([activity(statement)])).toEqual([]));

  test('are unverified without a session of that user, which a forged record does not have', () => {
    const session = connection({ event: 'initiating session', user: 'ann', pid: 7 });
    const statement = activity('alter group admins add user bob');
    expect(find([statement])[0]).toHaveProperty('unverified', true);
    expect(find([session, statement])[0]).not.toHaveProperty('unverified');
    expect(find([session, { ...statement, user: 'victim' }])[0]).toHaveProperty('unverified', true);
  });

  test('that unload to a bucket which is not on the list are told', () => {
    const unload = activity("unload ('select 1') to 's3://elsewhere/x' iam_role 'r'");
    expect(rulesOf([unload])).toEqual([]);
    expect(rulesOf([unload], { unloadBuckets: ['ours'] })).toEqual(['DDL-GRANT']);
    expect(rulesOf([unload], { unloadBuckets: ['elsewhere'] })).toEqual([]);
  });
});

test('a line in doubt is told as that, and never in the name that it says', () => {
  const findings = find(many(20, () => ({ user: 'victim', doubt: 'a name has a | in it' })));
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['LOG-FORGED']));
  expect(JSON.stringify(findings.map((one) => ({ ...one, evidence: undefined })))).not.toContain('victim');
});

test('names that objects have are names', () => {
  const odd = ['__proto__', 'constructor', 'hasOwnProperty'];
  for (const user of odd) expect(rulesOf(many(5, () => ({ user, host: user })))).toContain('AUTH-BRUTE-USER');
  const { state } = detectAll(
    undefined,
    many(5, () => ({ user: '__proto__' })),
    source,
  );
  const again = JSON.parse(JSON.stringify(state)) as typeof state;
  expect(detectAll(again, [connection({ user: '__proto__' })], source).findings.map(({ rule }) => rule)).toContain(
    'AUTH-BRUTE-USER',
  );
});

test('what is remembered goes on where it was: two files are as one', () => {
  const all = [
    ...many(7, (at) => ({ at: start + at * minute, line: at })),
    connection({ event: 'authenticated', at: start + 8 * minute }),
  ];
  const whole = detectAll(undefined, all, source);
  for (let cut = 0; cut <= all.length; cut += 1) {
    const first = detectAll(undefined, all.slice(0, cut), source);
    const kept = JSON.parse(JSON.stringify(first.state)) as typeof first.state;
    const second = detectAll(kept, all.slice(cut), source);
    expect([...first.findings, ...second.findings]).toEqual(whole.findings);
    expect(JSON.parse(JSON.stringify(second.state))).toEqual(JSON.parse(JSON.stringify(whole.state)));
  }
});

test('a hundred thousand failures are a few incidents with their exact number, in bounded memory', () => {
  const line =
    'authentication failure |Thu, 1 Jan 2026 00:00:00:000|203.0.113.9 |1 |7|dev |ann |password |0| | |0| | | | | | | |0|\n';
  const parser = new LogParser('connectionlog');
  const summary = new Summary();
  let state: ReturnType<typeof detectAll>['state'] | undefined;
  for (let part = 0; part < 100; part += 1) {
    const found = detectAll(state, parser.push(Buffer.from(line.repeat(1_000))), source);
    state = found.state;
    for (const one of found.findings) summary.add(one);
  }
  expect(summary.incidents().map(({ rule, count }) => [rule, count])).toEqual([
    ['AUTH-BRUTE-IP', 100_000],
    ['AUTH-BRUTE-USER', 100_000],
    ['AUTH-FAIL', 100_000],
  ]);
  expect(JSON.stringify(state).length).toBeLessThan(2_000);
});

test('a hundred thousand names are bounded too, and none is lost from the count', () => {
  const summary = new Summary();
  const records = many(20_000, (at) => ({ user: `user-${at}`, host: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` }));
  const { state, findings } = detectAll(undefined, records, source);
  for (const one of findings) summary.add(one);
  const fails = summary.incidents().filter(({ rule }) => rule === 'AUTH-FAIL');
  expect(fails.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
  expect(summary.incidents().length).toBeLessThanOrEqual(2_001);
  expect(Object.keys(state.failures).length).toBeLessThanOrEqual(5_000);
});
