import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { ObjectStore } from '../../ports/objects';
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

async function copyFromStore(
  client: ClientBase,
  store: Pick<ObjectStore, 'get'>,
  { table, columns, url }: { table: string; columns: string; url: string },
): Promise<void> {
  const manifest = JSON.parse(Buffer.from(await required(store, url)).toString('utf8')) as {
    entries: { url: string }[];
  };
  // A line of JSON has no control characters, so with these nothing in it has to be escaped.
  await client.query('CREATE TEMP TABLE copy_lines (line JSON) ON COMMIT DROP');
  const into = client.query(
    copyFrom("COPY copy_lines FROM STDIN WITH (FORMAT csv, QUOTE E'\\x01', ESCAPE E'\\x01', DELIMITER E'\\x02')"),
  );
  try {
    for (const entry of manifest.entries) {
      const gunzip = createGunzip();
      const zipped = await required(store, entry.url);
      await pipeline(Readable.from([zipped]), gunzip, async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) if (!into.write(chunk)) await once(into, 'drain');
      });
    }
    into.end();
    await once(into, 'finish');
  } catch (error) {
    // Without an end of its own the connection would stay in COPY for ever.
    into.destroy();
    throw error;
  }
  const list = columns.replace(/"([a-z0-9_]+)"/g, 'r."$1"');
  await client.query(
    `INSERT INTO ${table} (${columns}) SELECT ${list} FROM copy_lines, json_populate_record(NULL::${table}, line) r`,
  );
}

async function required(store: Pick<ObjectStore, 'get'>, url: string): Promise<Uint8Array> {
  const bytes = await store.get(url.replace(/^s3:\/\/[^/]+\//, ''));
  // As S3 says it to COPY.
  if (bytes === undefined)
    throw new TypeError(`S3ServiceException: The specified key does not exist., Error NoSuchKey: ${url}`);
  return bytes;
}
