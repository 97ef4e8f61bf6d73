import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { urlsIn } from '../../batches/manifest';
import type { ObjectStore } from '../../ports/objects';
import { copyTextOf, type CopyColumn } from './copy-text';
import { toPostgres } from './translate';

/** Redshift's two: SNAPSHOT, which new warehouses have, is REPEATABLE READ in PostgreSQL. */
export type Isolation = 'REPEATABLE READ' | 'SERIALIZABLE';

/**
 * Runs statements of Redshift on PostgreSQL in one transaction, in an isolation that Redshift has (a snapshot, taken
 * after the LOCK). Throws what PostgreSQL says, after everything is rolled back.
 */
export async function runInTransaction(
  client: ClientBase,
  store: Pick<ObjectStore, 'get'>,
  statements: readonly string[],
  isolation: Isolation = 'REPEATABLE READ',
): Promise<void> {
  await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
  try {
    for (const statement of statements) {
      const translated = toPostgres(statement);
      if (translated.kind === 'sql') await client.query(translated.sql);
      else await copyFromStore(client, store, translated);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Of what a file holds at a time: enough that the database has something to do while the next is read. */
const pieceBytes = 1024 * 1024;

async function copyFromStore(
  client: ClientBase,
  store: Pick<ObjectStore, 'get'>,
  { table, columns, url }: { table: string; columns: string; url: string },
): Promise<void> {
  const urls = urlsIn(await required(store, url), url);
  const copyText = copyTextOf(await columnsOf(client, table, columns));
  const into = client.query(copyFrom(`COPY ${table} (${columns}) FROM STDIN`));
  // PostgreSQL may refuse a row at any time, also while the next file is fetched: it is listened for from the beginning.
  const refused = new Promise<never>((_, reject) => into.on('error', reject));
  const fill = async () => {
    for (const file of urls) {
      const zipped = await required(store, file);
      await pipeline(
        Readable.from([zipped]),
        createGunzip({ chunkSize: pieceBytes }),
        async (chunks: AsyncIterable<Buffer>) => {
          for await (const lines of linesIn(chunks)) {
            if (!into.write(copyText(lines))) await once(into, 'drain');
          }
        },
      );
    }
    into.end();
    await once(into, 'finish');
  };
  try {
    await Promise.race([fill(), refused]);
  } catch (error) {
    // Without an end of its own the connection would stay in COPY for ever.
    into.destroy();
    throw error;
  }
}

async function columnsOf(client: ClientBase, table: string, columns: string): Promise<CopyColumn[]> {
  const { rows } = await client.query<{ attname: string }>(
    "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND atttypid = 'json'::regtype",
    [table],
  );
  const json = new Set(rows.map(({ attname }) => attname));
  return [...columns.matchAll(/"([a-z0-9_]+)"/g)].map(([, name = '']) => ({ name, isJson: json.has(name) }));
}

const lineFeed = '\n'.charCodeAt(0);

/** Whole lines, as many as end in each piece; one that began in the piece before comes by itself. */
async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const first = chunk.indexOf(lineFeed) + 1;
    if (first === 0) {
      rest.push(chunk);
      continue;
    }
    yield Buffer.concat([...rest, chunk.subarray(0, first)]);
    const last = chunk.lastIndexOf(lineFeed) + 1;
    if (last > first) yield chunk.subarray(first, last);
    rest = [chunk.subarray(last)];
  }
  yield Buffer.concat(rest);
}

async function required(store: Pick<ObjectStore, 'get'>, url: string): Promise<Uint8Array> {
  const bytes = await store.get(url.replace(/^s3:\/\/[^/]+\//, ''));
  // As S3 says it to COPY.
  if (bytes === undefined)
    throw new TypeError(`S3ServiceException: The specified key does not exist., Error NoSuchKey: ${url}`);
  return bytes;
}
