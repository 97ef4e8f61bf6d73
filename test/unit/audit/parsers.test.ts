import fc from 'fast-check';
import { parserOf } from '../../../functions/audit/domain/logs/parser';
import type {
  ActivityRecord,
  ConnectionRecord,
  LogItem,
  LogRecord,
  LogType,
  UserRecord,
} from '../../../functions/audit/domain/logs/records';
import { renderRecord } from '../../../functions/audit/domain/logs/render';
import { sourceOfKey, sourceOfLogGroup, typeOfContent } from '../../../functions/audit/domain/logs/source';
import { parseRecordTime } from '../../../functions/audit/domain/logs/times';

function parse(type: LogType, bytes: Buffer, cuts: readonly number[] = []) {
  const parser = parserOf(type);
  const items: LogItem[] = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    if (cut <= from || cut >= bytes.length) continue;
    items.push(...parser.push(bytes.subarray(from, cut)));
    from = cut;
  }
  items.push(...parser.push(bytes.subarray(from)), ...parser.end());
  return { items, counts: parser.counts };
}
const parseText = (type: LogType, text: string) => parse(type, Buffer.from(text)).items;
/** Some fields of a record are read when they are asked for. */
const fieldsOf = (record: LogRecord, like: LogRecord) =>
  Object.fromEntries(Object.keys(like).map((key) => [key, record[key as keyof LogRecord]]));
const only = (items: readonly LogItem[]) => {
  expect(items).toHaveLength(1);
  const [item] = items;
  if (item?.kind !== 'record') throw new RangeError(`no record: ${JSON.stringify(item)}`);
  return item;
};

const real = {
  c16: 'authentication failure |Mon, 21 May 2018 05:20:10:123|::ffff:10.11.12.16 |66790 |98031|vendor |himanshu |password |0|TLSv1.2 |ECDHE-RSA-AES256-SHA384 |0| | | | ',
  c19: 'disconnecting session |Mon, 7 Dec 2020 20:01:55:304|[local] | |5108|dev |rdsdb |Ident |127304| | |0| | | | | | | ',
  c21: 'authentication failure |Mon, 16 Mar 2022 08:18:14:766|::ffff:223.233.72.13 |1224 |1073742045|dev |meenakshi |password |0|TLSv1.2 |ECDHE-RSA-AES256-GCM-SHA384 |0| | | | |Windows 10 10.0 amd64 |Amazon Redshift JDBC Driver 1.2.55.1083 |none |0|da9edc00-a1e6-44e0-8274-9417e5f355de',
  set: 'set application_name |Sun, 01 Jan 2023 01:05:07:124|[local] |123142412 |12324|testdb |testuser |test |12312|TLSv1.2 |TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 |0| | | |JDBC-1.2.54.1082 |Linux 5.4.0-1086-aws amd64 |Amazon Redshift JDBC Driver 1.2.54.1082 |none |0|02d54c77-8302-4ae6-8e83',
  user: '100|awsuser | |create |1|1|0|9223372036854775807|14888|1080|Thu, 3 Dec 2020 10:18:38:695',
  activity:
    "'2018-05-21T06:20:09Z UTC [ db=dev user=himanshu pid=64458 userid=35 xid=5143208 ]' LOG: drop user testuser3",
};

describe('real lines', () => {
  test.each([
    [real.c16, { columns: 16, user: 'himanshu', port: '66790', at: Date.UTC(2018, 4, 21, 5, 20, 10, 123) }],
    [real.c19, { columns: 19, host: '[local]', durationUs: 127304, authMethod: 'Ident' }],
    [
      real.c21,
      { columns: 21, pid: 1073742045, os: 'Windows 10 10.0 amd64', session: 'da9edc00-a1e6-44e0-8274-9417e5f355de' },
    ],
    [
      real.set,
      {
        event: 'set application_name',
        application: 'JDBC-1.2.54.1082',
        driver: 'Amazon Redshift JDBC Driver 1.2.54.1082',
      },
    ],
  ])('of connectionlog: %s', (line, fields) => {
    const item = only(parseText('connectionlog', `${line}\n`));
    expect(item.trust).toBe('all');
    expect(item.record).toMatchObject(fields);
  });

  test('of userlog and useractivitylog', () => {
    expect(only(parseText('userlog', real.user))).toMatchObject({
      trust: 'all',
      record: {
        userId: 100,
        user: 'awsuser',
        oldUser: '',
        action: 'create',
        createDb: true,
        superuser: true,
        catalog: false,
        pid: 14888,
        xid: 1080,
      },
    });
    expect(only(parseText('useractivitylog', real.activity))).toMatchObject({
      trust: 'all',
      record: { user: 'himanshu', pid: 64458, userId: 35, xid: 5143208, statement: 'drop user testuser3' },
    });
  });
});

test('a header of a newer form is read, and no name is taken for its end', () => {
  const header = (names: string, more: string) =>
    `'2022-03-10T08:16:02Z UTC [ ${names} pid=9 userid=8 xid=7${more} ]' LOG: select 1`;
  expect(only(parseText('useractivitylog', header('db=dev user=joe', ' query=5 session_id=a-1')))).toMatchObject({
    trust: 'all',
    record: { user: 'joe', pid: 9, userId: 8, xid: 7 },
  });
  for (const forged of [' pid=1 userid=1 xid=1', ' pid=1 userid=1 xid=1 query=5', ' pid=1 userid=1 xid=1 pid=2'])
    for (const more of ['', ' query=5'])
      expect(only(parseText('useractivitylog', header(`db=dev user=joe${forged}`, more))).record).toMatchObject({
        user: `joe${forged}`,
        pid: 9,
        userId: 8,
        xid: 7,
      });
});

test.each([
  ['Mon, 7 Dec 2020 20:01:55:177', Date.UTC(2020, 11, 7, 20, 1, 55, 177)],
  ['Xyz, 07 Dec 2020 20:01:55:177456', Date.UTC(2020, 11, 7, 20, 1, 55, 177)],
  ['Mon, 31 Feb 2020 20:01:55:177', undefined],
  ['Mon, 7 Dez 2020 20:01:55:177', undefined],
  ['Mon, 7 Dec 2020 24:01:55:177', undefined],
])('%s is %s', (text, at) => {
  expect(parseRecordTime(text)).toBe(at);
});

test('a time is read the same, whatever was read before it', () => {
  const minute = 'Mon, 7 Dec 2020 20:01:';
  const at = Date.UTC(2020, 11, 7, 20, 1);
  const rests: [string, number | undefined][] = [
    ['55:177', at + 55_177],
    ['60:999', at + 60_999],
    ['61:000', undefined],
    ['5:177', undefined],
    ['55 177', undefined],
    ['55:', undefined],
    ['55:1234567', undefined],
    ['55:123456', at + 55_123],
    ['x5:177', undefined],
  ];
  const others: [string, number | undefined][] = [
    ['Mon, 7 Dec 2020 20:02:01:5', at + 61_005],
    ['Mon, 8 Dec 2020 20:01:01:5', at + 86_401_005],
    ['Mon, 17 Dec 2020 20:01:01:5', at + 10 * 86_400_000 + 1005],
    ['Mon, 7 Dec 2020 24:01:01:5', undefined],
    ['Mon, 31 Feb 2020 20:01:01:5', undefined],
  ];
  for (const [other, moment] of others)
    for (const [rest, expected] of rests) {
      expect([other, parseRecordTime(other)]).toEqual([other, moment]);
      expect([rest, parseRecordTime(`${minute}${rest}`)]).toEqual([rest, expected]);
      expect([rest, parseRecordTime(`${minute}${rest}`)]).toEqual([rest, expected]);
      expect(parseRecordTime(`${minute}00:0`)).toBe(at);
      expect([rest, parseRecordTime(`${minute}${rest}`)]).toEqual([rest, expected]);
      expect([other, parseRecordTime(other)]).toEqual([other, moment]);
    }
});

describe('keys', () => {
  const name = '123456789012_redshift_us-east-1_my-cluster_connectionlog_2020-12-07T22:50.gz';
  test.each([
    `AWSLogs/123456789012/redshift/us-east-1/2020/12/08/${name}`,
    `a_b/raw_redshift_x_y_userlog_z/${name}`,
    name,
  ])('%s', (key) => {
    expect(sourceOfKey(key)).toEqual({
      type: 'connectionlog',
      cluster: 'my-cluster',
      account: '123456789012',
      region: 'us-east-1',
      from: Date.UTC(2020, 11, 7, 22, 50),
    });
  });
  test.each(['a/b.gz', `${name}.tmp`, `${name}/x`, name.replace('connectionlog', 'querylog')])('%s is none', (key) => {
    expect(sourceOfKey(key)).toBeUndefined();
  });
  test('log groups', () => {
    expect(sourceOfLogGroup('/aws/redshift/cluster/c1/userlog')).toEqual({ type: 'userlog', cluster: 'c1' });
    expect(sourceOfLogGroup('/aws/redshift/ns/useractivitylog')).toEqual({
      type: 'useractivitylog',
      cluster: 'ns',
      serverless: true,
    });
    expect(sourceOfLogGroup('/aws/lambda/x')).toBeUndefined();
  });
  test('by content', () => {
    expect(typeOfContent(real.c19)).toBe('connectionlog');
    expect(typeOfContent(real.user)).toBe('userlog');
    expect(typeOfContent(`x\n${real.activity}`)).toBe('useractivitylog');
    expect(typeOfContent(`\ufeff${real.activity}`)).toBe('useractivitylog');
    expect(typeOfContent('hello\n')).toBeUndefined();
  });
});

test.each<[LogType, string]>([
  ['connectionlog', real.c19],
  ['userlog', real.user],
  ['useractivitylog', real.activity],
])('%s with a byte order mark reads as without', (type, line) => {
  const itemsOf = (text: string) => {
    const parser = parserOf(type);
    return [...parser.push(Buffer.from(text)), ...parser.end()];
  };
  const [first, ...others] = itemsOf(`${line}\n`);
  expect(first).toMatchObject({ kind: 'record', trust: 'all' });
  expect(itemsOf(`\ufeff${line}\n`)).toEqual([first, ...others]);
});

describe('what attackers write', () => {
  const failure = (user: string) => real.c21.replace('meenakshi', user);

  test('a | in a login name: what the server wrote is right, the rest is not believed', () => {
    for (const name of ['a|b', '|', 'a |password |0|x |y |0', '||||||||']) {
      const items = parseText('connectionlog', `${real.c21}\n${failure(name)}\n`);
      expect(items[1]).toMatchObject({
        kind: 'record',
        trust: 'server',
        record: { host: '::ffff:223.233.72.13', pid: 1073742045 },
      });
    }
  });

  test('a newline in a login name, and a line behind it: never believed', () => {
    const forged = 'authentication failure |Mon, 16 Mar 2022 08:18:15:766|::ffff:8.8.8.8 |1 |2|dev |admin';
    const items = parseText('connectionlog', `${real.c21}\n${failure(`x\n${forged}`)}\n`);
    expect(items.map((item) => item.kind)).toEqual(['record', 'malformed', 'record']);
    expect(items[1]).toMatchObject({ begun: { event: 'authentication failure', host: '::ffff:223.233.72.13' } });
    expect(items[2]).toMatchObject({ trust: 'none', record: { user: 'admin' } });
  });

  describe('a newline in the name of an application, and a whole line behind it', () => {
    const forged = `${real.c16.replace('::ffff:10.11.12.16', '::ffff:8.8.8.8').replace('himanshu', 'admin')}x`;
    const broken = real.set.replace('JDBC-1.2.54.1082 |', `x\n${forged} |`);
    const text = `${`${real.c21}\n`.repeat(3)}${broken}\n${`${real.set}\n`.repeat(4)}${real.c21}\n`;

    test('never believed: the line before it has lost its end', () => {
      const items = parseText('connectionlog', text).map((item) => item.kind === 'record' && item.trust);
      expect(items).toEqual(['all', 'all', 'all', 'server', 'none', 'none', 'none', 'none', 'all', 'all']);
    });

    test('the same where only failures are read', () => {
      const parser = parserOf('connectionlog', { onlyFailures: true });
      const items = [...parser.push(Buffer.from(text)), ...parser.end()];
      const admins = items.filter((item) => item.raw.includes('admin'));
      expect(admins.map((item) => item.kind === 'record' && item.trust)).toEqual(['none']);
      expect(items.filter((item) => item.kind === 'record' && item.trust === 'all')).toHaveLength(4);
    });
  });

  test.each([17, 20, 22, 23, 30])('a file of %i columns is believed from its first line on', (columns) => {
    const cells = real.c21.split('|');
    const line = Array.from({ length: columns }, (_, n) => cells[n] ?? 'new ').join('|');
    for (const count of [1, 3, 40])
      for (const { kind, ...item } of parseText('connectionlog', `${line}\n`.repeat(count)))
        expect({ kind, ...item }).toMatchObject({
          kind: 'record',
          trust: 'all',
          record: { user: 'meenakshi', columns },
        });
  });

  test('empty lines say nothing of those around them, and do not end a doubt', () => {
    const trustsOf = (text: string) =>
      parseText('connectionlog', text).flatMap((item) => (item.kind === 'record' ? [item.trust] : []));
    expect(trustsOf(`${real.c21}\n\n${real.c21}\n \n${real.c21}\n`)).toEqual(['all', 'all', 'all']);
    const forged = real.c21.replace('meenakshi', 'admin');
    expect(trustsOf(`${real.c21}\n${failure(`x${'\n'.repeat(9)}${forged}\n`)}`)).toEqual(['all', 'none']);
  });

  test('columns that a file grows by are not taken for that', () => {
    const lines = [...Array<string>(30).fill(real.c19), ...Array<string>(60).fill(real.c21)];
    const trusts = parseText('connectionlog', lines.join('\n')).map((item) => item.kind === 'record' && item.trust);
    expect(trusts.slice(0, 30)).toEqual(Array(30).fill('all'));
    expect(trusts.slice(50)).toEqual(Array(40).fill('all'));
    expect(trusts).not.toContain('none');
  });

  test('a forged header within a literal or a comment is not believed; one after it is', () => {
    for (const open of ["select 'x", '/* x', 'select "x', 'select $$']) {
      const text = `${real.activity.replace('drop user testuser3', () => open)}\n${real.activity}\n`;
      expect(parseText('useractivitylog', text).map((item) => item.kind === 'record' && item.trust)).toEqual([
        'all',
        'none',
      ]);
    }
    const fair = `${real.activity.replace('drop user testuser3', "select 'it''s' -- don't")}\n${real.activity}\n`;
    expect(parseText('useractivitylog', fair).map((item) => item.kind === 'record' && item.trust)).toEqual([
      'all',
      'all',
    ]);
  });

  test('names with blanks stay whole', () => {
    const text = real.activity.replace('db=dev user=himanshu', 'db=my db user=IAM:first last');
    expect(only(parseText('useractivitylog', text)).record).toMatchObject({
      database: 'my db',
      user: 'IAM:first last',
    });
  });
});

// Names as people give them; what breaks lines has its own tests.
const name = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((text) => text.replace(/[|\p{Cc}\u2028\u2029]/gu, '').trim())
  .filter((text) => !text.includes(' user=') && !text.includes(" ]' LOG:"));
const at = fc.integer({ min: Date.UTC(2013, 0), max: Date.UTC(2040, 0) });
const whole = fc.integer({ min: 0, max: 2 ** 40 });
const number = whole.map(String);
const blank = (columns: number, from: number, value: string) => (columns >= from ? value : '');

const connection: fc.Arbitrary<ConnectionRecord> = fc
  .record({
    log: fc.constant('connectionlog' as const),
    event: fc.constantFrom(
      'authenticated',
      'initiating session',
      'authentication failure',
      'disconnecting session',
      'a new event',
    ),
    at,
    host: name,
    port: name,
    pid: whole,
    database: name,
    user: name,
    authMethod: name,
    durationUs: whole,
    sslVersion: name,
    sslCipher: name,
    mtu: number,
    sslCompression: name,
    sslExpansion: name,
    iamAuthGuid: name,
    application: name,
    os: name,
    driver: name,
    plugin: name,
    protocol: number,
    session: name,
    columns: fc.constantFrom(16, 19, 21),
  })
  .map((one) => ({
    ...one,
    ...Object.fromEntries((['os', 'driver', 'plugin'] as const).map((key) => [key, blank(one.columns, 19, one[key])])),
    protocol: blank(one.columns, 21, one.protocol),
    session: blank(one.columns, 21, one.session),
  }));
const user: fc.Arbitrary<UserRecord> = fc.record({
  log: fc.constant('userlog' as const),
  userId: whole,
  user: name,
  oldUser: name,
  action: fc.constantFrom('create', 'drop', 'alter', 'rename'),
  createDb: fc.boolean(),
  superuser: fc.boolean(),
  catalog: fc.boolean(),
  validUntil: number,
  pid: whole,
  xid: whole,
  at,
});
const activity: fc.Arbitrary<ActivityRecord> = fc.record({
  log: fc.constant('useractivitylog' as const),
  at: at.map((ms) => ms - (ms % 1000)),
  database: name,
  user: name,
  pid: whole,
  userId: whole,
  xid: whole,
  statement: fc.array(name, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n')),
});

describe('properties', () => {
  test.each<[LogType, fc.Arbitrary<LogRecord>]>([
    ['connectionlog', connection],
    ['userlog', user],
    ['useractivitylog', activity],
  ])('%s: parse(render(x)) = x', (type, records) => {
    fc.assert(
      fc.property(records, fc.constantFrom('\n', '\r\n'), (record, end) => {
        const item = only(parseText(type, renderRecord(record) + end));
        expect(fieldsOf(item.record, record)).toEqual(record);
      }),
      { numRuns: 300 },
    );
  });

  // Anything at all, seasoned with what looks like records.
  const piece = fc.oneof(
    fc.constantFrom(
      ...Object.values(real).map((line) => Buffer.from(line)),
      ...['\n', '|', '\r\n', "'", '\n\n'].map((text) => Buffer.from(text)),
    ),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.oneof(connection, user, activity).map((record) => Buffer.from(`${renderRecord(record)}\n`)),
  );
  const bytes = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces));

  test.each<LogType>(['connectionlog', 'userlog', 'useractivitylog'])(
    '%s: no line is lost, and cutting changes nothing',
    (type) => {
      fc.assert(
        fc.property(bytes, fc.array(fc.nat(5000), { maxLength: 20 }), (all, cuts) => {
          const whole = parse(type, all);
          const lines = all.toString('latin1').split('\n').length - (all.length === 0 || all.at(-1) === 10 ? 1 : 0);
          expect(whole.counts.lines).toBe(lines);
          expect(whole.counts.recordLines + whole.counts.malformed).toBe(lines);
          expect(parse(type, all, cuts)).toEqual(whole);
        }),
        { numRuns: 200 },
      );
    },
  );

  test('only failures: they are read as ever, no line is lost, and cutting changes nothing', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(5000), { maxLength: 20 }), (all, cuts) => {
        const isFailure = (item: LogItem) =>
          item.kind === 'record' &&
          item.record.log === 'connectionlog' &&
          item.record.event === 'authentication failure';
        const read = (at: readonly number[]) => {
          const parser = parserOf('connectionlog', { onlyFailures: true });
          const items: LogItem[] = [];
          let from = 0;
          for (const to of [...at, all.length].sort((a, b) => a - b).filter((cut) => cut <= all.length)) {
            items.push(...parser.push(all.subarray(from, to)));
            from = to;
          }
          return { items: [...items, ...parser.end()], counts: parser.counts };
        };
        const { items, counts } = read([]);
        expect(counts.recordLines + counts.malformed + counts.skipped).toBe(parse('connectionlog', all).counts.lines);
        expect(read(cuts)).toEqual({ items, counts });
        const lines = (some: readonly LogItem[]) => some.filter(isFailure).map(({ line }) => line);
        expect(lines(items)).toEqual(lines(parse('connectionlog', all).items));
      }),
      { numRuns: 100 },
    );
  });

  test('a line without an end is kept to a bound', () => {
    const all = Buffer.concat([Buffer.alloc(3 << 20, 'x'), Buffer.from(`\n${real.c21}\n`)]);
    const cuts = Array.from({ length: 50 }, (_, n) => n * 65_000);
    const result = parse('connectionlog', all, cuts);
    expect(result.counts).toMatchObject({ lines: 2, malformed: 1, records: 1 });
    expect(result.items[0]!.raw.length).toBeLessThanOrEqual(2000);
  });
});
