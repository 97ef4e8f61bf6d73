import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderStore } from '../../../infra/lab/systems/webhooks/folder-store';
import { makeTakeInbox, toInbox } from '../../../infra/lab/systems/webhooks/inbox';

// What `muster webhooks quarantine replay` leaves for `muster webhooks serve`, and what else may lie there.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-inbox-'));
  mkdirSync(join(folder, 'inbox'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function opened(trouble: { get?: (key: string) => void; send?: (body: string) => void } = {}) {
  const [sent, said, counted]: [string[], { message: string; file: unknown }[], unknown[]] = [[], [], []];
  const real = createFolderStore(folder);
  const store = {
    ...real,
    get: async (key: string) => {
      trouble.get?.(key);
      return real.get(key);
    },
  };
  const queue = {
    send: async (body: string) => {
      trouble.send?.(body);
      sent.push(body);
    },
  };
  const log = { error: (message: string, fields?: object) => void said.push({ message, file: '', ...fields }) };
  const metrics = {
    count: (...args: unknown[]) => void counted.push(args.slice(0, 3)),
    duration: () => undefined,
  };
  return { sent, said, counted, store: real, take: makeTakeInbox({ store, folder, queue, log, metrics }) };
}

const failing = (code: string) => () => {
  throw Object.assign(new Error(`${code}: it cannot be read`), { code });
};
const lies = (name: string) => readdirSync(join(folder, name)).sort();

test('what a replay leaves is sent, all of it, and taken away', async () => {
  const { take, store, sent } = opened();
  const inbox = toInbox(store);
  for (let n = 0; n < 1001; n += 1) writeFileSync(join(folder, 'inbox', `m${n}`), `{"n":${n}}`);
  await inbox.send('{"ä":"\u2028"}');
  await take();
  expect(sent).toHaveLength(1002);
  expect(sent).toContain('{"ä":"\u2028"}');
  expect(lies('inbox')).toEqual([]);
});

test.each<[string, (path: string) => void, string]>([
  ['longer than a process can read', (path) => truncateSync(path, 3 * 2 ** 30), 'bytes, a message has'],
  ['no text', (path) => writeFileSync(path, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 'UTF-8'],
])(
  'a file that is %s is set aside as it is, named and counted; those before and behind it are sent',
  async (_, broken, why) => {
    const { take, sent, said, counted } = opened();
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, 'inbox', name), `"${name}"`);
    broken(join(folder, 'inbox', 'b'));
    await take();
    await take();
    expect(sent).toEqual(['"a"', '"c"']);
    expect([lies('inbox'), lies('inbox-unreadable')]).toEqual([[], ['b']]);
    expect(said).toEqual([
      expect.objectContaining({
        file: join(folder, 'inbox-unreadable', 'b'),
        why: expect.stringContaining(why) as unknown,
      }),
    ]);
    expect(counted).toEqual([['Quarantined', 1, { Route: 'unknown', Reason: 'inbox-unreadable' }]]);
  },
);

test('a file that the disk does not give is set aside; one that it does not give now is read again', async () => {
  const trouble = { get: (key: string) => (key === 'inbox/b' ? failing('EIO')() : undefined) };
  const { take, sent } = opened(trouble);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, 'inbox', name), name);
  await take();
  expect([sent, lies('inbox-unreadable')]).toEqual([['a', 'c'], ['b']]);
  expect(readFileSync(join(folder, 'inbox-unreadable', 'b'), 'utf8')).toBe('b');
  writeFileSync(join(folder, 'inbox', 'd'), 'd');
  trouble.get = failing('EMFILE');
  await take();
  expect([sent, lies('inbox'), lies('inbox-unreadable')]).toEqual([['a', 'c'], ['d'], ['b']]);
  trouble.get = () => undefined;
  await take();
  expect(sent).toEqual(['a', 'c', 'd']);
});

test('one that cannot be moved either is named once, stays, and blocks no other', async () => {
  const { take, sent, said } = opened({ get: (key) => (key === 'inbox/a' ? failing('EACCES')() : undefined) });
  writeFileSync(join(folder, 'inbox-unreadable'), 'a file where the folder would be');
  for (const name of ['a', 'b']) writeFileSync(join(folder, 'inbox', name), name);
  await take();
  writeFileSync(join(folder, 'inbox', 'c'), 'c');
  await take();
  expect([sent, lies('inbox')]).toEqual([['b', 'c'], ['a']]);
  expect(said).toEqual([expect.objectContaining({ file: join(folder, 'inbox', 'a') })]);
});

test('a queue that takes nothing is no file’s fault: all of it stays, and is sent later', async () => {
  const trouble: { send?: (body: string) => void } = { send: failing('ENOSPC') };
  const { take, sent, counted } = opened(trouble);
  for (const name of ['a', 'b']) writeFileSync(join(folder, 'inbox', name), name);
  await expect(take()).rejects.toThrow('ENOSPC');
  expect([lies('inbox'), counted]).toEqual([['a', 'b'], []]);
  delete trouble.send;
  await take();
  expect(sent).toEqual(['a', 'b']);
});
