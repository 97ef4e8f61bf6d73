import { shownSql, statementsWithoutLiterals } from '../../../../functions/audit/domain/logs/sql-shown';
import { failure, keyOf, minute, packed, start, world } from '../support';

// What a literal or comment holds is shown nowhere: how a password can be written has no end.

const secret = 'Hunter2Zebra';
const shownAll = (sql: string) => shownSql(statementsWithoutLiterals(sql), () => true);
const header = (xid: number, minutes = 1) =>
  `'2026-11-26T08:0${minutes}:09Z UTC [ db=dev user=joe pid=5 userid=35 xid=${xid} ]' LOG: `;
const grant = 'GRANT ROLE sys:superuser TO joe';
const unload = "UNLOAD ('select 1') TO 's3://elsewhere/x'";

const statements = [
  ...["'%'", "\n'%'", "/*x*/'%'", "--x\n'%'", '$$%$$', '$a1$%$a1$', "U&'\\0048%'", "E'\\x48%'", "N'%'", "B'%'"],
  ...["\u00a0'%'", "\u200b'%'", "('%')", "|| '%'", "'a''%'", "'a' '%'", "'a'\n'%'", '"%"', ' %', "'a\\' || '%'"],
  ...["'%", "'sha256|%|salt'", '$é$%$é$'],
  // Quotes forgotten, and a word more or less.
  ...[' to %', ', %', ' Correct %', ' disable %', ' = x %', ' IS %', ' disable passwort %', ' x valid %'],
]
  .map((value) => `ALTER USER joe PASSWORD ${value}`)
  .concat([
    ...[`${grant}; -- password: %`, `${grant} /* pw=% */`, `${grant} -- pass %`, `${grant} /* /* */ % */`],
    ...[`${grant}; EXECUTE p('joe', '%')`, `${grant}; SET my.key TO '%'`, `${grant}; SELECT 'sha256|%'`],
    `${unload} CREDENTIALS 'aws_access_key_id=AKIAIOSFODNN7EXAMPLE;aws_secret_access_key=%'`,
    `${unload} ACCESS_KEY_ID 'AKIAIOSFODNN7EXAMPLE' SECRET_ACCESS_KEY '%' SESSION_TOKEN '%'`,
    "UNLOAD ('select x where password=''%''') TO 's3://elsewhere/x'",
    "UNLOAD ('select \\'%\\' as password') TO 's3://elsewhere/x'",
    "UNLOAD ('select 1') TO 's3://AKIAIOSFODNN7EXAMPLE:%@elsewhere/x'",
    // Several statements in one text, of which others than that of the finding have it, with quotes forgotten or not.
    ...[
      "set x to %; alter user bob password 'y'",
      'set session.p = %;\n\tgrant role sys:dba to bob; select %',
      `%; ${grant}`,
    ],
    ...[
      `${grant}; %`,
      `create table % (x int); ${grant}`,
      `begin; ${unload}; call login(joe, %); commit`,
      `${grant}; alter %`,
    ],
    ...[`"%"; ${grant}`, `select 1\n, %; ${grant}`, `alter table t rename to %; ${grant}`, `${grant}; create user %`],
  ])
  .concat(
    // Behind a word of passwords, however it is spelled, in the statement of the finding itself.
    [
      ...[
        'pasword %',
        'PASSWD: %',
        'pwd = %',
        'pw %',
        'secret %',
        '"Password" %',
        'passphrase is %',
        'api_key %',
        'pass "%"',
      ],
      ...[
        'token=%',
        'key: %',
        'identified by %',
        'x.password:%',
        'password%',
        'Kennwort %',
        'password to joe, %',
        'psw->%',
      ],
    ].map((end) => `${grant} ${end}`),
  )
  .concat(
    ['in group %', 'rename to %', '"%"', '%', 'valid until % '].map((end) => `ALTER USER joe PASSWORD really ${end}`),
  )
  .concat(
    ['SECRET_ACCESS_KEY %', 'credentials %', 'region %', 'KMS_KEY_ID %', 'pw "%"', '%'].map(
      (end) => `${unload} ${end}`,
    ),
  )
  .concat(['password %', 'pass %'].map((end) => `ALTER GROUP staff ADD USER joe ${end}`))
  .concat([
    // The header of another record stands within the literal, or between the word and it.
    `ALTER USER joe PASSWORD '\n${header(7)}%'`,
    `ALTER USER joe PASSWORD\n${header(7)}'%'`,
  ]);

/** All that leaves the process, as one text. */
async function shownOf(files: readonly (readonly [type: string, lines: readonly string[]])[]): Promise<string> {
  const here = world();
  for (const [type, lines] of files) {
    here.put(keyOf(type), packed(...lines));
    await here.deliver(keyOf(type));
  }
  here.clock.at = start + 60 * minute;
  await here.watch();
  const detector = await here.deps.store.read('detector main eu-central-1 111122223333');
  return JSON.stringify([here.mails, await here.book(), detector]);
}

test.each(statements)('%j', async (statement) => {
  const text = statement.replaceAll('%', secret);
  const shown = await shownOf([['useractivitylog', [`${header(1)}${text}`, `${header(2, 5)}select 1`]]]);
  expect(shown).toMatch(/DDL-GRANT|LOG-SUSPICIOUS/);
  expect(shown).not.toMatch(/hunter2|zebra|AKIAIOS/i);
});

test('the end of a literal that began in the file before', async () => {
  const shown = await shownOf([['useractivitylog', [`'${secret}' VALID UNTIL 'x'`, `${header(2)}select 1`]]]);
  expect(shown).toContain('LOG-SUSPICIOUS');
  expect(shown).not.toContain(secret);
});

test.each([...['PGPASSWORD=%', "joe PASSWORD '%'", 'password=%', 'postgres://joe:%@h/db', 'pw: %', "pass ('%')"]])(
  'as a name: %j',
  async (name) => {
    const user = name.replace('%', secret);
    const lines = Array.from({ length: 6 }, (_, n) => failure(start + n, { user: 'joe', application: user }));
    const shown = await shownOf([['connectionlog', lines]]);
    expect(shown).toContain('AUTH-BRUTE-IP');
    expect(shown.split('"detector')[0]).not.toContain(secret);
  },
);

test('what a statement does is shown', () => {
  const role = "iam_role 'arn:aws:iam::111122223333:role/unload'";
  expect(shownAll(`${unload} ${role}`)).toBe(`UNLOAD ('***') TO 's3://elsewhere/x' ${role}`);
  const options = "CREATEDB IN GROUP staff VALID UNTIL '***' CONNECTION LIMIT UNLIMITED";
  expect(shownAll(`create user joe ${options}`)).toBe(`create user joe ${options}`);
  expect(shownAll('ALTER USER "Joe\'s" PASSWORD DISABLE CREATEUSER')).toBe(
    'ALTER USER "Joe\'s" PASSWORD DISABLE CREATEUSER',
  );
});

test('a word that says that a secret follows takes no other name away', () => {
  const sql = 'grant select (customer_key) on table public.password_resets to group staff, public';
  expect(shownAll(sql)).toBe("grant select (customer_key) on table public.password_resets to group '***', public");
  expect(shownSql(statementsWithoutLiterals(`select 1; ${grant}; select 2`), (one) => one.startsWith('GRANT'))).toBe(
    `${grant} (other statements of the text, not shown: 2)`,
  );
});

test('who gets a datashare is shown, and nothing else that is written so', () => {
  const account = "grant usage on datashare sales to account '111122223333'";
  const namespace = "grant usage on datashare sales to namespace '13b8833d-17c6-4f16-8fe4-1a018f5ed00d'";
  expect([shownAll(account), shownAll(namespace)]).toEqual([account, namespace]);
  for (const other of ["set x to '111122223333'", "to account 'Hunter2'", "x password account '111122223333'"])
    expect(shownAll(`grant usage on datashare sales ${other}`)).not.toMatch(/1111|Hunter/);
});

test('of a text of any kind, in time that grows with it alone', () => {
  for (const text of [
    "'",
    '$',
    '"',
    '/*',
    '--',
    "'\\'",
    '$a$',
    'password ',
    "''",
    'alter user ',
    'alter user "',
    'create user ""',
    'in group ',
    'unload ( ',
    'pas',
    'key_',
    'create user x in group ',
    'grant x to y; ',
  ]) {
    const began = process.cpuUsage();
    shownAll(text.repeat(200_000 / text.length));
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(1000);
  }
});
