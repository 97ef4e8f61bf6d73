import { getEventListeners } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileName } from '../../../functions/webhooks/stager/keys';
import { putAside } from '../../../functions/webhooks/stager/quarantine';
import { createFolderStore } from '../../../infra/lab/systems/webhooks/folder-store';
import { pause } from '../../../infra/lab/systems/webhooks/serve';
import { muster } from '../../support/console/run';

// `muster webhooks` as a person types it, with what people mistype.

const folder = mkdtempSync(join(tmpdir(), 'muster-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = createFolderStore(join(folder, 'data', 'store'));
const at = ['--data', join(folder, 'data')];
const webhooks = (...words: string[]) => muster(['webhooks', ...words]);
const inbox = async () => (await store.list('inbox/')).length;

beforeEach(async () => {
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  mkdirSync(join(folder, 'data', 'store'), { recursive: true });
});

const steering = '\u009b2J\u202etxt';
const envelope = (text: string) =>
  JSON.stringify({
    ...{ v: 1, id: 'm', source: 'shop', tenant: '', receivedAt: '2026-11-26T12:00:00.000Z', seq: 1 },
    body: { in: 'text', text },
  });
const aside = (text: string, seconds = 0) =>
  putAside(store, {
    ...{ source: 'shop', reason: 'schema', detail: `n: no bigint at /n ${steering}` },
    ...{ at: new Date(Date.UTC(2026, 10, 26, 12, 0, seconds)).toISOString(), message: envelope(text) },
  });

test('nothing in quarantine is said, and is no list of nothing', async () => {
  expect(await webhooks('quarantine', 'ls', ...at)).toMatchObject({ code: 0, out: 'nothing is in quarantine\n' });
  expect(await webhooks('quarantine', 'ls', '--json', ...at)).toMatchObject({ code: 0, out: '[]\n' });
  expect(await webhooks('quarantine', 'replay', '--all', ...at)).toMatchObject({
    code: 0,
    out: 'events sent to the queue: 0\n',
  });
});

test('what a sender wrote steers no terminal, however it is shown', async () => {
  await aside(steering);
  const shown = [
    await webhooks('quarantine', 'ls', ...at),
    await webhooks('quarantine', 'ls', '--json', ...at),
    await webhooks('quarantine', 'show', '2026', ...at),
  ];
  for (const { code, out } of shown) {
    expect(code).toBe(0);
    expect(out).not.toMatch(/[\u007f-\u009f\u202a-\u202e]/);
  }
  const { text } = JSON.parse(shown[2]?.out ?? '') as { text: string };
  expect(text).toBe(steering);
});

test('an event that is named twice is sent once', async () => {
  await aside('{}');
  await aside('[]', 1);
  expect(await webhooks('quarantine', 'replay', '20261126T120000', '20261126T120000000Z', ...at)).toMatchObject({
    code: 0,
    out: 'events sent to the queue: 1\n',
  });
  expect(await inbox()).toBe(1);
  expect((await webhooks('quarantine', 'replay', '20261126T120000', ...at)).code).toBe(2);
  expect(await webhooks('quarantine', 'replay', '--all', ...at)).toMatchObject({
    out: 'events sent to the queue: 1\n',
  });
});

test('one whose body is gone is told by its name, and the others are sent', async () => {
  const gone = { in: 'store', key: 'claims/shop/2026-11-26/m', bytes: 1_000_000 };
  const message = JSON.stringify({ ...(JSON.parse(envelope('')) as object), body: gone });
  await putAside(store, { source: 'shop', reason: 'json', detail: '', at: '2026-11-26T12:00:09.000Z', message });
  await aside('{}');
  const { code, out, err } = await webhooks('quarantine', 'replay', '--all', ...at);
  expect([code, out]).toEqual([3, 'events sent to the queue: 1\n']);
  expect(err).toMatch(/^the store no longer has the body of 20261126T120009000Z-shop-/);
  expect(await inbox()).toBe(1);
});

describe('a broken object in quarantine', () => {
  const broken = 'quarantine/20261126T120030000Z-shop-0123456789abcdef.json';
  const text = '{"source":"shop","reason":7}';
  beforeEach(async () => {
    await aside('{}');
    await store.put(broken, Buffer.from(text));
    await store.put('quarantine/notes.txt', Buffer.from('of a person'));
    await store.put('quarantine/20261126T120031000Z-shop-0123456789abcdef.json', Buffer.from([0x7b, 0xff]));
    await aside('[]', 59);
  });

  test('is listed with its key and what is wrong with it, and so are the others', async () => {
    const { code, out, err } = await webhooks('quarantine', 'ls', ...at);
    expect([code, err]).toEqual([3, 'objects that cannot be read: 3\n']);
    const lines = out.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^20261126T120000000Z-shop-\w+ {2}shop/),
      expect.stringMatching(/^20261126T120059000Z-shop-\w+ {2}shop/),
      expect.stringMatching(`^${broken} cannot be read: .*reason: got 7, allowed: string`),
      'quarantine/20261126T120031000Z-shop-0123456789abcdef.json cannot be read: it is not UTF-8',
      'quarantine/notes.txt cannot be read: its name is none of an event',
    ]);
    const listed = await webhooks('quarantine', 'ls', '--json', ...at);
    expect(listed.code).toBe(3);
    expect(JSON.parse(listed.out)).toHaveLength(5);
  });

  test('keeps no other from being sent again, and stays as it is', async () => {
    const { code, out, err } = await webhooks('quarantine', 'replay', '--all', ...at);
    expect([code, out]).toEqual([3, 'events sent to the queue: 2\n']);
    expect(err.trim().split('\n')).toHaveLength(3);
    expect(err).toContain(`${broken} cannot be read`);
    expect(await inbox()).toBe(2);
    expect(Buffer.from((await store.get(broken)) ?? []).toString()).toBe(text);
    const rest = await webhooks('quarantine', 'ls', ...at);
    expect(rest.out.trim().split('\n')).toHaveLength(3);
  });

  test('is named where it is asked for by its id, alone and with others', async () => {
    const id = '20261126T120030';
    expect(await webhooks('quarantine', 'show', id, ...at)).toMatchObject({
      ...{ code: 3, out: '' },
      err: expect.stringContaining(`${broken} cannot be read`) as string,
    });
    expect(await webhooks('quarantine', 'replay', id, '20261126T120000', ...at)).toMatchObject({
      ...{ code: 3, out: 'events sent to the queue: 1\n' },
      err: expect.stringContaining(`${broken} cannot be read`) as string,
    });
    expect(await inbox()).toBe(1);
  });
});

test('lines of staged files that are no rows are listed too', async () => {
  await store.put('quarantine-files/pending/orders/x.gz', Buffer.from('x'));
  const listed = await webhooks('quarantine', 'ls', ...at);
  expect(listed).toMatchObject({
    code: 0,
    out: expect.stringContaining('quarantine-files/pending/orders/x.gz') as string,
  });
});

test.each([['a b'], ['pg_hooks'], ['Hooks'], ['']])('a schema is not called %j', async (name) => {
  writeFileSync(join(folder, 'routes.json'), '[]');
  const named = await webhooks('schema', '--routes', join(folder, 'routes.json'), '--schema', name);
  expect(named).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--schema') as string });
});

test('the SQL for what is deployed comes from its configuration, with its schema and what its users need', async () => {
  const file = join(folder, 'muster.ts');
  const route = { name: 'shop', path: '/hooks/shop', scheme: { kind: 'github' }, secret: 's', table: 'orders' };
  const section = { schema: 'partners', routes: [{ ...route, columns: { n: { type: 'bigint', from: '/n' } } }] };
  writeFileSync(file, `export const deployment = ${JSON.stringify({ webhooks: section })};`);
  const { code, out } = await webhooks('schema', '--routes', file, '--grant', '"IAMR:a"', 'IAMR:b');
  const lines = out.trim().split('\n');
  expect(code).toBe(0);
  expect(lines[0]).toBe('CREATE SCHEMA IF NOT EXISTS "partners";');
  expect(lines[1]).toMatch(/^CREATE TABLE IF NOT EXISTS "partners"."orders" \(.*"n" BIGINT.*;$/);
  expect(lines.slice(-3)).toEqual([
    'GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA "partners" TO "IAMR:a";',
    'GRANT USAGE ON SCHEMA "partners" TO "IAMR:b";',
    'GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA "partners" TO "IAMR:b";',
  ]);
  expect(await webhooks('schema', '--routes', file, '--column', 'n', '--schema', 'other')).toMatchObject({
    out: expect.stringMatching(/^ALTER TABLE "other"."orders" ADD COLUMN "n" BIGINT;\n/) as string,
  });
  expect((await webhooks('schema', '--routes', file, '--grant', 'a"; DROP')).code).toBe(2);
});

test('a replay of what was never archived says so', async () => {
  const range = ['--from', '2026-11-26', '--to', '2026-11-27'];
  const { code, err } = await webhooks('replay', '--table', 'ordres', ...range, ...at);
  expect(code).toBe(3);
  expect(err).toContain('no events of table ordres');
});

test.each([
  '1',
  'yesterday',
  '',
  '2026-13-01',
  '2026-02-30',
  '2026-11-26T12:00',
  '2026-11-26 12:00:00Z',
  'Nov 26 2026',
])('a replay from %j is a mistake: no such day, or a time without its zone', async (from) => {
  const replay = await webhooks('replay', '--table', 'orders', '--from', from, '--to', '2027-01-01', ...at);
  expect(replay).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`--from: got ${from}, `) as string });
});

test('a replay takes the files of its time, in any zone, and none of before or after', async () => {
  const file = (earliestMs: number) =>
    `archive/orders/${fileName({ earliestMs, rows: 1, replayed: false, source: 'shop', hash: '0'.repeat(32) })}`;
  // A file holds the events of an hour at most, so that the one of an hour before may be of that time.
  for (const hour of [8, 11, 13]) await store.put(file(Date.UTC(2026, 10, 26, hour)), Buffer.from('x'));
  const replay = (from: string, to: string) =>
    webhooks('replay', '--table', 'orders', '--from', from, '--to', to, ...at);
  const times = ['2026-11-26T12:00:00+01:00', '2026-11-26T12:00Z'] as const;
  expect(await replay(...times)).toMatchObject({ code: 0, out: 'files that wait to be loaded again: 1\n' });
  expect(await replay('2026-11-26', '2026-11-27')).toMatchObject({ out: 'files that wait to be loaded again: 3\n' });
  expect(await replay('2026-11-26', '2026-11-26')).toMatchObject({ code: 2, err: '--from must be before --to\n' });
});

test('the files of routes and secrets exchanged: neither is quoted', async () => {
  const [routes, secrets] = [join(folder, 'routes.json'), join(folder, 'secrets.json')];
  writeFileSync(routes, '[]');
  for (const text of [
    '{"shop":"whsec_canary"}',
    '["whsec_canary"]',
    '[{"shop":"whsec_canary"}]',
    '{"a":whsec_canary}',
  ]) {
    writeFileSync(secrets, text);
    for (const words of [['serve', '--secrets', routes, ...at], ['schema']]) {
      const { code, out, err } = await webhooks(...words, '--routes', secrets);
      expect(code).toBe(3);
      expect(err).toContain(secrets);
      expect(out + err).not.toContain('canary');
    }
  }
});

test('a mistake in the routes is told with the value and with what is allowed, without the words of the parser', async () => {
  const file = join(folder, 'routes.json');
  const columns = { n: { type: 'int', from: '/n' } };
  const route = { name: 'a', path: '/a', scheme: { kind: 'svx' }, secret: '', table: 't', columns };
  writeFileSync(file, JSON.stringify([{ ...route, eventId: { from: 'nose' } }]));
  const { code, err } = await webhooks('schema', '--routes', file);
  expect(code).toBe(3);
  expect(err.trim().split('\n').slice(1)).toEqual([
    '0.scheme.kind: got "svx", allowed: standard-webhooks, svix, stripe, github, hmac, basic or key',
    '0.secret: got "", allowed: the name of a secret',
    '0.eventId.from: got "nose", allowed: signature, header, body or hash',
    '0.columns.n.type: got "int", allowed: text, decimal, bigint, boolean, timestamp or json',
  ]);
});

test('a pause of `serve` is over at once when it is told to end, and leaves no listener behind', async () => {
  const stop = new AbortController();
  for (let n = 0; n < 5; n += 1) await pause(1, stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  const long = pause(60_000, stop.signal);
  stop.abort();
  await long;
  await pause(60_000, stop.signal);
});

describe('in a terminal of 60 columns', () => {
  const terminal = { isTTY: true, columns: 60 } as const;
  const tooLong = (text: string) => text.split('\n').filter((line) => line.length > 60);

  test.each([
    ...[[], ['demo'], ['serve'], ['schema'], ['replay'], ['quarantine']],
    ...[
      ['quarantine', 'ls'],
      ['quarantine', 'show'],
      ['quarantine', 'replay'],
    ],
  ])('the help of `webhooks %s %s` has no longer line', async (...words) => {
    const { out } = await muster(['webhooks', ...words, '--help'], { terminal });
    expect(out).toContain('Usage: muster webhooks');
    expect(tooLong(out)).toEqual([]);
  });

  test('what is in quarantine continues further in; in a pipe it is a line each', async () => {
    await aside('{}');
    await aside('[]', 1);
    const { out } = await muster(['webhooks', 'quarantine', 'ls', ...at], { terminal });
    expect(tooLong(out)).toEqual([]);
    expect(out.split('\n').filter((line) => /^2026/.test(line))).toHaveLength(2);
    expect(out.split('\n').filter((line) => /^ {2}\S/.test(line)).length).toBeGreaterThan(1);
    expect((await webhooks('quarantine', 'ls', ...at)).out.trim().split('\n')).toHaveLength(2);
  });
});
