import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusFile } from '../../../functions/probes/domain/page/status';
import { serveHttp, type Running } from '../../support/servers/loopback';

// `muster probes run` as a person calls it: a process of its own, and the configuration that is deployed with.

let folder: string;
let server: Running;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-run-'));
  server = await serveHttp((request, response) => response.writeHead(request.url === '/well' ? 200 : 503).end('well'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts it. `until` settles when all the words were said, and fails when it ends before. */
function start(file: string, content: string, ...options: readonly string[]) {
  const path = join(folder, file);
  writeFileSync(path, content);
  const root = join(__dirname, '../../..');
  const args = [join(root, 'infra/console/muster.mjs'), 'probes', 'run', path, ...options];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  const heard: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said += String(part);
      for (const look of heard) look();
    });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  const until = (...words: readonly RegExp[]) =>
    new Promise<string>((resolve, reject) => {
      heard.push(() => {
        if (words.every((one) => one.test(said))) resolve(said);
      });
      void ended.then(() => reject(new Error(`it ended, having said: ${said}`)));
    });
  return { child, until, ended };
}

const section = (port: number, interval = 10) => `{
  regions: ['eu-central-1', 'us-east-1'],
  title: 'Of the section',
  targets: [
    { id: 'shop', name: 'The shop', url: 'http://127.0.0.1:${port}/well', internal: true, intervalSeconds: 10 },
    { id: 'api', url: 'http://127.0.0.1:${port}/ill', internal: true, intervalSeconds: ${interval} },
  ],
  from: 'status@example.com',
  recipients: ['ops@example.com'],
}`;

test('the one configuration: its section’s targets and title, looked at from here', async () => {
  const config = `export const deployment = { account: '111122223333', region: 'eu-central-1', probes: ${section(server.port)} };`;
  const { child, until, ended } = start('muster.ts', config);
  // The first looks are at once: one that is well is up, and one bad look alone is no verdict.
  const said = await until(/Status page: \S+/, /shop is UP/, /api is UNKNOWN/);
  const url = /Status page: (\S+)/.exec(said)?.[1] ?? '';
  const page = await (await fetch(url)).text();
  expect(page).toContain('<title>Of the section</title>');
  expect(page).toContain('The shop');
  const status = (await (await fetch(`${url}status.json`)).json()) as StatusFile;
  expect(status.targets.map((one) => [one.id, one.status])).toEqual([
    ['shop', 'up'],
    ['api', 'unknown'],
  ]);
  child.kill('SIGINT');
  expect((await ended).code).not.toBe(1);
}, 60_000);

test.each([
  [
    'an interval that is too short',
    'muster.ts',
    (port: number) => `export const deployment = { probes: ${section(port, 5)} };`,
    /targets\.1\.intervalSeconds.*5/,
  ],
  ['no section', 'muster.ts', () => 'export const deployment = { account: "111122223333" };', /no section "probes"/],
  ['no JSON', 'targets.json', () => '{"targets": [', /cannot be read/],
  [
    'a target twice',
    'targets.json',
    () => '{"targets": [{"id":"a","url":"https://a.example"},{"id":"a","url":"https://b.example"}]}',
    /targets\.1\.id/,
  ],
])(
  '%s is a mistake of usage, told before anything is looked at',
  async (_, file, content, message) => {
    const { ended } = start(file, content(server.port));
    expect(await ended).toMatchObject({ code: 2, said: expect.stringMatching(message) as string });
  },
  60_000,
);
