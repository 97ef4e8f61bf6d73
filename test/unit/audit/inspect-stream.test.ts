import { gzipSync } from 'node:zlib';
import { parserOf } from '../../../functions/audit/domain/logs/parser';
import { makeHandler } from '../../../functions/audit/triggers/inspect-stream/handler';
import { account, connection, failure, minute, start, world } from './support';

/** As CloudWatch Logs hands it over: JSON, packed by gzip, as base64. */
function handedOver(messages: readonly string[], changes: Readonly<Record<string, unknown>> = {}) {
  const content = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/redshift/main/connectionlog',
    logStream: 'main',
    subscriptionFilters: ['muster-audit'],
    logEvents: messages.map((message, at) => ({
      id: `3195310660696698337880902507980421114328961542429${at}`,
      timestamp: start,
      message,
    })),
    ...changes,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') } };
}

function setUp(kill?: Parameters<typeof world>[0]) {
  const here = world(kill);
  const see = makeHandler({ ...here.deps, region: 'eu-central-1' });
  const keys = async () => (await here.incidents()).map(({ key, count }) => `${key} ${count}`).sort();
  return { ...here, see, keys };
}

const failures = (count: number) => Array.from({ length: count }, (_, n) => failure(start - (10 - n) * minute));

test('failed logins of a Serverless namespace become incidents, of this account and region', async () => {
  const { see, keys, mails } = setUp();
  expect(await see(handedOver(failures(6)))).toMatchObject({ action: 'inspected', lines: 6, malformed: 0 });
  expect(await keys()).toEqual([
    'AUTH-BRUTE-IP|main eu-central-1 111122223333 serverless|198.51.100.7 6',
    'AUTH-BRUTE-USER|main eu-central-1 111122223333 serverless|joe 6',
    'AUTH-EXTERNAL|main eu-central-1 111122223333 serverless|198.51.100.7 6',
    'AUTH-FAIL|main eu-central-1 111122223333 serverless|198.51.100.7 6',
  ]);
  expect(mails.length).toBeGreaterThan(0);
  expect(mails[0]?.text).toContain('eu-central-1 111122223333 serverless');
});

test('a batch that comes again is counted once', async () => {
  const { see, keys } = setUp();
  const batch = handedOver(failures(6));
  await see(batch);
  const before = await keys();
  expect(await see(batch)).toMatchObject({ action: 'repeated' });
  expect(await keys()).toEqual(before);
});

test('two of one name, in other accounts, other regions, or a cluster and a namespace, are told apart', async () => {
  const { see, deps, keys } = setUp();
  const elsewhere = makeHandler({ ...deps, region: 'us-east-1' });
  // Five failures make brute force: none of these has as many by itself.
  await see(handedOver(failures(3)));
  await see(handedOver(failures(3), { owner: '444455556666' }));
  await see(handedOver(failures(3), { logGroup: '/aws/redshift/cluster/main/connectionlog' }));
  await elsewhere(handedOver(failures(3)));
  const all = await keys();
  expect(all.filter((key) => key.startsWith('AUTH-BRUTE'))).toEqual([]);
  expect(all.filter((key) => key.startsWith('AUTH-FAIL'))).toEqual([
    'AUTH-FAIL|main eu-central-1 111122223333 serverless|198.51.100.7 3',
    'AUTH-FAIL|main eu-central-1 111122223333|198.51.100.7 3',
    'AUTH-FAIL|main eu-central-1 444455556666 serverless|198.51.100.7 3',
    'AUTH-FAIL|main us-east-1 111122223333 serverless|198.51.100.7 3',
  ]);
});

test('who did it is found in another log group of the namespace', async () => {
  const { see, incidents } = setUp();
  await see(handedOver([connection('initiating session', start - 30 * minute, { user: 'boss', application: 'psql' })]));
  const userlog = { logGroup: '/aws/redshift/main/userlog' };
  await see(handedOver([account('create', start - 20 * minute)], userlog));
  const [created] = (await incidents()).filter(({ key }) => key.startsWith('USER-CREATE'));
  expect(created?.facts).toContainEqual(['done by', 'boss from 198.51.100.7 with psql']);
});

test.each([
  ['a control message', handedOver([], { messageType: 'CONTROL_MESSAGE' })],
  ['another log group', handedOver(['START RequestId'], { logGroup: '/aws/lambda/x' })],
  ['no events', handedOver([])],
])('%s is nothing to look at', async (_, event) => {
  const { see, keys } = setUp();
  expect(await see(event)).toMatchObject({ action: 'ignored' });
  expect(await keys()).toEqual([]);
});

test.each([
  ['no data', {}],
  ['no base64 of gzip', { awslogs: { data: 'x' } }],
  ['no JSON', { awslogs: { data: gzipSync('{').toString('base64') } }],
  ['no log group', handedOver([], { logGroup: undefined })],
])('%s is refused, and says what it is', async (_, event) => {
  await expect(setUp().see(event)).rejects.toMatchObject({ name: 'EventRefused' });
});

test('a newline in a login name is doubted, and begins no record of its own', async () => {
  const { see, keys } = setUp();
  const forged = `${failure(start - minute, { user: 'x' })}\n${failure(start - minute, { user: 'boss', host: '::ffff:10.1.1.1' })}`;
  await see(handedOver([forged]));
  const all = await keys();
  expect(all.some((key) => key.startsWith('LOG-SUSPICIOUS'))).toBe(true);
  expect(all.filter((key) => key.includes('boss') || key.includes('10.1.1.1'))).toEqual([]);
});

test('killed before and after each call there is, the same incidents follow, and no mail is lost', async () => {
  const whole = setUp();
  await whole.see(handedOver(failures(6)));
  const expected = await whole.keys();
  for (let call = 1; call <= whole.calls(); call += 1) {
    for (const after of [false, true]) {
      const here = setUp({ call, after });
      // Lambda tries it again.
      await here.see(handedOver(failures(6))).catch(() => undefined);
      here.live();
      await here.see(handedOver(failures(6)));
      // What had been taken to be sent, and may not have been, is taken over by the watch.
      here.clock.at += 10 * minute;
      await here.watch();
      expect([call, after, await here.keys()]).toEqual([call, after, expected]);
      expect([call, after, here.mails.length > 0]).toEqual([call, after, true]);
    }
  }
});

describe('Parser.message', () => {
  test.each(['connectionlog', 'userlog', 'useractivitylog'] as const)('of %s: no line is lost', (type) => {
    const parser = parserOf(type);
    const texts = ['', '\n', 'one\ntwo\r\nthree\r\n', failure(start), account('drop', start), 'x'.repeat(5_000)];
    for (const text of texts) parser.message(text);
    const { lines, recordLines, malformed, skipped } = parser.counts;
    expect(recordLines + malformed + skipped).toBe(lines);
    expect(lines).toBe(8);
  });

  test('a statement of several lines is one record', () => {
    const parser = parserOf('useractivitylog');
    const header = "'2026-11-26T08:00:00Z UTC [ db=dev user=joe pid=100 userid=120 xid=1 ]' LOG: ";
    const items = parser.message(
      `${header}SELECT 1,\n'2026-11-26T08:00:00Z UTC [ db=dev user=boss pid=1 userid=1 xid=1 ]' LOG: DROP USER x`,
    );
    const records = items.filter(({ kind }) => kind === 'record');
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ record: { user: 'joe' }, lines: 2 });
  });
});
