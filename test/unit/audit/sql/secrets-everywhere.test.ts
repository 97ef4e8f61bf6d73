import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonLogger } from '../../../../functions/shared/runtime';
import { muster } from '../../../support/console/run';
import { connection, keyOf, minute, packed, start, world } from '../support';

// A secret of a statement, in each form in which SQL writes one, by each way on which something leaves: both forms of the
// command, mails with subject, text and HTML, log lines, all that is ever written to the table, and dead letters.

const canary = 'Zq7Canary9Xw';
const grant = 'GRANT ROLE sys:superuser TO ann';
const unload = "UNLOAD ('select 1') TO 's3://elsewhere/x'";
const copy = `${grant}; COPY t FROM 's3://elsewhere/x'`;

const forms: Readonly<Record<string, string>> = {
  'CREATE USER, plain': "CREATE USER ann CREATEUSER PASSWORD '%'",
  'ALTER USER, plain': "ALTER USER ann PASSWORD '%'",
  'ALTER USER, md5': "ALTER USER ann PASSWORD 'md5%0123456789abcdef0123456789'",
  'ALTER USER, sha256': "ALTER USER ann PASSWORD 'sha256|%|00ff'",
  'ALTER USER, sha256 without salt': "ALTER USER ann PASSWORD 'sha256|%'",
  'mixed case': "aLtEr UsEr ann pAsSwOrD '%'",
  'a newline between keyword and value': "ALTER USER ann\nPASSWORD\n'%'",
  'CR LF between keyword and value': "ALTER USER ann PASSWORD\r\n'%'",
  'a comment between keyword and value': "ALTER USER ann PASSWORD /* new */ '%'",
  'a comment of a line between them': "ALTER USER ann PASSWORD -- new\n'%'",
  'within a comment': `${grant} /* the password is % */`,
  'within a comment of a line': `${grant} -- password %`,
  "U&''": "ALTER USER ann PASSWORD U&'%\\0041'",
  "E''": "ALTER USER ann PASSWORD E'%\\x41'",
  'between dollars': 'ALTER USER ann PASSWORD $$%$$',
  'between dollars with a tag': 'ALTER USER ann PASSWORD $pw$%$pw$',
  'a quote within it': "ALTER USER ann PASSWORD 'a''%'",
  'cut off within the literal': "ALTER USER ann PASSWORD '%",
  'cut off between dollars': 'ALTER USER ann PASSWORD $$%',
  'no quotes': 'ALTER USER ann PASSWORD %',
  'UNLOAD with CREDENTIALS': `${unload} CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key=%'`,
  'UNLOAD with a token': `${unload} CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key=y;token=%'`,
  'UNLOAD with keys': `${unload} ACCESS_KEY_ID 'x' SECRET_ACCESS_KEY '%'`,
  'UNLOAD with a session': `${unload} ACCESS_KEY_ID 'x' SECRET_ACCESS_KEY 'y' SESSION_TOKEN '%'`,
  'UNLOAD, encrypted': `${unload} IAM_ROLE default MASTER_SYMMETRIC_KEY '%' ENCRYPTED`,
  'UNLOAD, cut off': `${unload} CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key=%`,
  'UNLOAD to a URL with a key': "UNLOAD ('select 1') TO 's3://x:%@elsewhere/x' IAM_ROLE default",
  'UNLOAD of a query with it': "UNLOAD ('select * from t where pw = ''%''') TO 's3://elsewhere/x' IAM_ROLE default",
  'COPY with CREDENTIALS': `${copy} CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key=%'`,
  'COPY with keys': `${copy} ACCESS_KEY_ID 'x' SECRET_ACCESS_KEY '%'`,
  SECRET_ARN: `${grant}; CREATE EXTERNAL SCHEMA s FROM POSTGRES DATABASE 'd' URI 'h' IAM_ROLE default SECRET_ARN '%'`,
};

const key = keyOf('useractivitylog');
const sessions = connection('initiating session', start - minute, { user: 'ann', pid: 5 });

async function byFunction(lines: readonly string[]): Promise<Record<string, string>> {
  const here = world();
  const written: unknown[] = [];
  const logged: string[] = [];
  const { store } = here.deps;
  here.deps.store = {
    ...store,
    write: (...given) => {
      written.push(given);
      return store.write(...given);
    },
  };
  here.deps.log = jsonLogger((line) => logged.push(line));
  here.put(keyOf('connectionlog'), packed(sessions));
  here.put(key, packed(...lines));
  await here.deliver(keyOf('connectionlog'), key);
  // An object that S3 does not have becomes a dead letter.
  const gone = keyOf('useractivitylog', '2026-11-26T09:00');
  const dead = await here.deliver(gone);
  expect(dead.batchItemFailures).toHaveLength(1);
  here.clock.at += 16 * minute;
  await here.watch();
  const mails = here.mails.map(({ subject, text, html, headers }) => ({ subject, text, html, headers }));
  return {
    mails: JSON.stringify(mails),
    log: logged.join('\n'),
    table: JSON.stringify(written),
    keys: JSON.stringify((await here.incidents()).map((one) => one.key)),
    'dead letters': JSON.stringify([here.message(gone), dead]),
  };
}

async function byCommand(lines: readonly string[]): Promise<Record<string, string>> {
  const cwd = mkdtempSync(join(tmpdir(), 'muster-secrets-'));
  try {
    const names = [keyOf('connectionlog'), key].map((name) => name.split('/').at(-1)!);
    writeFileSync(join(cwd, names[0]!), packed(sessions));
    writeFileSync(join(cwd, names[1]!), packed(...lines));
    const [table, json] = [
      await muster(['audit', 'inspect', ...names], { cwd }),
      await muster(['audit', 'inspect', '--json', ...names], { cwd }),
    ];
    return { 'the command': table.out + table.err, '--json': json.out + json.err };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

test.each(Object.entries(forms))('%s', async (_, form) => {
  const header = (xid: number) => `'2026-11-26T08:01:09Z UTC [ db=dev user=ann pid=5 userid=35 xid=${xid} ]' LOG: `;
  const lines = [`${header(1)}${form.replaceAll('%', canary)}`, `${header(2)}select 1`];
  const ways = { ...(await byFunction(lines)), ...(await byCommand(lines)) };
  // Each way has the finding: an empty mail would hide every secret.
  for (const way of ['mails', 'table', 'keys', '--json']) expect(ways[way]).toContain('DDL-GRANT');
  const shown = Object.entries(ways).filter(([, text]) => new RegExp(`${canary}|q7Canary`, 'i').test(text));
  expect(shown.map(([way]) => way)).toEqual([]);
});
