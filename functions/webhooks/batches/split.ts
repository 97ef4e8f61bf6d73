import { recordIn } from '../../shared/schema';
import * as z from '../../shared/schema';
import type { ObjectStore } from '../ports/objects';
import type { Envelope } from '../contracts/envelope';
import { encodingOfClaim, prefixes } from '../stager/keys';
import { putAside } from '../stager/quarantine';
import { batchOf, manifestKey, writePlan, type Batch } from './manifest';
import { isoOf, packLines, readRows, writeRows, type FileLines, type StagedRow } from './rows';

export type SplitOutput =
  | { readonly action: 'halved'; readonly reason: string }
  /** `count`: of events, as far as can be told. */
  | { readonly action: 'quarantined'; readonly reason: string; readonly source: string; readonly count: number };

/**
 * Splits a refused batch: files into halves, one file into its rows and what is no row, its rows into halves, and one row
 * into quarantine. What is new is written before what was goes, and its names follow from what it holds: killed anywhere, it is done again
 * to the same end.
 */
export async function split(store: ObjectStore, bucket: string, batch: Batch, why: string): Promise<SplitOutput> {
  const { files, table } = batch;
  if (files.length > 1) {
    const half = Math.ceil(files.length / 2);
    await writePlan(store, bucket, batchOf(table, files.slice(0, half)));
    await writePlan(store, bucket, batchOf(table, files.slice(half)));
    await store.remove(manifestKey(batch));
    return { action: 'halved', reason: `${batch.id}: ${files.length} files, in two batches` };
  }
  const [file = ''] = files;
  const bytes = await store.get(file);
  const lines = bytes === undefined ? { rows: [], others: [] } : readRows(bytes);
  const quarantined = async (source: string, count: number): Promise<SplitOutput> => {
    await store.remove(manifestKey(batch));
    await store.remove(file);
    return { action: 'quarantined', source, count, reason: `${batch.id}: ${why.slice(0, 200)}` };
  };
  if (lines === undefined || lines.others.length > 0) {
    await setApart(store, { bucket, table }, { file, bytes: bytes ?? new Uint8Array(), lines });
    return quarantined('unknown', lines?.others.length ?? 1);
  }
  const { rows } = lines;
  const [only] = rows;
  if (only !== undefined && rows.length === 1) return quarantined(await aside(store, only, { file, why }), 1);
  if (rows.length > 1) {
    const half = Math.ceil(rows.length / 2);
    for (const part of [rows.slice(0, half), rows.slice(half)]) {
      await writePlan(store, bucket, batchOf(table, [await writeRows(store, table, part)]));
    }
  }
  await store.remove(manifestKey(batch));
  await store.remove(file);
  return { action: 'halved', reason: `${batch.id}: ${rows.length} rows, in two batches` };
}

/** Keeps what is none of our rows, as it is, for a person; the rows beside it are in a plan of their own. */
async function setApart(
  store: ObjectStore,
  { bucket, table }: { bucket: string; table: string },
  { file, bytes, lines }: { file: string; bytes: Uint8Array; lines: FileLines | undefined },
): Promise<void> {
  const { rows, others } = lines ?? { rows: [], others: [] };
  await store.put(`${prefixes.quarantineFiles}${file}`, rows.length === 0 ? bytes : packLines(others));
  if (rows.length === 0) return;
  const rest = await writeRows(store, table, rows, { without: others });
  await writePlan(store, bucket, batchOf(table, [rest]));
}

async function aside(
  store: ObjectStore,
  row: StagedRow,
  { file, why }: { file: string; why: string },
): Promise<string> {
  const envelope = await envelopeOf(store, row.line);
  if (envelope === undefined) {
    await store.put(`${prefixes.quarantineFiles}${file}`, packLines([row.line]));
    return 'unknown';
  }
  await putAside(store, {
    source: envelope.source,
    reason: 'warehouse-refused',
    detail: why.slice(0, 1000),
    at: envelope.receivedAt,
    message: JSON.stringify(envelope),
  });
  return envelope.source;
}

const rowFields = z.object({
  source: z.string(),
  tenant: z.string(),
  event_id: z.string(),
  received_at: z.string(),
  seq: z.number(),
  message_id: z.string(),
  payload_text: z.nullable(z.string()),
  raw_key: z.nullable(z.string()),
});

/** The message that the row was made of, so that it can be sent again; `undefined`: the row is none of ours. */
async function envelopeOf(store: ObjectStore, line: string): Promise<Envelope | undefined> {
  const row = recordIn(rowFields, line);
  if (row === undefined) return undefined;
  const raw = row.raw_key === null ? undefined : await store.get(row.raw_key);
  // The raw bytes as they came may be compressed; the text in the row is not. Names of before 2026-12 do not say it.
  const zipped = raw?.[0] === 0x1f && raw[1] === 0x8b;
  const encoding = encodingOfClaim(row.raw_key ?? '') ?? (zipped ? 'gzip' : undefined);
  return {
    v: 1,
    id: row.message_id,
    source: row.source,
    tenant: row.tenant,
    receivedAt: isoOf(row.received_at),
    seq: row.seq,
    eventId: row.event_id,
    ...(encoding !== undefined && { contentEncoding: encoding }),
    body:
      row.raw_key === null
        ? { in: 'text', text: row.payload_text ?? '' }
        : { in: 'store', key: row.raw_key, bytes: raw?.byteLength ?? 0 },
  };
}
