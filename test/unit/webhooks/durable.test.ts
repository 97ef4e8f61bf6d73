import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFolderStore } from '../../../infra/lab/systems/webhooks/folder-store';
import { besideOf, removeHalves } from '../../../infra/lab/systems/webhooks/durable';
import { openJournalQueue } from '../../../infra/lab/systems/webhooks/journal-queue';
import { claimFolder } from '../../../infra/lab/systems/webhooks/owner';
import { beganAt } from '../../../infra/lab/systems/webhooks/processes';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-durable-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

type Handle = { fd: number; sync(): Promise<void>; datasync(): Promise<void>; appendFile(text: string): Promise<void> };

async function handles(): Promise<Handle> {
  const some = await open(folder);
  await some.close();
  return Object.getPrototypeOf(some) as Handle;
}

/** The folders that are synced while the work is done. */
async function syncedBy(work: () => Promise<unknown>): Promise<string[]> {
  const prototype = await handles();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own this
  const [real, synced] = [prototype.sync, [] as string[]];
  jest.spyOn(prototype, 'sync').mockImplementation(async function (this: Handle) {
    synced.push(readlinkSync(`/proc/self/fd/${this.fd}`));
    return real.call(this);
  });
  await work();
  return synced;
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux(
  'that a file is in its folder, and the folder in the one above, is on the disk before put resolves',
  async () => {
    const store = createFolderStore(folder);
    expect(await syncedBy(() => store.put('pending/t/one', Buffer.from('1')))).toEqual([
      join(folder, 'pending'),
      folder,
      join(folder, 'pending/t'),
    ]);
  },
);

onLinux('that a journal has taken the place of the one before is on the disk before anything is sent', async () => {
  expect(await syncedBy(async () => (await openJournalQueue(join(folder, 'queue'), () => 0)).close())).toEqual([
    folder,
  ]);
});

test('what killed processes have left of files is taken away, and nothing that a living one writes', async () => {
  const store = createFolderStore(folder);
  await store.put('claims/a/2026-11-28/id.part', Buffer.from('an encoding that is called part'));
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(other, 'spawn');
  const pid = other.pid ?? 0;
  const named = (name: string, since: string) =>
    join(folder, `claims/${name}.${pid}-${since}.${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}.part`);
  const [living, dead] = [named('living', beganAt(pid)), named('dead', '1')];
  const ours = besideOf(join(folder, 'claims/ours'));
  const old = join(folder, `claims/old.${'1'.repeat(8)}-1111-1111-1111-${'1'.repeat(12)}.part`);
  for (const file of [living, dead, ours, old]) writeFileSync(file, 'half');
  expect((await store.list('claims/')).map(({ key }) => key)).toEqual(['claims/a/2026-11-28/id.part']);
  await removeHalves(folder);
  expect([living, dead, ours, old].map((file) => existsSync(file))).toEqual([true, beganAt(pid) === '', true, false]);
  expect(await store.get('claims/a/2026-11-28/id.part')).toBeDefined();
  other.kill('SIGKILL');
  await once(other, 'exit');
  await removeHalves(folder);
  expect(existsSync(living)).toBe(false);
});

const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

onLinux(
  'on a full disk no file is left open, however often it is tried, and it continues when there is room',
  async () => {
    const path = join(folder, 'queue');
    const queue = await openJournalQueue(path, () => 0);
    await queue.send('before');
    const prototype = await handles();
    const openFiles = () => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    const spies = [
      jest.spyOn(prototype, 'appendFile').mockImplementation(async () => Promise.reject(full())),
      // So that neither can the old file be repaired nor another one be made.
      jest.spyOn(prototype, 'datasync').mockImplementation(async () => Promise.reject(full())),
    ];
    for (let n = 0; n < 30; n += 1) await expect(queue.send('lost')).rejects.toThrow('ENOSPC');
    expect(openFiles()).toBeLessThan(before + 5);
    expect(readdirSync(folder)).toEqual(['queue']);
    for (const spy of spies) spy.mockRestore();
    await queue.send('after');
    const again = await openJournalQueue(path, () => 0);
    expect(again.receive(10, 0).map(({ body }) => body)).toEqual(['before', 'after']);
    await Promise.all([queue.close(), again.close()]);
  },
);

test('a journal that cannot be rewritten for want of room still takes what comes', async () => {
  const path = join(folder, 'queue');
  const queue = await openJournalQueue(path, () => 0, { smallest: 500 });
  // Nothing can be made beside it.
  mkdirSync(join(`${path}.part`, 'in-the-way'), { recursive: true });
  const sent = Array.from({ length: 20 }, (_, n) => `${n} ${'x'.repeat(100)}`);
  for (const body of sent) await queue.send(body);
  await queue.close();
  rmSync(`${path}.part`, { recursive: true });
  const again = await openJournalQueue(path, () => 0);
  expect(again.receive(100, 0).map(({ body }) => body)).toEqual(sent);
  await again.close();
});

test('of two that find the folder of a dead process one gets it, and one that is just being claimed is taken', () => {
  const file = join(folder, 'owner.json');
  writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, since: '1' }));
  const giveBack = claimFolder(folder);
  expect(readdirSync(dirname(file))).toEqual(['owner.json']);
  giveBack();
  writeFileSync(file, '');
  expect(() => claimFolder(folder)).toThrow(/another process works in/);
});
