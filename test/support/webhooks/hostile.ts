import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { systemClock, jsonLogger } from '../../../functions/shared/runtime';
import { createApp } from '../../../functions/webhooks/ingress/app';
import { SecretsCache } from '../../../functions/webhooks/ingress/secrets-cache';
import { stage } from '../../../functions/webhooks/stager/stage';
import { routesOf } from './ingress';

// A process of its own, with its collector at hand: posts hostile bodies as often as it is told, stages what was
// accepted, and prints its memory before and after, and what was counted. Run with --expose-gc.

interface Hostile {
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly unsigned?: true;
  /** What has to be counted: `Quarantined json`, `Refused body`, `Staged`. */
  readonly counts: string;
}

const hostile: readonly Hostile[] = [
  { body: '['.repeat(20_000), counts: 'Quarantined json-too-deep' },
  { body: '{"a":'.repeat(5_000), counts: 'Quarantined json-too-deep' },
  {
    body: `{${Array.from({ length: 10_001 }, (_, n) => `"${n}":0`).join(',')}}`,
    counts: 'Quarantined json-too-many-keys',
  },
  { body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), counts: 'Quarantined not-utf8' },
  { body: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}', counts: 'Staged' },
  { body: '{"a":"\\u0000"}', counts: 'Quarantined nul' },
  { body: '{"a":1,"a":{"a":2}}', counts: 'Staged' },
  { body: `[${'123456789012345678901234567890,'.repeat(2_000)}0]`, counts: 'Staged' },
  { body: '"\\ud800\\udfff\\udfff"', counts: 'Staged' },
  { body: '', counts: 'Quarantined json' },
  {
    body: gzipSync(Buffer.alloc(11_000_000, 0x20)),
    headers: { 'content-encoding': 'gzip' },
    counts: 'Quarantined inflates-too-far',
  },
  { body: '{}', headers: { 'content-encoding': 'gzip' }, counts: 'Quarantined encoding-broken' },
  { body: '{}', headers: { 'content-encoding': 'zstd' }, counts: 'Quarantined encoding-unknown' },
  { body: '{}', headers: { 'content-encoding': 'gzip,'.repeat(9) }, counts: 'Quarantined encoding-unknown' },
  { body: 'x'.repeat(200_001), counts: 'Refused body' },
  { body: '{}', headers: { 'x-long': 'x'.repeat(9_000) }, counts: 'Refused headers' },
  { body: '{}', unsigned: true, counts: 'Refused signature-wrong' },
  { body: '{}', path: '/hooks/%2e%2e/secret', counts: 'Refused path' },
];

const routes = routesOf([
  {
    name: 'a',
    path: '/hooks/a',
    scheme: { kind: 'hmac', header: 'x-signature' },
    secret: 's',
    table: 't',
    bodyLimitBytes: 200_000,
  },
]);

async function main(rounds: number): Promise<void> {
  const counted = new Map<string, number>();
  const metrics = {
    count: (name: string, value: number, dimensions: Readonly<Record<string, string>>) => {
      if (name === 'Accepted' || name === 'Flagged') return;
      const key = [name, ...(dimensions.Reason === undefined ? [] : [dimensions.Reason])].join(' ');
      counted.set(key, (counted.get(key) ?? 0) + value);
    },
    duration: () => undefined,
  };
  let queue: string[] = [];
  const store = {
    put: async () => undefined,
    get: async () => undefined,
    list: async () => [],
    remove: async () => undefined,
  };
  const app = createApp(routes, {
    store,
    metrics,
    clock: systemClock,
    log: jsonLogger(() => undefined),
    newId: randomUUID,
    secrets: new SecretsCache({ read: async () => ['key'] }, systemClock),
    queue: { send: async (body) => void queue.push(body) },
  });
  const post = async ({ body, headers = {}, path = '/hooks/a', unsigned }: Hostile) => {
    const signature = createHmac('sha256', unsigned === true ? 'other' : 'key')
      .update(body)
      .digest('hex');
    const request = new Request(`http://x${path}`, {
      method: 'POST',
      body,
      headers: { ...headers, 'x-signature': signature },
    });
    await (await app.fetch(request)).text();
  };
  const round = async () => {
    for (const one of hostile) await post(one);
    const messages = queue.map((body, n) => ({ receipt: String(n), body }));
    queue = [];
    const failed = await stage({ store, routes, clock: systemClock, metrics }, messages);
    if (failed.length > 0) throw new TypeError(`${failed.length} messages have failed`);
  };
  for (let n = 0; n < 30; n += 1) await round();
  counted.clear();
  const before = used();
  for (let n = 0; n < rounds; n += 1) await round();
  const polluted = 'polluted' in {};
  const expected = Object.fromEntries(
    new Map(hostile.map(({ counts }) => [counts, rounds * hostile.filter((one) => one.counts === counts).length])),
  );
  process.stdout.write(
    JSON.stringify({
      posted: rounds * hostile.length,
      grown: used() - before,
      polluted,
      counted: Object.fromEntries(counted),
      expected,
    }),
  );
}

/** Bytes that the process holds after everything was collected that can be. */
function used(): number {
  for (let n = 0; n < 3; n += 1) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

void main(Number(process.argv[2]));
