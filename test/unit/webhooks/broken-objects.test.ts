import { gunzipSync, gzipSync } from 'node:zlib';
import { jsonLogger } from '../../../functions/shared/runtime';
import { batchOf, manifestKey, readPlan, writePlan } from '../../../functions/webhooks/batches/manifest';
import { split } from '../../../functions/webhooks/batches/split';
import type { ColumnsAnswer, Warehouse } from '../../../functions/webhooks/ports/warehouse';
import { fileName, hashOf } from '../../../functions/webhooks/stager/keys';
import { makeHandler as archiveBatch } from '../../../functions/webhooks/steps/archive-batch/handler';
import { makeHandler as planBatch } from '../../../functions/webhooks/steps/plan-batch/handler';
import { makeHandler as splitBatch } from '../../../functions/webhooks/steps/split-batch/handler';
import { makeHandler as submitLoad } from '../../../functions/webhooks/steps/submit-load/handler';
import { makeHandler as startLoads } from '../../../functions/webhooks/triggers/start-loads/handler';
import { routesOf, sourceOf } from '../../support/webhooks/ingress';
import { memoryStore } from '../../support/webhooks/memory-store';

// An object that is broken, or that a person has put into the bucket, stops itself and no other.

const clock = { now: () => new Date('2026-11-26T12:00:00.000Z') };
const log = jsonLogger(() => undefined);
const metrics = { count: () => undefined, duration: () => undefined };
const routes = routesOf(
  ['one', 'two'].map((name) => ({
    ...{ name, path: `/hooks/${name}`, secret: name, scheme: { kind: 'key' } as const, table: name },
  })),
);
const bucket = 'bucket';
const run = { execution: 'x', redrives: 0, enteredAt: 'now' };
const columns: ColumnsAnswer = { answer: 'columns', columns: [] };
const lineOf = (id: string) =>
  JSON.stringify({
    ...{ message_id: id, source: 'one', tenant: '', event_id: id, received_at: '2026-11-26 12:00:00.000', seq: 1 },
    ...{ payload_text: '{}', raw_key: null },
  });
const pending = (minute: number, rows = 1, hash = 'ab') =>
  `pending/one/${fileName({ earliestMs: Date.UTC(2026, 10, 26, 12, minute), rows, hash, replayed: false, source: 'one' })}`;

function world() {
  const { store, objects } = memoryStore();
  const submitted: string[] = [];
  const warehouse: Pick<Warehouse, 'columns' | 'submit'> = {
    columns: async () => columns,
    submit: async ({ batch }) => {
      submitted.push(batch);
      return { statement: 's' };
    },
  };
  const deps = { store, bucket, clock, log, metrics, routes: async () => routes };
  return { ...deps, objects, submitted, warehouse: warehouse as Warehouse };
}

describe('a plan', () => {
  test.each([['{"entries":[]}'], ['{"entries":[{"url":7}]}'], ['not JSON'], ['']])(
    'that cannot be read (%s) is given up, and its files are planned again',
    async (text) => {
      const there = world();
      const file = pending(0);
      there.objects.set(file, gzipSync(lineOf('m')));
      const broken = { table: 'one', batch: '0'.repeat(32), run };
      there.objects.set(manifestKey({ table: 'one', id: broken.batch }), Buffer.from(text));
      const plan = planBatch(there);
      expect(await plan({ table: 'one', run })).toMatchObject({ action: 'planned', batch: broken.batch });
      const submit = submitLoad(there);
      expect(await submit({ ...broken, attempt: 1 })).toEqual({
        action: 'stale',
        reason: expect.stringMatching(/^0{32}: the plan cannot be read: /) as string,
      });
      const { id } = batchOf('one', [file]);
      expect(await plan({ table: 'one', run })).toMatchObject({ action: 'planned', batch: id });
      expect(await submit({ table: 'one', batch: id, attempt: 1, run })).toMatchObject({ action: 'submitted' });
      expect(there.submitted).toEqual([id]);
    },
  );

  test('that can no longer be read when its batch is loaded, or refused, fails no step', async () => {
    const there = world();
    const broken = { table: 'one', batch: '0'.repeat(32), run };
    there.objects.set(manifestKey({ table: 'one', id: broken.batch }), Buffer.from('{'));
    expect(await archiveBatch(there)(broken)).toMatchObject({ action: 'passed' });
    expect(await splitBatch(there)({ ...broken, reason: 'refused' })).toMatchObject({ action: 'stale' });
  });

  test('is found behind objects that are no plan', async () => {
    const there = world();
    const batch = batchOf('one', [pending(0)]);
    await writePlan(there.store, bucket, batch);
    there.objects.set('plans/one/', Buffer.of());
    for (let n = 0; n < 1001; n += 1) there.objects.set(`plans/one/-${String(n).padStart(4, '0')}`, Buffer.of());
    expect(await planBatch(there)({ table: 'one', run })).toMatchObject({ action: 'planned', batch: batch.id });
  });
});

describe('files that are none of ours', () => {
  test('do not keep those behind them from being loaded', async () => {
    const there = world();
    for (let n = 0; n < 1001; n += 1) there.objects.set(`pending/one/-${String(n).padStart(4, '0')}`, Buffer.of());
    const file = pending(0);
    there.objects.set(file, gzipSync(lineOf('m')));
    const batch = batchOf('one', [file]);
    expect(await planBatch(there)({ table: 'one', run })).toMatchObject({ action: 'planned', batch: batch.id });
    expect(await readPlan(there.store, 'one', batch.id)).toEqual(batch);
  });

  test('start no load', async () => {
    const { store, objects } = world();
    for (const key of ['pending/one/', 'pending/one/notes.txt', 'plans/one/', 'plans/one/notes.txt'])
      objects.set(key, Buffer.of());
    expect(await started(store)).toEqual(['one: wait', 'two: wait']);
    objects.set(pending(0), Buffer.of());
    expect(await started(store)).toEqual(['one: start', 'two: wait']);
    objects.delete(pending(0));
    objects.set(manifestKey({ table: 'two', id: 'a'.repeat(32) }), Buffer.of());
    expect(await started(store)).toEqual(['one: wait', 'two: start']);
  });
});

test('a table whose load cannot be started keeps no other from being loaded, and is told', async () => {
  const { store, objects } = world();
  objects.set(pending(0), Buffer.of());
  objects.set(pending(0).replaceAll('one', 'two'), Buffer.of());
  const begun: string[] = [];
  const refusing = async (table: string) => {
    if (table === 'one') throw new TypeError('one is refused');
    begun.push(table);
  };
  await expect(started(store, refusing)).rejects.toThrow('one is refused');
  expect(begun).toEqual(['two']);
});

describe('a file in which lines are no rows', () => {
  const refused = async (lines: readonly string[], name = pending(0, lines.length)) => {
    const there = world();
    there.objects.set(name, gzipSync(lines.map((line) => `${line}\n`).join('')));
    const batch = batchOf('one', [name]);
    await writePlan(there.store, bucket, batch);
    const done = await split(there.store, bucket, batch, 'refused');
    const rest = [...there.objects].filter(([key]) => key.startsWith('pending/'));
    const plans = await Promise.all(
      [...there.objects.keys()]
        .filter((key) => key.startsWith('plans/'))
        .map((key) => readPlan(there.store, 'one', key.slice(10, -5))),
    );
    const textsAt = (entries: readonly (readonly [string, Uint8Array])[]) =>
      entries.map(([, bytes]) => gunzipSync(bytes).toString());
    const kept = textsAt([...there.objects].filter(([key]) => key.startsWith('quarantine-files/')));
    return { done, batch, name, kept, loaded: textsAt(rest), rest: rest.map(([key]) => key), plans };
  };

  test.each([['not JSON'], ['{"message_id":"m"}'], ['{"bad":'], ['[]']])(
    'keeps them (%s) for a person, and the others are loaded',
    async (bad) => {
      const { done, batch, kept, loaded, rest, plans } = await refused([lineOf('a'), bad, lineOf('b'), bad]);
      expect(done).toMatchObject({ action: 'quarantined', source: 'unknown', count: 2 });
      expect(kept).toEqual([`${bad}\n${bad}\n`]);
      expect(loaded).toEqual([`${lineOf('a')}\n${lineOf('b')}\n`]);
      expect(plans).toEqual([batchOf('one', rest)]);
      expect(batchOf('one', rest).id).not.toBe(batch.id);
    },
  );

  test('loses none of the others where the file already has the name that they would get', async () => {
    // A person has added the line: the name is still that of the rows without it.
    const name = pending(0, 1, hashOf(['a']));
    expect((await refused([lineOf('a'), 'not JSON'], name)).loaded).toEqual([`${lineOf('a')}\n`]);
  });

  test('and that holds nothing else is kept as it came', async () => {
    const { done, kept, loaded, plans } = await refused(['not JSON']);
    expect(done).toMatchObject({ action: 'quarantined', count: 1 });
    expect([kept, loaded, plans]).toEqual([['not JSON\n'], [], []]);
  });
});

async function started(
  store: ReturnType<typeof world>['store'],
  start: (table: string) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const said: string[] = [];
  const told = {
    ...log,
    info: (_: string, about?: object) => {
      const { table, action } = about as { table: string; action: string };
      said.push(`${table}: ${action}`);
    },
  };
  const executions = { latest: async () => undefined, start };
  await startLoads({ store, routes: sourceOf(routes), executions, clock, log: told, metrics })();
  return said;
}
