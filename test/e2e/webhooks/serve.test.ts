import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

// `muster webhooks serve` as a process that is killed: what it leaves is a PostgreSQL, a journal, and half of anything.

const main = join(__dirname, '../../../infra/console/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'muster-serve-'));
chmodSync(folder, 0o711);
const [routes, secrets] = [join(folder, 'routes.json'), join(folder, 'secrets.json')];
writeFileSync(
  routes,
  JSON.stringify([
    {
      ...{ name: 'shop', path: '/hooks/shop', secret: 'shop', table: 'orders' },
      ...{ scheme: { kind: 'key' }, eventId: { from: 'body', pointer: '/id' } },
      columns: { note: { type: 'text', from: '/note' } },
    },
  ]),
);
writeFileSync(secrets, JSON.stringify({ shop: 'the-key-of-the-shop' }));

interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly postgres: string;
  readonly said: () => string;
}

const running = new Set<ChildProcess>();

function start(): ChildProcess {
  const files = ['--routes', routes, '--secrets', secrets, '--data', join(folder, 'data')];
  const args = ['--import', 'tsx', main, 'webhooks', 'serve', ...files, '--port', '0', '--every', '1'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

async function serve(): Promise<Serving> {
  const child = start();
  let said = '';
  const ready = new Promise<{ url: string; postgres: string }>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [line] = /^.*"ready".*$/m.exec(said) ?? [];
      if (line !== undefined) resolve(JSON.parse(line) as { url: string; postgres: string });
    });
    child.on('exit', () => reject(new Error(`it has ended: ${said}`)));
  });
  return { child, ...(await ready), said: () => said };
}

afterAll(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

test('killed again and again while senders post, it continues where it was: each event is in the table once', async () => {
  const acknowledged = new Set<string>();
  let [n, url] = [0, ''];
  const stop = new AbortController();
  const goesOn = () => !stop.signal.aborted;
  const post = async (id: string) => {
    try {
      const body = JSON.stringify({ id, note: 'ä"\\' });
      const headers = { 'x-api-key': 'the-key-of-the-shop' };
      const { status } = await fetch(`${url}/hooks/shop`, { method: 'POST', headers, body });
      if (status === 202) acknowledged.add(id);
    } catch {
      // Not acknowledged, so it is sent again.
    }
  };
  const sender = async () => {
    while (goesOn()) {
      n += 1;
      const id = `e${n}`;
      for (let attempt = 0; !acknowledged.has(id) && goesOn(); attempt += 1) {
        await post(id);
        await pause(5);
      }
      if (n % 3 === 0) await post(id);
    }
  };
  let serving = await serve();
  url = serving.url;
  const senders = [sender(), sender(), sender()];
  for (const afterMs of [300, 900, 1400, 2100]) {
    await pause(afterMs);
    serving.child.kill('SIGKILL');
    await once(serving.child, 'exit');
    serving = await serve();
    url = serving.url;
  }
  await pause(500);
  stop.abort();
  await Promise.all(senders);
  const client = new pg.Client({ connectionString: serving.postgres });
  await client.connect();
  const look = async () => (await client.query<{ event_id: string }>('SELECT event_id FROM webhooks.orders')).rows;
  for (let round = 0; round < 100 && (await look()).length < acknowledged.size; round += 1) await pause(100);
  const ids = (await look()).map(({ event_id }) => event_id);
  expect(acknowledged.size).toBeGreaterThan(50);
  expect([...acknowledged].filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids).toHaveLength(new Set(ids).size);
  expect(serving.said()).not.toContain('the-key-of-the-shop');

  // What no process can read is in the inbox: it is set aside, and the others are staged and loaded.
  const inbox = join(folder, 'data', 'store', 'inbox');
  mkdirSync(inbox, { recursive: true });
  writeFileSync(join(inbox, 'a'), '');
  truncateSync(join(inbox, 'a'), 3 * 2 ** 30);
  const body = { in: 'text', text: '{"id":"replayed"}' };
  const envelope = { v: 1, id: 'r', source: 'shop', tenant: '', receivedAt: new Date().toISOString(), seq: 1, body };
  writeFileSync(join(inbox, 'b'), JSON.stringify(envelope));
  await post('after-it');
  const late = async () => (await look()).filter(({ event_id }) => ['replayed', 'after-it'].includes(event_id)).length;
  for (let round = 0; round < 100 && (await late()) < 2; round += 1) await pause(100);
  expect(await late()).toBe(2);
  expect(existsSync(join(folder, 'data', 'store', 'inbox-unreadable', 'a'))).toBe(true);
  expect(serving.said()).toContain('inbox-unreadable/a');
  await client.end();

  // Its PostgreSQL is killed: requests are taken on, it is started again, and what came meanwhile is loaded.
  const [pid = ''] = readFileSync(join(folder, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGKILL');
  await post('while-it-was-away');
  expect(acknowledged.has('while-it-was-away')).toBe(true);
  const count = async () => {
    const again = new pg.Client({ connectionString: serving.postgres });
    // A server that is killed, or not up yet, breaks the connection.
    again.on('error', () => undefined);
    try {
      await again.connect();
      const found = await again.query("SELECT event_id FROM webhooks.orders WHERE event_id = 'while-it-was-away'");
      return found.rows.length;
    } catch {
      return 0;
    } finally {
      await again.end().catch(() => undefined);
    }
  };
  for (let round = 0; round < 100 && (await count()) < 1; round += 1) await pause(100);
  expect(await count()).toBe(1);
  expect(serving.said()).toContain('PostgreSQL has ended, and is started again');

  // Another one in the same folder is told whose it is, and does no harm.
  const other = start();
  let said = '';
  other.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(other, 'exit')) as [number];
  expect([code, said]).toEqual([3, expect.stringContaining(`process ${serving.child.pid} works in`)]);
  expect((await fetch(`${serving.url}/none`)).status).toBe(404);

  serving.child.kill('SIGTERM');
  expect(await once(serving.child, 'exit')).toEqual([0, null]);
}, 120_000);
