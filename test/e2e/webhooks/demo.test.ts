import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const muster = join(__dirname, '../../../infra/console/muster.mjs');

test('muster webhooks demo: real senders, a loader killed four times, each event once', () => {
  const { status, stdout } = spawnSync(process.execPath, [muster, 'webhooks', 'demo'], { encoding: 'utf8' });
  expect(stdout).toContain('each event that was acknowledged is in its table, once');
  expect(stdout.match(/is killed/g)).toHaveLength(4);
  // What is a table stands in 60 columns too, where it cannot be wrapped.
  expect(stdout.split('\n').filter((line) => / {2}/.test(line) && line.length > 60)).toEqual([]);
  expect(status).toBe(0);
});

/** Runs it in a folder of its own, until it has said this; then what it leaves there can be seen. */
async function demoUntil(said: RegExp) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-demo-'));
  // Run by root, PostgreSQL is another user, who has to pass.
  chmodSync(folder, 0o711);
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, [muster, 'webhooks', 'demo'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = once(child, 'exit');
  for (let round = 0; round < 2_000 && !said.test(text.out); round += 1) await pause(10);
  const [data = ''] = readdirSync(folder).filter((name) => name.startsWith('muster-webhooks-'));
  const pidFile = join(folder, data, 'station/postgres/data/postmaster.pid');
  return {
    ...{ folder, child, ended, text },
    postgres: () => Number(readFileSync(pidFile, 'utf8').split('\n')[0]),
    isLeft: () => existsSync(join(folder, data)),
  };
}

test.each([
  ['while senders post', /post 30/],
  ['while the loader runs', /killed before DescribeStatement/],
])(
  'its PostgreSQL killed %s: it ends at once, not with 0, says what to do, and leaves nothing',
  async (_, said) => {
    const { folder, ended, text, postgres, isLeft } = await demoUntil(said);
    process.kill(postgres(), 'SIGKILL');
    expect(await ended).toEqual([3, null]);
    expect(text.err).toContain('PostgreSQL has ended while the demonstration used it: it was ended by SIGKILL.');
    expect(text.err).toMatch(/run it again\n$/);
    expect(text.err.trim().split('\n')).toHaveLength(1);
    expect(isLeft()).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  },
  60_000,
);

test('ended by Ctrl-C it stops what it has started, leaves nothing, and is no success', async () => {
  const { folder, child, ended, text, postgres, isLeft } = await demoUntil(/killed after BatchExecute/);
  const pid = postgres();
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(text.err).toBe('');
  expect(isLeft()).toBe(false);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
