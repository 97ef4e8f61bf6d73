import { gunzipSync, gzipSync } from 'node:zlib';
import { readRecord } from '../../shared/schema';
import * as z from '../../shared/schema';
import type { ObjectStore } from '../ports/objects';
import { fileName, hashOf, prefixes } from '../stager/keys';

/** What the splitter needs to know of a row; the rest it passes on as it is. */
export interface StagedRow {
  readonly line: string;
  readonly messageId: string;
  readonly source: string;
  readonly receivedMs: number;
}

const keptSchema = z.object({
  message_id: z.string(),
  received_at: z.string().check(z.refine(isTime)),
  source: z.string(),
});

/** A row's time as ISO 8601: `2026-03-01 12:00:00.000` is `2026-03-01T12:00:00.000Z`. */
export const isoOf = (time: string) => `${time.replace(' ', 'T')}Z`;

function isTime(time: string): boolean {
  return !Number.isNaN(Date.parse(isoOf(time)));
}

/** The rows of a file; `undefined` where it cannot be read at all. */
export function readRows(bytes: Uint8Array): readonly StagedRow[] | undefined {
  try {
    const lines = gunzipSync(bytes)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => {
      const row = readRecord(keptSchema, line, 'a row');
      return { line, messageId: row.message_id, source: row.source, receivedMs: Date.parse(isoOf(row.received_at)) };
    });
  } catch {
    return undefined;
  }
}

/** Writes rows as a pending file of their own and returns its key. */
export async function writeRows(store: ObjectStore, table: string, rows: readonly StagedRow[]): Promise<string> {
  const earliestMs = Math.min(...rows.map(({ receivedMs }) => receivedMs));
  const sources = new Set(rows.map(({ source }) => source));
  // One route's in a file, except in those of before 2026-12.
  const source = sources.size === 1 ? rows[0]?.source : undefined;
  const hash = hashOf(rows.map(({ messageId }) => messageId));
  const key = `${prefixes.pending(table)}${fileName({ earliestMs, rows: rows.length, hash, replayed: false, source })}`;
  await store.put(key, gzipSync(rows.map(({ line }) => `${line}\n`).join('')));
  return key;
}
