import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { from as copyFrom } from 'pg-copy-streams';
import { systemClock } from '../../../functions/shared/runtime';
import { runInTransaction } from '../../../functions/webhooks/adapters/postgres/run';
import { batchOf, earliestOf, manifestKey, writePlan } from '../../../functions/webhooks/batches/manifest';
import { loadStatements, stagedColumns } from '../../../functions/webhooks/domain/sql/load';
import { prefixes } from '../../../functions/webhooks/stager/keys';
import { stage } from '../../../functions/webhooks/stager/stage';
import { createFolderStore } from '../../../infra/lab/systems/webhooks/folder-store';
import { startPostgres } from '../../../infra/lab/systems/webhooks/postgres';
import { localPlace, prepare } from '../../../infra/lab/systems/webhooks/station';
import { eventOf, routes } from './events';

export interface LoadRates {
  /** Rows a second, of all batches together: what else the machine does meets all in the same measure. */
  readonly load: number;
  /** Bare, into a table like the one that is loaded: the same columns and indexes. */
  readonly copy: number;
  /** Bare, into one without any index. */
  readonly plain: number;
  /** A batch that the table has already. */
  readonly again: number;
}

const columns = Object.keys(routes[0]?.columns ?? {});

/** Loads batches of so many rows by the whole transaction, and copies the same rows bare, in turns. */
export async function measureLoads(rows: number, batches: number): Promise<LoadRates> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const store = createFolderStore(join(folder, 'store'));
  const postgres = await startPostgres();
  try {
    await prepare(postgres, routes);
    await postgres.pool.query('CREATE TABLE webhooks.bare (LIKE webhooks.bench INCLUDING ALL)');
    await postgres.pool.query('CREATE TABLE webhooks.plain (LIKE webhooks.bench)');
    const client = await postgres.pool.connect();
    const taken = { load: 0, copy: 0, plain: 0, again: 0 };
    for (let batch = 0; batch <= batches; batch += 1) {
      const file = await stagedFile(store, batch, rows);
      const load = async (files: readonly string[], id: string) => {
        const made = batchOf('bench', files);
        const order = { ...made, batch: id.padStart(32, '0'), columns, earliestMs: earliestOf(made) };
        await writePlan(store, localPlace.bucket, { id: order.batch, table: 'bench', files });
        const statements = loadStatements(
          { ...order, manifest: manifestKey({ table: 'bench', id: order.batch }) },
          localPlace,
        );
        return seconds(() => runInTransaction(client, store, statements));
      };
      const text = asText(gunzipSync((await store.get(file)) ?? Buffer.of()).toString('utf8'), batch);
      const bare = (table: string) =>
        seconds(async () => {
          const into = client.query(copyFrom(`COPY webhooks.${table} (${names()}, "batch_id") FROM STDIN`));
          into.end(text);
          await once(into, 'finish');
        });
      const [copied, plain] = [await bare('bare'), await bare('plain')];
      const loaded = await load([file], `a${batch}`);
      const again = await load([file], `b${batch}`);
      if (batch === 0) continue;
      taken.copy += copied;
      taken.plain += plain;
      taken.load += loaded;
      taken.again += again;
    }
    const { rows: counted } = await client.query<{ n: string }>('SELECT COUNT(*) AS n FROM webhooks.bench');
    client.release();
    if (Number(counted[0]?.n) !== rows * (batches + 1))
      throw new TypeError(`${counted[0]?.n ?? '?'} rows are in the table`);
    const rate = (secondsTaken: number) => (rows * batches) / secondsTaken;
    const { load, copy, plain, again } = taken;
    return { load: rate(load), copy: rate(copy), plain: rate(plain), again: rate(again) };
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

/** A file as the stager writes it, of events of some 500 bytes. */
async function stagedFile(store: ReturnType<typeof createFolderStore>, batch: number, rows: number): Promise<string> {
  const receivedAt = new Date().toISOString();
  const messages = Array.from({ length: rows }, (_, n) => {
    const text = eventOf(`evt_${batch}_${n}`, 500).body;
    const about = { v: 1, id: `m-${batch}-${n}`, source: 'bench', tenant: '', receivedAt, seq: n };
    return { receipt: String(n), body: JSON.stringify({ ...about, body: { in: 'text', text } }) };
  });
  const metrics = { count: () => undefined, duration: () => undefined };
  const before = new Set((await store.list(prefixes.pending('bench'))).map(({ key }) => key));
  await stage({ store, routes, clock: systemClock, metrics }, messages);
  const made = (await store.list(prefixes.pending('bench'))).find(({ key }) => !before.has(key));
  if (made === undefined) throw new TypeError('nothing was staged');
  return made.key;
}

const names = () =>
  stagedColumns(columns)
    .map((name) => `"${name}"`)
    .join(', ');

/** The same rows in COPY's text format, which it reads quickest; last the batch that they are of. */
function asText(lines: string, batch: number): Buffer {
  const escaped = (value: unknown) => {
    if (value === null || value === undefined) return '\\N';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.replace(/[\\\t\n\r]/g, (one) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[one] ?? '\\r');
  };
  const rows = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return Buffer.from(
    rows
      .map(
        (row) =>
          `${stagedColumns(columns)
            .map((name) => escaped(row[name]))
            .join('\t')}\t${`a${batch}`.padStart(32, '0')}\n`,
      )
      .join(''),
  );
}
