import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jsonLogger } from '../../../../functions/shared/runtime';
import { prefixes } from '../../../../functions/webhooks/stager/keys';
import { CannotServe } from './cannot-serve';
import { DataApiServer, ConnectionLost } from './data-api-server';
import { demoRoutes, realSenders, type Outgoing, type Sender } from './demo-senders';
import { routesFrom, secretsFrom } from './routes-file';
import { openStation, type Station } from './station';

const eachSends = 30;

/** What is to be in the tables: of each source the ids that were acknowledged. */
type AcknowledgedEvents = Map<string, Set<string>>;

/**
 * Real senders post, the loader is killed four times on the way, and the tables are compared with what was
 * acknowledged. `true` only if each event is there once.
 *
 * @throws CannotServe where this machine does not let it run, or its PostgreSQL has ended on the way; `DemoStopped` where
 * the signal was given. No process and no folder stays behind.
 */
export async function demonstrate(say: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-webhooks-'));
  // Not for its owner alone: PostgreSQL, started by root, runs as another user.
  chmodSync(folder, 0o711);
  try {
    const senders = await realSenders();
    const [routesFile, secretsFile] = [join(folder, 'routes.json'), join(folder, 'secrets.json')];
    writeFileSync(routesFile, JSON.stringify(demoRoutes));
    const secrets = Object.fromEntries(senders.map(({ source, secret }) => [source, secret]));
    writeFileSync(secretsFile, JSON.stringify(secrets));
    say('starting PostgreSQL, the application, the queue and the store');
    const station = await openStation({
      folder: join(folder, 'station'),
      routes: routesFrom(routesFile),
      secrets: secretsFrom(secretsFile),
      port: 0,
      log: jsonLogger(() => undefined),
      metrics: { count: () => undefined, duration: () => undefined },
    });
    return await run({ station, senders, folder, routesFile, say, signal });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly station: Station;
  readonly senders: readonly Sender[];
  readonly folder: string;
  readonly routesFile: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Ends the loader, the Data API and the station in each case. */
async function run(given: Run): Promise<boolean> {
  const { station, signal } = given;
  const killer = new Killer();
  const api = new DataApiServer({ pool: station.postgres.pool, store: station.store, faults: killer });
  // What is posted, loaded and compared after one of these says nothing about the webhooks.
  const cut = new Promise<never>((_, reject) => {
    station.postgres.server.onEnd((how) => reject(postgresGone(how)));
    signal.addEventListener('abort', () => reject(new DemoStopped()));
    if (signal.aborted) reject(new DemoStopped());
  });
  cut.catch(() => undefined);
  try {
    const endpoint = await api.listen();
    const { folder, routesFile } = given;
    const load = () => loader(folder, routesFile, endpoint);
    return await Promise.race([cut, story(given, killer, load)]);
  } finally {
    await killer.end();
    await api.close();
    await station.close();
  }
}

/** Thrown where the demonstration was stopped by a person. */
export class DemoStopped extends TypeError {}

function postgresGone(how: string): CannotServe {
  return new CannotServe(
    `PostgreSQL has ended while the demonstration used it: ${how}. That says nothing about the webhooks: see whether there is memory (free) and space (df) left, and run it again`,
  );
}

async function story({ station, senders, say }: Run, killer: Killer, load: () => Loader): Promise<boolean> {
  const acknowledged: AcknowledgedEvents = new Map();
  say(
    `${senders.map(({ source }) => source).join(', ')} post ${eachSends} events each to ${station.url}, a third of them twice`,
  );
  for (let n = 0; n < eachSends; n += 1) {
    for (const sender of senders) {
      const event = await sender.event(n);
      await deliver(station, event, acknowledged);
      if (n % 3 === 0) await deliver(station, event, acknowledged);
    }
  }
  const [first] = senders;
  const forged = await first?.event(eachSends + 1);
  if (forged !== undefined) {
    const status = await post(station, {
      ...forged,
      body: forged.body.replace('100', '999').replace('succeeded', 'failed'),
    });
    say(`one more with a changed body: ${status}`);
    if (status !== 401) return false;
  }
  while ((await station.stageOnce()) > 0);
  for (const point of [
    'after BatchExecuteStatement',
    'before DescribeStatement',
    'after ExecuteStatement',
    'after GetStatementResult',
  ]) {
    say(`the loader runs, and is killed ${point}: the answer is lost`);
    if (!(await killer.loads(point, load))) {
      say('it never came so far');
      return false;
    }
  }
  say('the loader runs to its end');
  await killer.loads(undefined, load);
  return compare(station, acknowledged, say);
}

async function deliver(station: Station, event: Outgoing, acknowledged: AcknowledgedEvents): Promise<void> {
  if ((await post(station, event)) !== 202) return;
  acknowledged.set(event.source, (acknowledged.get(event.source) ?? new Set()).add(event.id));
}

async function post({ url }: Station, { path, headers, body }: Outgoing): Promise<number> {
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

/** Kills the loader when its call is at the point. */
class Killer {
  #point: string | undefined;
  #child: Loader | undefined;
  readonly #over = new AbortController();

  /** Whether the point was reached, if there is one. */
  async loads(point: string | undefined, start: () => Loader): Promise<boolean> {
    this.#goesOn();
    this.#point = point;
    this.#child = start();
    await this.#child.ended;
    this.#goesOn();
    return this.#point === undefined;
  }

  /** Ends the loader that may still run; no other one begins. */
  async end(): Promise<void> {
    this.#over.abort();
    this.#child?.kill();
    await this.#child?.ended;
  }

  #goesOn(): void {
    if (this.#over.signal.aborted) throw new DemoStopped();
  }

  before(operation: string): void {
    this.#at(`before ${operation}`);
  }

  after(operation: string): void {
    this.#at(`after ${operation}`);
  }

  #at(point: string): void {
    if (point !== this.#point) return;
    this.#point = undefined;
    this.#child?.kill();
    throw new ConnectionLost();
  }
}

const script = join(__dirname, 'loader-process.ts');

interface Loader {
  readonly kill: () => void;
  readonly ended: Promise<void>;
}

function loader(folder: string, routesFile: string, endpoint: string): Loader {
  const tsx = pathToFileURL(createRequire(__filename).resolve('tsx')).href;
  const args = ['--import', tsx, script, join(folder, 'station', 'store'), routesFile, endpoint];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  return {
    kill: () => void child.kill('SIGKILL'),
    ended: new Promise<void>((resolve) => child.on('exit', () => resolve())),
  };
}

async function compare(
  { postgres, store }: Station,
  acknowledged: AcknowledgedEvents,
  say: (line: string) => void,
): Promise<boolean> {
  say('');
  say('source    acknowledged  rows  events  missing  twice  extra');
  let good = acknowledged.size === demoRoutes.length;
  for (const { name, table } of demoRoutes) {
    const { rows } = await postgres.pool.query<{ event_id: string; n: string }>(
      `SELECT event_id, COUNT(*) AS n FROM webhooks."${table}" WHERE source = $1 GROUP BY event_id`,
      [name],
    );
    const expected = acknowledged.get(name) ?? new Set<string>();
    const found = new Set(rows.map((row) => row.event_id));
    const missing = [...expected].filter((id) => !found.has(id)).length;
    const foreign = [...found].filter((id) => !expected.has(id)).length;
    const twice = rows.filter((row) => row.n !== '1').length;
    const total = rows.reduce((sum, row) => sum + Number(row.n), 0);
    const numbers = [expected.size, total, found.size, missing, twice, foreign].map(String);
    say(`${name.padEnd(8)}  ${columns(numbers)}`);
    good &&= expected.size === eachSends && missing === 0 && foreign === 0 && twice === 0;
    good &&= (await store.list(prefixes.pending(table))).length === 0;
  }
  say('');
  say(good ? 'each event that was acknowledged is in its table, once' : 'the tables are not what was acknowledged');
  return good;
}

function columns(numbers: readonly string[]): string {
  const widths = [12, 4, 6, 7, 5, 5];
  return numbers.map((text, index) => text.padStart(widths[index] ?? 8)).join('  ');
}
