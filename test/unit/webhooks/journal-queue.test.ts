import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournalQueue, QueueFull } from '../../../infra/lab/systems/webhooks/journal-queue';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-journal-'));
  path = join(folder, 'queue.journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a process that begins now finds. */
async function found(): Promise<string[]> {
  const queue = await openJournalQueue(path, () => 0);
  const bodies = queue.receive(1000, 0).map(({ body }) => body);
  await queue.close();
  return bodies;
}

test('no other user of the machine reads what partners send', async () => {
  await (await openJournalQueue(path, () => 0)).close();
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('what was sent and not deleted is there after the process has ended, with all its characters', async () => {
  const odd = 'a\nb\u2028c\r"\\';
  const first = await openJournalQueue(path, () => 0);
  await Promise.all([first.send(odd), first.send('gone')]);
  const gone = first.receive(2, 0).find(({ body }) => body === 'gone');
  await first.delete([gone?.receipt ?? '']);
  // Not closed yet, as if it had been killed.
  expect(await found()).toEqual([odd]);
  await first.close();
});

test('a line that was cut off is none', async () => {
  const first = await openJournalQueue(path, () => 0);
  await first.send('whole');
  await first.close();
  appendFileSync(path, '{"i":"x","b":"cut');
  const second = await openJournalQueue(path, () => 0);
  await second.send('after');
  await second.close();
  expect(await found()).toEqual(['whole', 'after']);
});

test('the file does not grow with what has gone through it, and nothing that waits is lost by that', async () => {
  const queue = await openJournalQueue(path, () => 0, { smallest: 20_000 });
  await queue.send('kept');
  for (let round = 0; round < 40; round += 1) {
    const sent = Array.from({ length: 20 }, (_, n) => queue.send(`${round}-${n} ${'x'.repeat(200)}`));
    await Promise.all(sent);
    const there = queue.receive(1000, 0).filter(({ body }) => body !== 'kept');
    expect(there).toHaveLength(20);
    // Others are sent while these are deleted.
    await Promise.all([
      queue.delete(there.map(({ receipt }) => receipt)),
      ...(round === 39 ? [queue.send('last')] : []),
    ]);
  }
  // Some 200 KB have gone through.
  expect(statSync(path).size).toBeLessThan(40_000);
  await queue.close();
  expect(await found()).toEqual(['kept', 'last']);
});

test('what is sent after a write that has failed half way is found, and what failed is not', async () => {
  const queue = await openJournalQueue(path, () => 0);
  await queue.send('before');
  // As a full disk does it: a part is written, and then no more.
  const some = await open(path);
  const handles = Object.getPrototypeOf(some) as { appendFile(text: string): Promise<void> };
  await some.close();
  jest.spyOn(handles, 'appendFile').mockImplementationOnce(async (text) => {
    appendFileSync(path, text.slice(0, text.length / 2));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  await expect(queue.send('failed')).rejects.toThrow('ENOSPC');
  await queue.send('after');
  // Not closed yet, as if it had been killed.
  expect(await found()).toEqual(['before', 'after']);
  await queue.close();
});

test('what waits has a bound, also after a restart: more is refused and not kept, and taken once some is staged', async () => {
  const first = await openJournalQueue(path, () => 0, { mostWaiting: 100 });
  const sent = await Promise.allSettled(['a', 'b', 'c'].map((one) => first.send(one.repeat(40))));
  expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await first.close();
  const second = await openJournalQueue(path, () => 0, { mostWaiting: 100 });
  await expect(second.send('d'.repeat(40))).rejects.toBeInstanceOf(QueueFull);
  const [oldest] = second.receive(1, 0);
  await second.delete([oldest?.receipt ?? '']);
  await second.send('e'.repeat(40));
  await second.close();
  expect(await found()).toEqual(['b', 'e'].map((one) => one.repeat(40)));
});
