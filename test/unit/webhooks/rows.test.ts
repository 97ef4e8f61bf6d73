import { gunzipSync, gzipSync, brotliCompressSync, deflateSync, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { parseExactJson } from '../../../functions/webhooks/domain/json/parse';
import { cutText, utf8Length, writeJson } from '../../../functions/webhooks/domain/json/write';
import { timeOfText } from '../../../functions/webhooks/domain/time';
import { faultOf } from '../../../functions/webhooks/domain/failure';
import { stage } from '../../../functions/webhooks/stager/stage';
import { listQuarantine } from '../../../functions/webhooks/operations/quarantine';
import type { Column, RouteInput } from '../../../functions/webhooks/contracts/routes';
import { routesOf, type MetricCounts } from '../../support/webhooks/ingress';

const written = (text: string) => {
  const parsed = parseExactJson(text);
  if ('refused' in parsed) return parsed.refused;
  return JSON.parse(writeJson(parsed.value, () => undefined)) as unknown;
};

describe('JSON', () => {
  test('what JSON.parse takes is taken and means the same; what it refuses is refused', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        fc.pre(!text.includes('\\u0000') && !text.includes('e-') && !/-0\b/.test(text));
        const ours = parseExactJson(text);
        expect('value' in ours).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\ue0123.-+tfn \n\u0001')) }), (text) => {
        let theirs = true;
        try {
          JSON.parse(text);
        } catch {
          theirs = false;
        }
        const ours = parseExactJson(text);
        if ('refused' in ours && ours.refused !== 'json') return;
        expect('value' in ours).toBe(theirs);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['{"a":9007199254740993}', JSON.parse('{"a":9007199254740993}')],
    ['{"__proto__":{"x":1},"constructor":2}', JSON.parse('{"__proto__":{"x":1},"constructor":2}')],
    ['{"a":1,"a":2}', { a: 2 }],
    ['[123456789012345678901234567890]', ['123456789012345678901234567890']],
    ['[1e400]', ['1e400']],
    ['"\\ud800"', '\ufffd'],
    [`${'['.repeat(64)}${']'.repeat(64)}`, JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`)],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'json-too-deep'],
    ['['.repeat(1_000_000), 'json-too-deep'],
    [`{${Array.from({ length: 10_001 }, (_, n) => `"k${n}":0`).join(',')}}`, 'json-too-many-keys'],
    ['{"a":"\\u0000"}', 'nul'],
    ['{"a\u0000":1}', 'nul'],
    ['', 'json'],
    ['{"a":1}x', 'json'],
    ["{'a':1}", 'json'],
    ['NaN', 'json'],
    ['01', 'json'],
  ])('%.40s', (text, expected) => {
    expect(written(text)).toEqual(expected);
  });

  test('keys that are one in UTF-8, or once they are cut, are written once, and that is flagged', () => {
    const long = 'k'.repeat(65_535);
    for (const text of ['{"\\ud800":1,"\\udc00":[2]}', `{"${long}a":1,"${long}b":[2]}`]) {
      const parsed = parseExactJson(text);
      const flags: string[] = [];
      const json = 'value' in parsed ? writeJson(parsed.value, (flag) => void flags.push(flag)) : '';
      expect(json.match(/":/g)).toHaveLength(1);
      expect(json).toMatch(/":\[2\]\}$/);
      expect(flags).toContain('duplicate-keys');
    }
  });

  test('a number that is longer than any has to be is text', () => {
    const small = `0.${'0'.repeat(400)}1`;
    expect(written(`[${small},-0,0.5,1E2]`)).toEqual([small, -0, 0.5, 100]);
  });

  test('texts are cut at whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, bytes) => {
        const cut = cutText(text, bytes);
        expect(utf8Length(cut)).toBe(Buffer.byteLength(cut));
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        expect(Buffer.from(cut).toString()).toBe(cut);
      }),
    );
  });
});

test.each([
  ['2026-11-26T12:00:00Z', '2026-11-26T12:00:00.000Z'],
  ['2026-11-26 14:00:00.123456+02:00', '2026-11-26T12:00:00.123Z'],
  ['2026-11-26', '2026-11-26T00:00:00.000Z'],
  ['2026-11-26t12:00:00z', '2026-11-26T12:00:00.000Z'],
  ['2026-11-26 12:00:00+00', '2026-11-26T12:00:00.000Z'],
  ['2026-11-26 12:00:00.5-03', '2026-11-26T15:00:00.500Z'],
  ['2026-11-26T12:00:00+3', undefined],
  ['2026-02-30T00:00:00Z', undefined],
  ['9999-01-01T00:00:00Z', undefined],
  ['yesterday', undefined],
])('the time %s is %s', (text, expected) => {
  const ms = timeOfText(text);
  expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(expected);
});

test.each([
  ["Load into table 'x_stage' failed. Check 'sys_load_error_detail' system table for details.", 'data'],
  // What is quoted is a name or a value, and says nothing of whose fault it is.
  ["Load into table 'quota_alerts_stage' failed. Check 'stl_load_errors' system table for details.", 'data'],
  ['invalid input syntax for type numeric: "permission denied"', 'data'],
  ['relation "webhooks.super_json_stage" does not exist', 'operator'],
  ['canceling statement while it waits for relation "gzip_stage"', 'passing'],
  ['invalid input syntax for type bigint: "x"', 'data'],
  ['ERROR: 1023 DETAIL: Serializable isolation violation on table', 'passing'],
  ['The specified key does not exist.,Error NoSuchKey', 'passing'],
  ['S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown,Rid 1', 'passing'],
  ['S3ServiceException:We encountered an internal error. Please try again.,Status 500,Error InternalError', 'passing'],
  ['S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 5', 'operator'],
  ['S3ServiceException:The bucket must be addressed using the specified endpoint.,Status 301', 'operator'],
  ['ERROR: lock conflict on table webhooks.events_stage', 'passing'],
  ['permission denied for relation events', 'operator'],
  ['relation "webhooks.events" does not exist', 'operator'],
  ['must be superuser', 'operator'],
  ['something that no list has', 'operator'],
] as const)('whose fault is "%s": %s', (error, fault) => {
  expect(faultOf(error)).toBe(fault);
});

// A table with a column of each type.
const columns: Record<string, Column> = {
  name: { type: 'text', bytes: 10, from: '/name', required: false },
  kind: { type: 'text', bytes: 10, from: '/kind', required: true },
  amount: { type: 'bigint', from: '/amount', required: false },
  price: { type: 'decimal', precision: 6, scale: 2, from: '/price', required: false },
  at: { type: 'timestamp', from: '/at', required: false },
  paid: { type: 'boolean', from: '/paid', required: false },
};
const route: RouteInput = {
  name: 'a',
  path: '/a',
  scheme: { kind: 'key' },
  secret: 's',
  table: 't',
  columns,
  eventId: { from: 'body', pointer: '/id' },
};

async function staged(body: string | Uint8Array, more: object = {}, of: RouteInput = route) {
  const objects = new Map<string, Uint8Array>();
  const counts: MetricCounts[] = [];
  const store = {
    put: async (key: string, bytes: Uint8Array) => void objects.set(key, bytes),
    get: async (key: string) => objects.get(key),
    list: async (prefix: string, { after = '' } = {}) =>
      [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).map((key) => ({ key, bytes: 0 })),
    remove: async () => undefined,
  };
  const message = {
    v: 1,
    id: 'm',
    source: 'a',
    tenant: '',
    receivedAt: '2026-11-26T12:00:00.000Z',
    seq: 1,
    body: { in: 'base64', base64: Buffer.from(body).toString('base64') },
    ...more,
  };
  const metrics = {
    count: (name: string, value: number, dimensions: object) =>
      void counts.push({ name, value, dimensions } as MetricCounts),
    duration: () => undefined,
  };
  const failed = await stage({ store, routes: routesOf([of]), clock: { now: () => new Date(0) }, metrics }, [
    { receipt: 'r', body: JSON.stringify(message) },
  ]);
  const file = [...objects].find(([key]) => key.startsWith('pending/t/'));
  const row = file === undefined ? undefined : (JSON.parse(gunzipSync(file[1]).toString()) as Record<string, unknown>);
  return { failed, row, counts, objects, aside: (await listQuarantine(store)).entries };
}

describe('rows', () => {
  const good = { id: 'e', kind: 'k' };
  test.each([
    [{ amount: '9223372036854775807' }, { amount: '9223372036854775807', flags: null }],
    [{ amount: 1e3 }, { amount: '1000', flags: null }],
    [{ amount: '9223372036854775808' }, { amount: null, flags: 'null:amount' }],
    [{ price: 1234.5 }, { price: '1234.5', flags: null }],
    [{ price: 12345.5 }, { price: null, flags: 'null:price' }],
    [{ price: 1.234 }, { price: null, flags: 'null:price' }],
    [{ at: 1_795_694_400 }, { at: '2026-11-26 12:00:00.000' }],
    [{ at: '9999-99-99' }, { at: null, flags: 'null:at' }],
    [{ name: 'Größenwahn' }, { name: 'Größenwa', flags: 'cut:name' }],
    [
      { id: 'x'.repeat(300) },
      { event_id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string, flags: 'event-id-hashed' },
    ],
    [{ id: '' }, { event_id: expect.stringMatching(/^sha256:/) as string }],
    [{ id: 42 }, { event_id: '42' }],
    // Redshift compares texts without the blanks at their end, and its COPY may take \N for NULL.
    [{ id: 'e ' }, { event_id: expect.stringMatching(/^sha256:/) as string, flags: 'event-id-hashed' }],
    [{ id: '\\N' }, { event_id: expect.stringMatching(/^sha256:/) as string, flags: 'event-id-hashed' }],
    [{ name: '\ud800' }, { name: '\ufffd', flags: 'cut:name,payload-cut' }],
    [{ id: ' e\\N' }, { event_id: ' e\\N', flags: null }],
    [{ name: '\\N' }, { name: null, flags: 'null:name' }],
    [{ name: 'a\\N ' }, { name: 'a\\N ', flags: null }],
    [{ name: '' }, { name: '', flags: null }],
    [{ amount: '1e9999' }, { amount: null, flags: 'null:amount' }],
    [{ amount: '0e9999' }, { amount: '0', flags: null }],
    [{ amount: '-0' }, { amount: '0', flags: null }],
    [{ amount: `${'0'.repeat(50)}7.0` }, { amount: '7', flags: null }],
    [{ amount: '9'.repeat(30_000) }, { amount: null, flags: 'null:amount' }],
    [{ price: '-1e-401' }, { price: null, flags: 'null:price' }],
    [{ price: '1e99999999999999999999' }, { price: null, flags: 'null:price' }],
    [{ at: '2026-11-26T12:00:00+99:00' }, { at: null, flags: 'null:at' }],
    [{ at: '2026-11-26T12:00:00+01:75' }, { at: null, flags: 'null:at' }],
    [{ at: '2026-11-26T12:00:00+14:00' }, { at: '2026-11-25 22:00:00.000' }],
    [{ unknown: { key: [1] } }, { payload: { ...good, unknown: { key: [1] } } }],
  ])('%j', async (change, expected) => {
    const { row } = await staged(JSON.stringify({ ...good, ...change }));
    expect(row).toMatchObject(expected);
  });

  test.each([
    ['{}', 'schema'],
    ['{"kind":"k","amount":"many"}', 'schema'],
    ['{"kind":"k","paid":"yes"}', 'schema'],
    ['nonsense', 'json'],
    [Buffer.from([0xff, 0xfe, 0x00]), 'not-utf8'],
    ['{"kind":"\\u0000"}', 'nul'],
  ])('%s is put aside as %s, and counted', async (body, reason) => {
    const { row, aside, counts, failed } = await staged(body);
    expect([row, failed]).toEqual([undefined, []]);
    expect(aside).toMatchObject([{ reason, source: 'a' }]);
    expect(counts).toEqual([{ name: 'Quarantined', value: 1, dimensions: { Route: 'a', Reason: reason } }]);
  });

  test('a body over 65,535 bytes is complete in the store, and its row leads there', async () => {
    const body = JSON.stringify({ ...good, long: 'ü'.repeat(40_000) });
    const { row, objects } = await staged(body);
    expect(row).toMatchObject({ payload_text: null, flags: 'payload-cut,raw-text-in-store' });
    expect(Buffer.from(objects.get(row!.raw_key as string)!).toString()).toBe(body);
  });

  test('ids that differ in half a surrogate pair alone are two', async () => {
    const [one, other] = await Promise.all(['\ud800', '\ud801'].map((id) => staged(JSON.stringify({ ...good, id }))));
    expect(one?.row).toMatchObject({ flags: 'event-id-hashed,payload-cut' });
    expect(one?.row?.event_id).not.toBe(other?.row?.event_id);
  });

  test('a row has four megabytes at most, its pipes counted twice as Redshift does; the text is complete in the store', async () => {
    const pipes = Array.from({ length: 40 }, () => '|'.repeat(60_000));
    const body = JSON.stringify({ ...good, pipes });
    const { row, objects } = await staged(body);
    expect(row).toMatchObject({ payload: null, flags: 'payload-left-out,raw-text-in-store' });
    expect(Buffer.from(objects.get(row!.raw_key as string)!).toString()).toBe(body);
    const { row: other } = await staged(body.replaceAll('|', '/'));
    expect(other).toMatchObject({ payload: { pipes: { length: 40 } }, flags: 'raw-text-in-store' });
  });

  test('columns that hold all of a large event are left out before the row grows too long', async () => {
    const all = (name: string): [string, Column] => [name, { type: 'json', from: `/${name}`, required: false }];
    const wide = { ...route, columns: { ...columns, ...Object.fromEntries(['one', 'two'].map(all)) } };
    const texts = (count: number) => Array.from({ length: count }, () => 'x'.repeat(60_000));
    const { row } = await staged(JSON.stringify({ ...good, one: texts(30), two: texts(40) }), {}, wide);
    expect(row).toMatchObject({ payload: null, two: null, one: { length: 30 } });
    expect(row).toMatchObject({ flags: 'null:two,payload-left-out,raw-text-in-store' });
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ] as const)('%s is inflated after it was verified', async (contentEncoding, pack) => {
    const { row } = await staged(pack(JSON.stringify(good)), { contentEncoding });
    expect(row).toMatchObject({ event_id: 'e', payload_text: JSON.stringify(good) });
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(20_000_000)), 'inflates-too-far'],
    ['gzip', Buffer.from('not gzip'), 'encoding-broken'],
    ['zstd', Buffer.from('x'), 'encoding-unknown'],
    ['constructor', Buffer.from('{}'), 'encoding-unknown'],
    ['__proto__', Buffer.from('{}'), 'encoding-unknown'],
  ])('%s that does not inflate is put aside', async (contentEncoding, body, reason) => {
    expect((await staged(body, { contentEncoding })).aside).toMatchObject([{ reason }]);
  });

  test('a large body that the store does not have yet stays in the queue', async () => {
    const { failed, aside } = await staged('', { body: { in: 'store', key: 'claims/none', bytes: 1 } });
    expect([failed, aside]).toEqual([['r'], []]);
  });
});

describe('the stager', () => {
  const envelope = (id: string, body: object, source = 'a') =>
    JSON.stringify({ v: 1, id, source, tenant: '', receivedAt: '2026-11-26T12:00:00.000Z', seq: 1, body });
  const text = (value: object) => ({ in: 'text', text: JSON.stringify({ id: 'e', kind: 'k', ...value }) });
  const metrics = { count: () => undefined, duration: () => undefined };
  function memory() {
    const objects = new Map<string, Uint8Array>();
    const store = {
      put: async (key: string, bytes: Uint8Array) => void objects.set(key, bytes),
      get: async (key: string) => objects.get(key),
      list: async () => [],
      remove: async () => undefined,
    };
    const pending = () => [...objects.keys()].filter((key) => key.startsWith('pending/'));
    return { objects, store, pending };
  }
  const clock = { now: () => new Date(0) };

  test('does not hold all of many large bodies at once: they become several files', async () => {
    const { objects, store, pending } = memory();
    objects.set(
      'claims/big',
      Buffer.from(
        JSON.stringify({
          id: 'e',
          kind: 'k',
          x: 'y'.repeat(60_000).concat('z'),
          list: Array.from({ length: 40 }, () => 'y'.repeat(60_000)),
        }),
      ),
    );
    const messages = Array.from({ length: 30 }, (_, n) => ({
      receipt: String(n),
      body: envelope(`m${n}`, { in: 'store', key: 'claims/big', bytes: 1 }),
    }));
    expect(await stage({ store, routes: routesOf([route]), clock, metrics }, messages)).toEqual([]);
    const lines = pending().map((key) => gunzipSync(objects.get(key)!).toString().trim().split('\n'));
    expect(lines.flat()).toHaveLength(30);
    expect(lines.length).toBeGreaterThan(1);
    for (const file of lines) expect(file.join('').length).toBeLessThan(40_000_000);
  });

  test('why messages stay in the queue is told, once for each reason, and nothing of what was sent', async () => {
    const { objects, store } = memory();
    const put = async (key: string, bytes: Uint8Array) => {
      if (key.startsWith('pending/')) throw Object.assign(new Error('try later'), { name: 'SlowDown' });
      objects.set(key, bytes);
    };
    const gone = { in: 'store', key: 'claims/none', bytes: 1 };
    const bodies = [text({ kind: 'whsec_canary' }), text({ kind: 'whsec_canary' }), gone, gone, gone];
    const messages = bodies.map((body, n) => ({ receipt: `r${n}`, body: envelope(`m${n}`, body) }));
    const said: unknown[] = [];
    const log = { error: (message: string, fields?: object) => void said.push({ message, ...fields }) };
    const deps = { store: { ...store, put }, routes: routesOf([route]), clock, metrics, log };
    expect((await stage(deps, messages)).sort()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect(said).toEqual([
      { message: 'messages are not staged', messages: 3, why: 'TypeError: the store does not have the body' },
      { message: 'messages are not staged', messages: 2, why: 'SlowDown: try later' },
    ]);
  });

  test('what it does not come to before its time is over stays in the queue, and the rest is done', async () => {
    const { store, pending } = memory();
    let ms = 0;
    const slow = { now: () => new Date((ms += 5_000)) };
    const messages = Array.from({ length: 12 }, (_, n) => ({ receipt: `r${n}`, body: envelope(`m${n}`, text({})) }));
    const failed = await stage({ store, routes: routesOf([route]), clock: slow, metrics }, messages);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(12);
    expect(pending()[0]).toContain(`-${12 - failed.length}-`);
  });

  test('a route that is newer than what it has read is read once more, once; one that is none is put aside', async () => {
    const { objects, store, pending } = memory();
    let reads = 0;
    const newer = routesOf([route, { ...route, name: 'b', path: '/b', secret: 's2', table: 'b' }]);
    const routesAgain = async () => {
      reads += 1;
      return { routes: newer, faults: [] };
    };
    const messages = ['b', 'b', 'none'].map((source, n) => ({
      receipt: `r${n}`,
      body: envelope(`m${n}`, text({}), source),
    }));
    expect(await stage({ store, routes: routesOf([route]), routesAgain, clock, metrics }, messages)).toEqual([]);
    expect([reads, pending().length]).toEqual([1, 1]);
    expect(pending()[0]).toMatch(/^pending\/b\/.*-2-/);
    expect([...objects.keys()].filter((key) => key.startsWith('quarantine/'))).toHaveLength(1);
    const unread = await stage(
      { store, routes: routesOf([route]), routesAgain: () => Promise.reject(new TypeError('no')), clock, metrics },
      messages,
    );
    expect(unread).toEqual(['r0', 'r1', 'r2']);
  });
});
