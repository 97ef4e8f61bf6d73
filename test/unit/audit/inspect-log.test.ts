import { gzipSync } from 'node:zlib';
import { withoutSecrets } from '../../../functions/shared/notify/redact';
import { jsonLogger } from '../../../functions/shared/runtime';
import { account, connection, failure, keyOf, minute, packed, start, world } from './support';

const logs = () => ({
  [keyOf('connectionlog', '2026-11-26T07:00')]: packed(
    connection('initiating session', start - 100 * minute, { user: 'boss', application: 'psql' }),
    ...[0, 1, 2].map((n) => failure(start - (50 - n) * minute)),
  ),
  [keyOf('connectionlog', '2026-11-26T08:00')]: packed(
    ...[3, 4, 5].map((n) => failure(start - (50 - n) * minute)),
    connection('authenticated', start - 30 * minute),
  ),
  [keyOf('userlog')]: packed(
    account('create', start - 20 * minute),
    account('alter', start - 19 * minute, { superuser: true }),
    account('drop', start - 18 * minute, { superuser: true }),
  ),
});

async function summary({ incidents }: ReturnType<typeof world>) {
  return (await incidents()).map(({ key, count, severity }) => `${key} ${severity} ${count}`).sort();
}

const expected = [
  'AUTH-BRUTE-IP|main eu-central-1 111122223333|198.51.100.7 high 6',
  'AUTH-BRUTE-OK|main eu-central-1 111122223333|ip 198.51.100.7 critical 1',
  'AUTH-BRUTE-OK|main eu-central-1 111122223333|user joe critical 1',
  'AUTH-BRUTE-USER|main eu-central-1 111122223333|joe high 6',
  'AUTH-EXTERNAL|main eu-central-1 111122223333|198.51.100.7 medium 6',
  'AUTH-FAIL|main eu-central-1 111122223333|198.51.100.7 low 6',
  'USER-ALTER|main eu-central-1 111122223333|120 helper medium 1',
  'USER-CREATE|main eu-central-1 111122223333|120 helper medium 1',
  'USER-DROP|main eu-central-1 111122223333|120 helper medium 1',
  'USER-SHORT|main eu-central-1 111122223333|120 helper high 1',
  'USER-SUPER|main eu-central-1 111122223333|120 critical 1',
];

function permutations<Value>(all: readonly Value[]): Value[][] {
  return all.length <= 1
    ? [[...all]]
    : all.flatMap((one, at) => permutations(all.filter((_, other) => other !== at)).map((rest) => [one, ...rest]));
}

describe('the same incidents', () => {
  test.each(permutations(Object.keys(logs())).map((keys) => [keys.map((key) => key.slice(-40)).join(), keys] as const))(
    'in the order %s, each delivered twice',
    async (_, keys) => {
      const here = world();
      for (const [key, bytes] of Object.entries(logs())) here.put(key, bytes);
      for (const key of [...keys, ...keys]) expect((await here.deliver(key)).batchItemFailures).toEqual([]);
      expect(await summary(here)).toEqual(expected);
    },
  );

  test('killed before and after each call there is, and no mail is lost', async () => {
    const whole = world();
    for (const [key, bytes] of Object.entries(logs())) whole.put(key, bytes);
    for (const key of Object.keys(logs())) await whole.deliver(key);
    for (let call = 1; call <= whole.calls(); call += 1) {
      for (const after of [false, true]) {
        const here = world({ call, after });
        for (const [key, bytes] of Object.entries(logs())) here.put(key, bytes);
        for (const key of Object.keys(logs())) await here.deliver(key).catch(() => undefined);
        here.live();
        for (const key of Object.keys(logs())) await here.deliver(key);
        for (let n = 0; n < 20; n += 1) {
          here.clock.at += minute;
          await here.watch();
        }
        expect([call, after, await summary(here)]).toEqual([call, after, expected]);
        const subjects = here.mails.map(({ text }) => text).join('\n');
        for (const title of [
          'Brute force from 198.51.100.7',
          'Account helper is a superuser now',
          'Failed logins from 198.51.100.7',
        ])
          expect([call, after, subjects.includes(title)]).toEqual([call, after, true]);
        // What came twice is recognized: the ids are the same, and the second says so.
        const ids = here.mails.map(({ id }) => id);
        for (const [at, { id, text }] of here.mails.entries())
          if (ids.indexOf(id) < at) expect(text).toContain('may be a repetition');
      }
    }
  });
});

test('a mail tells who did it, where it stands, and the line', async () => {
  const here = world();
  for (const [key, bytes] of Object.entries(logs())) here.put(key, bytes);
  for (const key of Object.keys(logs())) await here.deliver(key);
  // Lines are wrapped at blanks.
  const text = here.mails.at(-1)!.text.replace(/\s+/g, ' ');
  expect(text).toContain('boss from 198.51.100.7 with psql');
  expect(text).toContain(`object: b/${keyOf('userlog')} line number: 2 line: 120|`);
  expect(text).toContain('120|helper | |alter |0|1|0');
});

describe('bad input', () => {
  const key = keyOf('connectionlog');
  const one = failure(start);
  const line = Buffer.from(`${one}\n`);
  const many = gzipSync(
    Buffer.concat(
      Array.from({ length: 5000 }, (_, n) =>
        Buffer.from(`${failure(start + n * 7, { pid: n, session: String(n * 7919) })}\n`),
      ),
    ),
  );
  test.each([
    ['plain text', line, 'is no gzip archive'],
    ['0 bytes', Buffer.alloc(0), 'is empty (0 bytes)'],
    ['one byte', Buffer.from([0x1f]), 'is no gzip archive'],
    ['cut off', many.subarray(0, many.length - 500), 'the archive is cut off'],
    [
      'broken in the middle',
      Buffer.concat([many.subarray(0, many.length >> 1), Buffer.alloc(99, 1), many.subarray((many.length >> 1) + 99)]),
      'the archive is broken',
    ],
    ['cut in its head', many.subarray(0, 5), 'the archive is cut off'],
    ['a bomb', gzipSync(Buffer.alloc(100 << 20, '\n')), 'lines are malformed'],
    ['all malformed', gzipSync('hello\nworld\n'), '2 of 2 lines are malformed'],
  ])('%s: told, and not tried again', async (_, bytes, why) => {
    const here = world();
    here.put(key, bytes);
    expect((await here.deliver(key)).batchItemFailures).toEqual([]);
    expect(here.mails.map(({ text }) => text).join()).toContain(why);
  });

  test('what is readable of a cut archive is read', async () => {
    const here = world();
    here.put(key, many.subarray(0, many.length - 500));
    await here.deliver(key);
    const failures = (await here.incidents()).find(({ key: of }) => of.startsWith('AUTH-FAIL'));
    expect(failures!.count).toBeGreaterThan(3000);
  });

  test('an object that is gone comes again; another of its batch is done', async () => {
    const here = world();
    here.put(keyOf('userlog'), packed(account('create', start)));
    expect(await here.deliver(key, keyOf('userlog'))).toEqual({ batchItemFailures: [{ itemIdentifier: key }] });
    expect(here.mails).toHaveLength(1);
  });

  test('another key, the test event and a deletion are acknowledged; what is none is not', async () => {
    const here = world();
    expect((await here.deliver('some/other.gz')).batchItemFailures).toEqual([]);
    expect((await here.handle({ Service: 'Amazon S3', Event: 's3:TestEvent' })).batchItemFailures).toEqual([]);
    expect((await here.handle({ Records: [{ eventName: 'ObjectRemoved:Delete', s3: {} }] })).batchItemFailures).toEqual(
      [],
    );
    expect(
      (await here.handle({ Records: [{ eventName: 'ObjectCreated:Put', s3: {} }] })).batchItemFailures,
    ).toHaveLength(1);
    expect((await here.handle('x')).batchItemFailures).toHaveLength(1);
  });

  test("a notification's key is decoded", async () => {
    const here = world();
    here.put(`a b/${key}`, packed(one));
    const object = { key: `a+b/${encodeURIComponent(key).replaceAll('%2F', '/')}`, eTag: 'x' };
    await here.handle({
      Records: [{ eventName: 'ObjectCreated:CompleteMultipartUpload', s3: { bucket: { name: 'b' }, object } }],
    });
    expect((await here.incidents()).map(({ key: of }) => of)).toContain(
      'AUTH-FAIL|main eu-central-1 111122223333|198.51.100.7',
    );
  });
});

test('a hundred thousand failures of as many names and addresses: a few mails, and the exact count', async () => {
  const here = world();
  const count = 100_000;
  const lines = Array.from({ length: count }, (_, n) =>
    failure(start - n, { user: `u${n}`, host: `198.51.${(n >> 8) & 255}.${n & 255}`, pid: n }),
  );
  here.put(keyOf('connectionlog'), packed(...lines));
  await here.deliver(keyOf('connectionlog'));
  for (let n = 0; n < 40; n += 1) {
    here.clock.at += minute;
    await here.watch();
  }
  const all = await here.incidents();
  expect(all.filter(({ key }) => key.startsWith('AUTH-FAIL|')).reduce((sum, one) => sum + one.count, 0)).toBe(count);
  expect(here.mails.length).toBeLessThanOrEqual(3);
});

test('no secret of a statement is in a mail', async () => {
  const here = world();
  const header = "'2026-11-26T07:00:00Z UTC [ db=dev user=joe pid=100 userid=35 xid=9 ]' LOG: ";
  const secret = 'Tops3cretPw';
  here.put(
    keyOf('useractivitylog'),
    packed(
      `${header}alter user joe password '${secret}'`,
      `${header}unload ('select 1') to 's3://elsewhere/x' credentials 'aws_secret_access_key=${secret}'`,
    ),
  );
  await here.deliver(keyOf('useractivitylog'));
  for (let n = 0; n < 20; n += 1) {
    here.clock.at += minute;
    await here.watch();
  }
  const text = here.mails.map((mail) => `${mail.subject}${mail.text}${mail.html}`).join();
  expect(text).toContain('password changed');
  expect(text).toContain('UNLOAD to elsewhere');
  expect(text).toContain('unverified');
  expect(text).not.toContain(secret);
  expect(JSON.stringify(await here.book())).not.toContain(secret);
  expect(withoutSecrets(secret)).toBe(secret);
});

test('a cluster that is silent is reported, once, and when it writes again', async () => {
  const here = world();
  for (let n = 0; n < 5; n += 1) {
    const key = keyOf('connectionlog', `2026-11-26T0${n}:00`);
    here.put(key, packed(connection('authenticated', here.clock.at)));
    await here.deliver(key);
    here.clock.at += 60 * minute;
  }
  for (let n = 0; n < 200; n += 1) {
    await here.watch();
    here.clock.at += minute;
  }
  expect(here.mails.filter(({ subject }) => subject.includes('No more audit logs of main'))).toHaveLength(1);
  const key = keyOf('connectionlog', '2026-11-26T20:00');
  here.put(key, packed(connection('authenticated', here.clock.at)));
  await here.deliver(key);
  await here.watch();
  expect(here.mails.at(-1)!.text).toContain('closed: logs come again');
});

test.each([
  ['AccessDenied', 403],
  ['KMS.DisabledException', 400],
  ['NoSuchKey', 404],
])('an object that S3 does not give (%s) comes again, and the log says which it is', async (name, httpStatusCode) => {
  const here = world();
  const key = keyOf('connectionlog');
  here.put(key, packed(failure(start)));
  const lines: unknown[] = [];
  const refused = Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
  Object.assign(here.deps, {
    log: jsonLogger((line) => lines.push(JSON.parse(line))),
    objects: { open: () => Promise.reject(refused) },
  });
  expect(await here.deliver(key)).toEqual({ batchItemFailures: [{ itemIdentifier: key }] });
  expect(lines).toContainEqual(expect.objectContaining({ message: 'object not read', bucket: 'b', key, error: name }));
});
