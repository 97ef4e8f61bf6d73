import * as fc from 'fast-check';
import type {
  ActivityRecord,
  AuditRecord,
  ConnectionRecord,
  LogType,
} from '../../../functions/audit/contracts/records';
import { parseActivity, renderActivity } from '../../../functions/audit/domain/activity-log';
import { ConnectionLog, renderConnection } from '../../../functions/audit/domain/connection-log';
import { logFile, typeByContent } from '../../../functions/audit/domain/file-name';
import { LogParser } from '../../../functions/audit/domain/parser';
import { recordTime, renderRecordTime } from '../../../functions/audit/domain/record-time';
import { redacted, shown } from '../../../functions/audit/domain/redact';
import { parseUser, renderUser } from '../../../functions/audit/domain/user-log';

// Lines as Redshift has written them, out of public fixtures and vendors' documents.
const real = {
  columns16:
    'authentication failure |Mon, 21 May 2018 05:20:10:123|::ffff:10.11.12.16 |66790 |98031|vendor |himanshu |password |0|TLSv1.2 |ECDHE-RSA-AES256-SHA384 |0| | | |',
  columns19: 'initiating session |Mon, 7 Dec 2020 20:01:55:177|[local] | |5108|dev |rdsdb |Ident |0| | |0| | | | | | |',
  columns21:
    'authentication failure |Mon, 16 Mar 2022 08:18:14:766|::ffff:223.233.72.13 |1224 |1073742045|dev |meenakshi |password |0|TLSv1.2 |ECDHE-RSA-AES256-GCM-SHA384 |0| | | | |Windows 10 10.0 amd64 |Amazon Redshift JDBC Driver 1.2.55.1083 |none |0|da9edc00-a1e6-44e0-8274-9417e5f355de',
  application:
    'set application_name |Sun, 01 Jan 2023 01:05:07:124|[local] |123142412 |12324|testdb |testuser |test |12312|TLSv1.2 |TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 |0| | | |JDBC-1.2.54.1082 |Linux 5.4.0-1086-aws amd64 |Amazon Redshift JDBC Driver 1.2.54.1082 |none |0|02d54c77-8302-4ae6-8e83',
  alter: '1|rdsdb | |alter |1|1|1|9223372036854775807|14872|1061|Thu, 3 Dec 2020 10:18:38:416',
  create: '100|awsuser | |create |1|1|0|9223372036854775807|14888|1080|Thu, 3 Dec 2020 10:18:38:695',
  drop: "'2018-05-21T06:20:09Z UTC [ db=dev user=himanshu pid=64458 userid=35 xid=5143208 ]' LOG: drop user testuser3",
  select:
    "'2022-03-10T08:16:02Z UTC [ db=dev user=meenakshi pid=1073979586 userid=104 xid=1390963 ]' LOG: select * from Demo where Connectors = 'Redshift'",
};

function read(
  type: LogType,
  text: string | Uint8Array,
  cuts: readonly number[] = [],
): { records: AuditRecord[]; parser: LogParser } {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const parser = new LogParser(type);
  const records: AuditRecord[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    records.push(...parser.push(bytes.subarray(from, to)));
    from = to;
  }
  records.push(...parser.end());
  return { records, parser };
}

describe('real lines', () => {
  const connection = (line: string) => new ConnectionLog().parse(line, 1);

  test('of a connectionlog of 16, 19 and 21 columns', () => {
    expect(connection(real.columns16)).toMatchObject({
      event: 'authentication failure',
      at: Date.UTC(2018, 4, 21, 5, 20, 10, 123),
      host: '10.11.12.16',
      port: '66790',
      pid: 98031,
      database: 'vendor',
      user: 'himanshu',
      method: 'password',
      columns: 16,
    });
    expect(connection(real.columns19)).toMatchObject({
      event: 'initiating session',
      host: '[local]',
      pid: 5108,
      user: 'rdsdb',
      method: 'Ident',
      columns: 19,
    });
    expect(connection(real.columns21)).toMatchObject({
      host: '223.233.72.13',
      os: 'Windows 10 10.0 amd64',
      driver: 'Amazon Redshift JDBC Driver 1.2.55.1083',
      session: 'da9edc00-a1e6-44e0-8274-9417e5f355de',
      columns: 21,
    });
    expect(connection(real.application)).toMatchObject({
      application: 'JDBC-1.2.54.1082',
      at: Date.UTC(2023, 0, 1, 1, 5, 7, 124),
    });
    for (const line of [real.columns16, real.columns19, real.columns21, real.application])
      expect(connection(line)).not.toHaveProperty('doubt');
  });

  test('of a userlog', () => {
    expect(parseUser(real.alter, 1)).toMatchObject({
      userId: 1,
      user: 'rdsdb',
      oldUser: '',
      action: 'alter',
      isSuper: true,
      canUpdateCatalog: true,
      validUntil: 'never',
      pid: 14872,
      xid: 1061,
    });
    expect(parseUser(real.create, 1)).toMatchObject({
      userId: 100,
      user: 'awsuser',
      action: 'create',
      createDb: true,
      canUpdateCatalog: false,
    });
  });

  test('of a useractivitylog', () => {
    expect(parseActivity(real.drop, 1)).toMatchObject({
      database: 'dev',
      user: 'himanshu',
      pid: 64458,
      userId: 35,
      xid: 5143208,
      statement: 'drop user testuser3',
    });
    const odd = "'2018-05-21T06:20:09Z UTC [ db=my db user=IAM:first last pid=1 userid=2 xid=3 ]' LOG: select 1";
    expect(parseActivity(odd, 1)).toMatchObject({ database: 'my db', user: 'IAM:first last' });
  });
});

test.each([
  [
    'prefix/AWSLogs/123456789012/redshift/us-east-1/2020/12/08/123456789012_redshift_us-east-1_shop-1_userlog_2020-12-07T22:50.gz',
    'userlog',
    'shop-1',
  ],
  ['raw/audit_logs/123456789012_redshift_eu-central-1_a_connectionlog_2021-07-18T01:00.gz', 'connectionlog', 'a'],
  [
    'my_prefix_with_parts/123456789012_redshift_ap-southeast-2_x-y-z_useractivitylog_2021-07-18T01:00',
    'useractivitylog',
    'x-y-z',
  ],
  ['123456789012_redshift_us-gov-west-1_c_connectionlog_2021-07-18T01:00.gz', 'connectionlog', 'c'],
])('%s', (path, type, cluster) => expect(logFile(path)).toMatchObject({ type, cluster }));

test.each([
  '',
  'notes.txt',
  '123_redshift_us-east-1_a_userlog_2021-07-18T01:00.gz',
  '123456789012_redshift_us-east-1_a_otherlog_2021-07-18T01:00.gz',
])('%s is no audit log', (path) => expect(logFile(path)).toBeUndefined());

test('what kind of log it is is told by its lines', () => {
  expect(Object.values(real).map(typeByContent)).toEqual([
    'connectionlog',
    'connectionlog',
    'connectionlog',
    'connectionlog',
    'userlog',
    'userlog',
    'useractivitylog',
    'useractivitylog',
  ]);
  expect(typeByContent('hello')).toBeUndefined();
});

test.each([
  ['Mon, 7 Dec 2020 20:01:55:177', Date.UTC(2020, 11, 7, 20, 1, 55, 177)],
  ['Sun, 01 Jan 2023 01:05:07:124567', Date.UTC(2023, 0, 1, 1, 5, 7, 124)],
  ['Mon, 31 Feb 2020 20:01:55:177', undefined],
  ['2020-12-07 20:01:55', undefined],
  ['Mon, 7 Foo 2020 20:01:55:177', undefined],
])('%s', (text, at) => expect(recordTime(text)).toBe(at));

const word = fc
  .string({ maxLength: 20 })
  .map((text) => text.replace(/[|\r\n]/g, '').trim())
  .filter((text) => !text.startsWith('::ffff:'));
const moment = fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2099, 0) });
const number = fc.nat(2_000_000_000);

describe('what is rendered', () => {
  test('as a connection is read again', () => {
    const record = fc.record({
      event: fc.constantFrom('authenticated', 'authentication failure', 'something new'),
      at: moment,
      host: word,
      port: word,
      pid: number,
      database: word,
      user: word,
      method: word,
      application: word,
      os: word,
      driver: word,
      session: word,
    });
    fc.assert(
      fc.property(record, (one) =>
        expect(new ConnectionLog().parse(renderConnection(one), 7)).toMatchObject({ ...one, line: 7, columns: 21 }),
      ),
    );
  });

  test('as a change of an account is read again', () => {
    const flag = fc.boolean();
    const record = fc.record({
      at: moment,
      userId: number,
      user: word,
      oldUser: word,
      action: fc.constantFrom('create', 'drop', 'alter', 'rename'),
      createDb: flag,
      isSuper: flag,
      canUpdateCatalog: flag,
      validUntil: fc.constant('never'),
      pid: number,
      xid: number,
    });
    fc.assert(fc.property(record, (one) => expect(parseUser(renderUser(one), 1)).toMatchObject(one)));
  });

  test('as a statement is read again, with its lines', () => {
    const name = fc
      .string({ maxLength: 20 })
      .map((text) => text.replace(/[\r\n]/g, ''))
      .filter((text) => !/ user=| \]'/.test(text));
    const lines = fc.array(
      fc.string().map((text) => text.replace(/[\r\n]/g, '')),
      { minLength: 1, maxLength: 5 },
    );
    const record = fc.record({
      at: moment.map((at) => at - (at % 1000)),
      database: name,
      user: name,
      pid: number,
      userId: number,
      xid: number,
      statement: lines.map((all) => all.join('\n')),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (all) => {
        const { records } = read('useractivitylog', `${all.map(renderActivity).join('\n')}\n`);
        expect(records).toMatchObject(all.map((one) => ({ ...one, log: 'useractivitylog' })));
      }),
    );
    expect(renderRecordTime(Date.UTC(2020, 11, 7, 20, 1, 55, 7))).toBe('Mon, 7 Dec 2020 20:01:55:007');
  });
});

describe('a stream', () => {
  const line = fc.oneof(
    fc.constantFrom(...Object.values(real)),
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
    fc.string(),
  );

  test.each(['connectionlog', 'userlog', 'useractivitylog'] as const)(
    'of a %s may be cut anywhere, and no line is lost',
    (type) => {
      fc.assert(
        fc.property(
          fc.array(line, { maxLength: 12 }),
          fc.array(fc.nat(5_000), { maxLength: 30 }),
          fc.constantFrom('\n', '\r\n'),
          (lines, cuts, ending) => {
            const text = lines.join(ending);
            const whole = read(type, text);
            const cut = read(type, text, cuts);
            expect(cut.records).toEqual(whole.records);
            const { lines: counted, records, continued, malformed } = whole.parser.counts;
            expect(cut.parser.counts).toEqual(whole.parser.counts);
            expect(records + continued + malformed).toBe(counted);
            const expected = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
            expect(counted).toBe(expected);
          },
        ),
      );
    },
  );

  test('of bytes that are no text is read all the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.array(fc.nat(2_000), { maxLength: 10 }), (bytes, cuts) => {
        for (const type of ['connectionlog', 'userlog', 'useractivitylog'] as const)
          expect(read(type, bytes, cuts).records).toEqual(read(type, bytes).records);
      }),
    );
  });

  test('of one line without an end takes no more memory than a line may', () => {
    const parser = new LogParser('connectionlog');
    for (let part = 0; part < 200; part += 1) expect(parser.push(Buffer.alloc(65_536, 'a'))).toEqual([]);
    expect(parser.end()).toMatchObject([{ log: 'malformed' }]);
    expect(parser.counts).toMatchObject({ lines: 1, malformed: 1 });
  });
});

describe('what a client writes into a log', () => {
  const line = (user: string, more: Partial<ConnectionRecord> = {}) =>
    renderConnection({
      event: 'authentication failure',
      at: 0,
      host: '203.0.113.9',
      port: '1',
      pid: 7,
      database: 'dev',
      user,
      method: 'password',
      ...more,
    });
  const parse = (...lines: string[]) => read('connectionlog', lines.join('\n')).records as ConnectionRecord[];

  test('with a | in its name is in doubt, and its pid and address are kept', () => {
    const [good, odd] = parse(line('ann'), line('bob|victim'));
    expect(good).not.toHaveProperty('doubt');
    expect(odd).toMatchObject({ pid: 7, host: '203.0.113.9', doubt: expect.any(String) as string });
    // Shifted so that the numbers fit again: more columns than the others have.
    const [, forged] = parse(line('ann'), line('x|password |0|TLSv1.2 |c |0|a |b |c |d |e |f |g |victim'));
    expect(forged).toHaveProperty('doubt');
  });

  test('with a line break in it makes no record in somebody else’s name', () => {
    const victim = line('victim', { host: '198.51.100.1' });
    const records = parse(
      line('ann'),
      ...line(`x\n${victim.split('|').slice(0, 7).join('|')}`).split('\n'),
      line('zoe'),
    );
    const named = records.filter(({ user }) => user === 'victim');
    expect(named).toHaveLength(1);
    expect(named[0]).toHaveProperty('doubt');
    const kinds: string[] = records.map(({ log }) => log);
    expect(kinds.filter((log) => log === 'malformed')).toHaveLength(1);
  });

  test('in a userlog shifts no right', () => {
    const odd = parseUser('100|a|drop |1|1| | |create |0|0|0|9223372036854775807|1|2|Thu, 3 Dec 2020 10:18:38:695', 1);
    expect(odd).toMatchObject({ action: 'create', isSuper: false, userId: 100, doubt: expect.any(String) as string });
  });

  test('into a query is no other record when its head is not whole', () => {
    const { records } = read(
      'useractivitylog',
      `${real.drop}\n'2018-05-21T06:20:09Z UTC [ db=dev user=x ]' LOG: drop user y`,
    );
    expect(records).toHaveLength(1);
    expect((records[0] as ActivityRecord).statement).toContain('drop user y');
  });

  test.each([
    '|'.repeat(200_000),
    `${'a'.repeat(100_000)}|${'b'.repeat(100_000)}`,
    `'${' '.repeat(200_000)}`,
    ' user='.repeat(40_000),
  ])('is read in linear time', (text) => {
    const begun = performance.now();
    for (const type of ['connectionlog', 'userlog', 'useractivitylog'] as const) read(type, text);
    read('useractivitylog', `'2018-05-21T06:20:09Z UTC [ db=${text}`);
    // Milliseconds; anything that is not linear would take minutes.
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

test.each([
  ["create user x password 's3cr3t'", 's3cr3t'],
  ["ALTER USER x PASSWORD 'it''s s3cr3t' VALID UNTIL '2030'", 's3cr3t'],
  ["copy t from 's3://b' credentials 'aws_access_key_id=AKIA0123456789ABCDEF;aws_secret_access_key=s3cr3t'", 's3cr3t'],
  ["unload ('select 1') to 's3://b' access_key_id 'AKIA0123456789ABCDEF' secret_access_key 's3cr3t'", 's3cr3t'],
  ["create user x password 'md50123456789abcdef0123456789abcdef'", '0123456789abcdef0123'],
  ["alter user x password 'sha256|s3cr3t|salt'", 's3cr3t'],
  ['select md50123456789abcdef0123456789abcdef', 'md50123'],
  ["create user x password 's3cr3t", 's3cr3t'],
  ['create user x password\n"s3cr3t"', 's3cr3t'],
  ['key AKIA0123456789ABCDEF', 'AKIA01'],
])('%s is shown without what is secret', (statement, secret) => {
  expect(redacted(statement)).not.toContain(secret);
  expect(shown(statement)).not.toContain(secret);
});

test('what is shown steers no terminal and no mail program', () => {
  const hostile = 'a\u001b[31m\r\nBcc: x\u0000\u202eb\u2028c\u200bd';
  expect(shown(hostile)).toMatch(/^[^\p{Cc}\p{Cf}\u2028\u2029]+$/u);
  expect(shown('x'.repeat(10_000)).length).toBe(500);
});
