import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeHandler } from '../../../functions/audit/steps/read-objects/handler';
import { backfillErrors } from '../../../functions/audit/contracts/backfill';
import { lambdaTasks } from '../../../infra/lab/engine/tasks/lambda';
import { World } from '../engine/world';
import { account, failure, keyOf, packed, start, world } from './support';

const machine = JSON.parse(
  readFileSync(join(__dirname, '../../../statemachines/audit/audit-backfill.asl.json'), 'utf8'),
) as { States: Record<string, Record<string, unknown>> };
const map = machine.States['Read objects'] as {
  ItemReader: { Arguments: Record<string, string> };
  ItemBatcher: { MaxItemsPerBatch: number; BatchInput: Record<string, string> };
  ItemProcessor: object;
} & Record<string, unknown>;

interface ListedObject {
  readonly Key: string;
  readonly Etag: string;
  readonly LastModified: number;
}

/**
 * The machine as the engine can run it: a distributed Map is an inline one over batches of the listing, which is given.
 * All else (states, expressions, the batch's task with its retries) is that of the file.
 */
function inline(listing: readonly ListedObject[]): object {
  const { ItemReader, ItemBatcher, ItemProcessor, Label, ...rest } = map;
  expect(Label).toBe('ReadObjects');
  const batches: ListedObject[][] = [];
  for (let at = 0; at < listing.length; at += ItemBatcher.MaxItemsPerBatch)
    batches.push(listing.slice(at, at + ItemBatcher.MaxItemsPerBatch));
  const lookup = { ...ItemReader.Arguments, ...ItemBatcher.BatchInput };
  const text = JSON.stringify({
    ...machine,
    States: {
      ...machine.States,
      'Read objects': {
        ...rest,
        Items: batches.map((Items) => ({ BatchInput: ItemBatcher.BatchInput, Items })),
        ItemProcessor: { ...ItemProcessor, ProcessorConfig: { Mode: 'INLINE' } },
        Output: { counts: rest.Output, lookup },
      },
      'Anything unreadable': {
        ...machine.States['Anything unreadable'],
        Choices: [{ Condition: '{% $states.input.counts.unreadable > 0 %}', Next: 'Some unreadable' }],
      },
      'Some unreadable': {
        ...machine.States['Some unreadable'],
        Cause: String(machine.States['Some unreadable']!.Cause).replace('input.unreadable', 'input.counts.unreadable'),
      },
    },
  });
  return JSON.parse(
    text.replaceAll('${LambdaInvoke}', 'arn:aws:states:::lambda:invoke').replaceAll('${ReadObjects}', 'read-objects'),
  ) as object;
}

const hours = Array.from({ length: 24 }, (_, n) => `2026-11-25T${String(n).padStart(2, '0')}:00`);
const keys = hours.flatMap((hour) => ['connectionlog', 'userlog'].map((type) => keyOf(type, hour)));

function filled() {
  const here = world();
  for (const key of keys)
    here.put(key, packed(key.includes('userlog') ? account('create', start) : failure(start)), 'e');
  const listing = [...keys, 'AWSLogs/other.txt'].map((Key) => ({ Key, Etag: '"e"', LastModified: start / 1000 }));
  return { here, listing };
}

type Handler = (payload: never) => Promise<unknown>;
const input = { bucket: 'b', prefix: 'AWSLogs/' };

/** Unpacking takes a thread: the clock of the engine waits for it. */
function run(listing: readonly ListedObject[], handler: Handler, given: object = input) {
  const waits = (payload: never) => engine.clock.io(() => handler(payload));
  const engine: World = new World(inline(listing), lambdaTasks({ 'read-objects': waits }));
  return engine.run(given);
}

describe('the machine, its Map inline', () => {
  test('reads what is listed and not read yet, and nothing twice', async () => {
    const { here, listing } = filled();
    await here.deliver(keys[0]!, keys[1]!);
    const handler = makeHandler(here.deps);
    expect(await run(listing, handler)).toMatchObject({
      status: 'SUCCEEDED',
      output: { counts: { read: 46, known: 2, ignored: 1, gone: 0, unreadable: 0 } },
    });
    expect(await run(listing, handler)).toMatchObject({ output: { counts: { read: 0, known: 48 } } });
    const failures = (await here.incidents()).find(({ key }) => key.startsWith('AUTH-FAIL'));
    expect(failures!.count).toBe(24);
  });

  test('lists in batches of a hundred; of nothing nothing is read', async () => {
    const many = Array.from({ length: 250 }, (_, n) => ({ Key: `k${n}`, Etag: 'e', LastModified: 0 }));
    const sizes: number[] = [];
    const { here } = filled();
    const handler = makeHandler(here.deps);
    const counting = (payload: { objects: unknown[] }) => {
      sizes.push(payload.objects.length);
      return handler(payload);
    };
    expect(await run(many, counting)).toMatchObject({ output: { counts: { ignored: 250 } } });
    expect(sizes).toEqual([100, 100, 50]);
    expect(await run([], counting)).toMatchObject({ status: 'SUCCEEDED', output: { counts: { read: 0, ignored: 0 } } });
  });

  test("each day it looks into yesterday's folder; of another layout at what is new", async () => {
    const { here } = filled();
    const handler = makeHandler(here.deps);
    const daily = await run([], handler, { bucket: 'b', prefix: 'AWSLogs/1/redshift/r/', daysAgo: 1 });
    const started = daily.startDate!.getTime();
    const yesterday = new Date(started - 86_400_000).toISOString().slice(0, 10).replaceAll('-', '/');
    expect(daily.output).toMatchObject({
      lookup: {
        Bucket: 'b',
        Prefix: `AWSLogs/1/redshift/r/${yesterday}/`,
        bucket: 'b',
        since: '1970-01-01T00:00:00.000Z',
      },
    });
    expect((await run([], handler, { bucket: 'b', prefix: '', sinceDays: 3 })).output).toMatchObject({
      lookup: { Prefix: '', since: new Date(started - 3 * 86_400_000).toISOString() },
    });
    expect((await run([], handler, { ...input, since: '2026-01-01T00:00:00Z' })).output).toMatchObject({
      lookup: { Prefix: 'AWSLogs/', since: '2026-01-01T00:00:00Z' },
    });
  });

  test('what S3 refuses fails it at its end, and all else is read', async () => {
    const { here, listing } = filled();
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDenied' });
    const objects = {
      open: (object: { bucket: string; key: string }) =>
        object.key === keys[3] ? Promise.reject(denied) : here.deps.objects.open(object),
    };
    const result = await run(listing, makeHandler({ ...here.deps, objects }));
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'ObjectsUnreadable',
      cause: expect.stringContaining('1 objects may not be read') as string,
    });
    expect(await run(listing, makeHandler(here.deps))).toMatchObject({ output: { counts: { read: 1, known: 47 } } });
  });

  test('where time runs out, or AWS does not answer, the batch continues after what was read', async () => {
    const { here, listing } = filled();
    const handler = makeHandler(here.deps);
    let calls = 0;
    const short = (payload: unknown) => {
      calls += 1;
      if (calls === 2) return Promise.reject(Object.assign(new Error('slow down'), { name: 'Throttled' }));
      let left = calls < 4 ? 150_000 + 10 : Infinity;
      return handler(payload, { getRemainingTimeInMillis: () => (left -= 1) });
    };
    expect(await run(listing, short)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toBe(4);
    const failures = (await here.incidents()).find(({ key }) => key.startsWith('AUTH-FAIL'));
    expect(failures!.count).toBe(24);
  });

  test('every error that the function names is waited for', () => {
    const names = [...JSON.stringify(map.ItemProcessor).matchAll(/"ErrorEquals":\[([^\]]*)\]/g)].flatMap(([, all]) =>
      (all ?? '').replaceAll('"', '').split(','),
    );
    expect(names).toEqual(expect.arrayContaining(Object.keys(backfillErrors)));
  });
});

describe('read-objects', () => {
  test('an object that was deleted since is no failure; one that is too old is not opened', async () => {
    const here = world();
    const handler = makeHandler(here.deps);
    const objects = [
      { Key: keyOf('userlog'), Etag: 'e', LastModified: '2026-11-26T00:00:00Z' },
      { Key: keyOf('userlog', '2025-01-01T00:00'), Etag: 'e', LastModified: '2025-01-01T00:00:00Z' },
    ];
    expect(await handler({ bucket: 'b', since: '2026-01-01T00:00:00Z', objects })).toMatchObject({
      gone: 1,
      ignored: 1,
    });
  });

  const refusal = (name: string, httpStatusCode: number) =>
    Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
  const readWith = (here: ReturnType<typeof world>, error: Error) => {
    const { listing } = filled();
    for (const { Key } of listing) here.put(Key, packed(failure(start)), 'e');
    const open = (object: { bucket: string; key: string }) =>
      object.key === keys[3] ? Promise.reject(error) : here.deps.objects.open(object);
    return makeHandler({ ...here.deps, objects: { open } })({
      bucket: 'b',
      since: '2026-01-01T00:00:00Z',
      objects: listing.slice(0, 10),
    });
  };

  test.each([
    ['unreadable', refusal('AccessDenied', 403)],
    ['unreadable', refusal('KMS.DisabledException', 400)],
    ['unreadable', refusal('KMS.KMSInvalidStateException', 400)],
    ['unreadable', refusal('InvalidObjectState', 403)],
    ['gone', refusal('NoSuchKey', 404)],
    ['gone', refusal('NoSuchVersion', 404)],
    ['gone', refusal('MethodNotAllowed', 405)],
  ])('one object is %s (%s): the others of its batch are read', async (outcome, error) => {
    expect(await readWith(world(), error)).toMatchObject({ read: 9, [outcome]: 1 });
  });

  test('what the table refuses is no fault of an object', async () => {
    const here = world();
    const error = refusal('AccessDeniedException', 400);
    here.deps.store = { ...here.deps.store, write: () => Promise.reject(error) };
    await expect(readWith(here, refusal('NoSuchKey', 404))).rejects.toBe(error);
  });

  test.each([
    [{ since: '2026-01-01T00:00:00Z', objects: [] }, 'bucket: got nothing'],
    [{ bucket: 'b', since: 'soon', objects: [] }, 'since: got "soon"'],
    [{ bucket: 'b', since: '2026-01-01T00:00:00Z', objects: [{ key: 'x' }] }, 'objects.0.Key: got nothing'],
  ])('refuses %j', async (given, message) => {
    await expect(makeHandler(world().deps)(given)).rejects.toMatchObject({
      name: 'InputRefused',
      message: expect.stringContaining(message) as string,
    });
  });

  test('the incidents of a backfill are told, and say nothing of silence', async () => {
    const { here, listing } = filled();
    here.clock.at = start + 10 * 86_400_000;
    await makeHandler(here.deps)({ bucket: 'b', since: '2026-01-01T00:00:00Z', objects: listing });
    for (let n = 0; n < 5; n += 1) {
      here.clock.at += 3_600_000;
      await here.watch();
    }
    expect(here.mails.some(({ text }) => text.includes('Brute force from 198.51.100.7'))).toBe(true);
    expect(here.mails.some(({ text }) => /No (more )?audit log/.test(text))).toBe(false);
  });
});
