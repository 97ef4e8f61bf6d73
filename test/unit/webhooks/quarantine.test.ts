import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { batchOf } from '../../../functions/webhooks/batches/manifest';
import { split } from '../../../functions/webhooks/batches/split';
import type { Envelope } from '../../../functions/webhooks/contracts/envelope';
import { accept } from '../../../functions/webhooks/ingress/accept';
import {
  listQuarantine,
  replayQuarantined,
  textOfQuarantined,
} from '../../../functions/webhooks/operations/quarantine';
import { prefixes } from '../../../functions/webhooks/stager/keys';
import { stage } from '../../../functions/webhooks/stager/stage';
import { createFolderStore } from '../../../infra/lab/systems/webhooks/folder-store';
import { routesOf } from '../../support/webhooks/ingress';

// What waits in quarantine can be sent again for as long as it waits, and comes out as what it was.

const folder = mkdtempSync(join(tmpdir(), 'muster-quarantine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clock = { now: () => new Date('2026-11-26T12:00:00.000Z') };
const metrics = { count: () => undefined, duration: () => undefined };
const columns = { n: { type: 'bigint', from: '/n' } } as const;
const about = { name: 'shop', path: '/hooks/shop', secret: 'shop', scheme: { kind: 'key' }, table: 'orders' } as const;
const [route] = routesOf([{ ...about, columns }]);
let made = 0;

function world() {
  const store = createFolderStore(join(folder, String((made += 1))));
  const sent: string[] = [];
  const queue = { send: async (body: string) => void sent.push(body) };
  const post = (body: Uint8Array, contentEncoding?: string) => {
    const more = { id: `m-${sent.length}`, tenant: '', receivedAt: clock.now().toISOString(), seq: 1 };
    const envelope = { ...more, ...(contentEncoding !== undefined && { contentEncoding }) };
    return accept({ queue, store }, { route: route!, body, about: envelope });
  };
  const stageAll = () => {
    const messages = sent.splice(0).map((body, n) => ({ receipt: String(n), body }));
    return stage({ store, routes: [route!], clock, metrics }, messages);
  };
  const keys = async (prefix: string) => (await store.list(prefix)).map(({ key }) => key);
  return { store, queue, sent, post, stageAll, keys };
}

const large = (n: string) => Buffer.from(JSON.stringify({ n, long: 'x'.repeat(950_000) }));

test('a large body in quarantine stays when the archive’s bodies have gone, and goes with its event', async () => {
  const { store, queue, sent, post, stageAll, keys } = world();
  await post(large('none'));
  expect(await stageAll()).toEqual([]);
  for (const key of await keys('claims/')) await store.remove(key);
  const [entry] = (await listQuarantine(store)).entries;
  expect(entry).toMatchObject({ source: 'shop', reason: 'schema' });
  expect(await textOfQuarantined(store, entry!)).toBe(large('none').toString());
  expect(await replayQuarantined(store, queue, entry!)).toBe('sent');
  expect(await keys('quarantine')).toEqual([]);
  const { body } = JSON.parse(sent[0]!) as Envelope;
  expect(body).toMatchObject({ in: 'store', key: 'claims/shop/2026-11-26/m-0' });
  // Nothing has changed, so it comes back, with its body.
  expect(await stageAll()).toEqual([]);
  expect(await textOfQuarantined(store, (await listQuarantine(store)).entries[0]!)).toBe(large('none').toString());
});

test('one whose body is gone is not sent: it would wait in the queue until it is a dead letter', async () => {
  const { store, queue, sent, post, stageAll, keys } = world();
  await post(large('none'));
  await stageAll();
  for (const key of await keys(prefixes.quarantineBodies)) await store.remove(key);
  const [entry] = (await listQuarantine(store)).entries;
  expect(await replayQuarantined(store, queue, entry!)).toBe('body-gone');
  expect(await textOfQuarantined(store, entry!)).toBeUndefined();
  expect([sent, (await listQuarantine(store)).entries]).toEqual([[], [entry]]);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
  ['identity', (bytes: Buffer) => bytes],
])('a row that the warehouse refuses comes out of quarantine as what it was, encoded by %s', async (encoding, pack) => {
  const { store, queue, sent, post, stageAll, keys } = world();
  const text = JSON.stringify({ n: 5, long: 'ž'.repeat(70_000) });
  await post(pack(Buffer.from(text)), encoding);
  expect(await stageAll()).toEqual([]);
  const files = await keys(prefixes.pending('orders'));
  expect(files).toHaveLength(1);
  expect(await split(store, 'bucket', batchOf('orders', files), 'refused')).toMatchObject({ action: 'quarantined' });
  const [entry] = (await listQuarantine(store)).entries;
  expect(await textOfQuarantined(store, entry!)).toBe(text);
  await replayQuarantined(store, queue, entry!);
  expect(sent).toHaveLength(1);
  expect(await stageAll()).toEqual([]);
  expect((await listQuarantine(store)).entries).toEqual([]);
  expect(await keys(prefixes.pending('orders'))).toEqual(files);
});

test('several events are put aside at once, of few more than memory can hold; what cannot be written stays in the queue', async () => {
  let [writing, most, begun] = [0, 0, 0];
  const put = async () => {
    begun += 1;
    const nth = begun;
    writing += 1;
    most = Math.max(most, writing);
    await new Promise((resolve) => setImmediate(resolve));
    writing -= 1;
    if (nth === 12) throw new Error('the disk is full');
  };
  const store = { put, get: async () => undefined, list: async () => [], remove: async () => undefined };
  const counted: number[] = [];
  const count = (name: string, value: number) => {
    if (name === 'Quarantined') counted.push(value);
  };
  const messages = Array.from({ length: 40 }, (_, n) => ({ receipt: `r${n}`, body: `no envelope ${n}` }));
  const failed = await stage({ store, routes: [route!], clock, metrics: { ...metrics, count } }, messages);
  expect([failed, counted.length, begun, writing]).toEqual([['r11'], 39, 40, 0]);
  expect(most).toBe(8);
});
