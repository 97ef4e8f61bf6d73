import { gunzipSync, gzipSync } from 'node:zlib';
import { recordIn } from '../../shared/schema';
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

/** What a file holds: its rows, and the lines that are none. */
export interface FileLines {
  readonly rows: readonly StagedRow[];
  readonly others: readonly string[];
}

/** The lines of a file; `undefined` where it is not of gzip, or is broken. */
export function readRows(bytes: Uint8Array): FileLines | undefined {
  let text: string;
  try {
    text = gunzipSync(bytes).toString('utf8');
  } catch {
    return undefined;
  }
  const [rows, others]: [StagedRow[], string[]] = [[], []];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const row = recordIn(keptSchema, line);
    if (row === undefined) others.push(line);
    else {
      const receivedMs = Date.parse(isoOf(row.received_at));
      rows.push({ line, messageId: row.message_id, source: row.source, receivedMs });
    }
  }
  return { rows, others };
}

/** The bytes of a staged file: gzip of UTF-8, a newline after each line. */
export function packLines(lines: readonly string[]): Uint8Array {
  return gzipSync(lines.map((line) => `${line}\n`).join(''));
}

/**
 * Writes rows as a pending file of their own and returns its key. `without`: the other lines of the original file. The
 * name depends on these too, so that the new file never replaces the original one.
 */
export async function writeRows(
  store: ObjectStore,
  table: string,
  rows: readonly StagedRow[],
  { without = [] }: { readonly without?: readonly string[] } = {},
): Promise<string> {
  const earliestMs = Math.min(...rows.map(({ receivedMs }) => receivedMs));
  const sources = new Set(rows.map(({ source }) => source));
  // One route's in a file, except in those of before 2026-12.
  const source = sources.size === 1 ? rows[0]?.source : undefined;
  const hash = hashOf([...rows.map(({ messageId }) => messageId), ...without]);
  const key = `${prefixes.pending(table)}${fileName({ earliestMs, rows: rows.length, hash, replayed: false, source })}`;
  await store.put(key, packLines(rows.map(({ line }) => line)));
  return key;
}
