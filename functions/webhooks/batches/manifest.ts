import { readRecord, RecordUnreadable } from '../../shared/schema';
import * as z from '../../shared/schema';
import type { ObjectStore } from '../ports/objects';
import { prefixes, readFileName, sha256 } from '../stager/keys';

const manifestSchema = z.object({ entries: z.array(z.object({ url: z.string() })).check(z.minLength(1)) });

/** A batch: the files that are loaded together. */
export interface Batch {
  readonly id: string;
  readonly table: string;
  /** Keys of its files. */
  readonly files: readonly string[];
}

/** A batch is its files: planned twice, it is the same one. */
export function batchOf(table: string, files: readonly string[]): Batch {
  return { id: sha256([...files].sort().join('\n')).slice(0, 32), table, files };
}

export const manifestKey = ({ table, id }: Pick<Batch, 'table' | 'id'>) => `${prefixes.plans(table)}${id}.json`;

/** Writes the plan, which is the manifest that COPY reads. */
export async function writePlan(store: ObjectStore, bucket: string, batch: Batch): Promise<void> {
  const entries = batch.files.map((key) => ({ url: `s3://${bucket}/${key}`, mandatory: true }));
  await store.put(manifestKey(batch), Buffer.from(JSON.stringify({ entries }), 'utf8'));
}

/** Why there is no plan: it is gone, another load having had it; or its object is there and is none. */
export interface NoPlan {
  readonly missing: 'gone' | 'unreadable';
  readonly reason: string;
}

/** Reads the plan of a batch, or says why there is none. Rejects with what the store throws. */
export async function readPlan(store: ObjectStore, table: string, id: string): Promise<Batch | NoPlan> {
  const key = manifestKey({ table, id });
  const bytes = await store.get(key);
  if (bytes === undefined) return { missing: 'gone', reason: `${id}: the plan is gone` };
  try {
    return { id, table, files: urlsIn(bytes, key).map((url) => url.replace(/^s3:\/\/[^/]+\//, '')) };
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error;
    return { missing: 'unreadable', reason: `${id}: the plan cannot be read: ${error.message}` };
  }
}

/** The id of the batch whose plan is under that key; `undefined`: no plan of ours is. */
export function planIdIn(key: string): string | undefined {
  return /\/([0-9a-f]{32})\.json$/.exec(key)?.[1];
}

/** The addresses of the files that a manifest lists. @throws RecordUnreadable; `name`: of the manifest. */
export function urlsIn(bytes: Uint8Array, name: string): string[] {
  const { entries } = readRecord(manifestSchema, Buffer.from(bytes).toString('utf8'), `the manifest ${name}`);
  return entries.map(({ url }) => url);
}

/** The earliest acceptance in the batch, milliseconds since 1970: files are named after theirs. */
export function earliestOf({ files }: Batch): number {
  return Math.min(...files.map((file) => readFileName(file)?.earliestMs ?? 0));
}
