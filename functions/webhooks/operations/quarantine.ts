import { messageOf } from '../../shared/aws-errors';
import { readRecord, recordIn, RecordUnreadable } from '../../shared/schema';
import * as z from '../../shared/schema';
import { envelopeSchema } from '../contracts/envelope';
import type { EventQueue } from '../ports/queue';
import { objectsUnder, type ObjectStore } from '../ports/objects';
import { claimKey, prefixes } from '../stager/keys';
import { openBody } from '../stager/open-body';
import { bodyKeyIn, withBodyKey } from '../stager/quarantine';

const quarantinedSchema = z.object({
  source: z.string(),
  reason: z.string(),
  detail: z.string(),
  at: z.string(),
  message: z.string(),
});

export type QuarantineEntry = { readonly id: string } & z.output<typeof quarantinedSchema>;

/** An object in quarantine that is no event: damaged, or put there by a person. */
export interface UnreadableEntry {
  readonly key: string;
  readonly unreadable: string;
}

export interface Quarantine {
  /** Events, oldest first. */
  readonly entries: readonly QuarantineEntry[];
  readonly unreadable: readonly UnreadableEntry[];
  /** Keys of staged files, or lines of them, that are no rows. */
  readonly files: readonly string[];
}

/** What waits in quarantine. */
export async function listQuarantine(store: ObjectStore): Promise<Quarantine> {
  const [entries, unreadable, files]: [QuarantineEntry[], UnreadableEntry[], string[]] = [[], [], []];
  for await (const { key } of objectsUnder(store, prefixes.quarantine)) {
    const entry = await readEntry(store, key);
    if (entry === undefined) continue;
    if ('unreadable' in entry) unreadable.push(entry);
    else entries.push(entry);
  }
  for await (const { key } of objectsUnder(store, prefixes.quarantineFiles)) files.push(key);
  return { entries, unreadable, files };
}

/** One entry by its id, or by the beginning of it if no other begins so. */
export async function findQuarantined(
  store: ObjectStore,
  id: string,
): Promise<QuarantineEntry | UnreadableEntry | undefined> {
  const [found, other] = await store.list(`${prefixes.quarantine}${id}`, { limit: 2 });
  if (found === undefined || other !== undefined) return undefined;
  return readEntry(store, found.key);
}

/**
 * Sends an event once more on its way; it leaves the quarantine when the queue has it, and comes back if it must.
 *
 * @returns `body-gone`: its body is not in the store any more, so it stays where it is.
 */
export async function replayQuarantined(
  store: ObjectStore,
  queue: EventQueue,
  entry: QuarantineEntry,
): Promise<'sent' | 'body-gone'> {
  const kept = bodyKeyIn(entry.message);
  if (kept === undefined) {
    await queue.send(entry.message);
  } else {
    const bytes = await store.get(kept);
    if (bytes === undefined) return 'body-gone';
    // Back where bodies are that go with the archive: a row may lead to it.
    const envelope = recordIn(envelopeSchema, entry.message);
    const key = envelope === undefined ? kept : claimKey(envelope);
    if (key !== kept) await store.put(key, bytes);
    await queue.send(withBodyKey(entry.message, key));
  }
  await store.remove(`${prefixes.quarantine}${entry.id}.json`);
  await store.remove(`${prefixes.quarantineBodies}${entry.id}`);
  return 'sent';
}

/** The body of an event as text, inflated; `undefined`: it is none, or is not in the store any more. */
export async function textOfQuarantined(store: ObjectStore, { message }: QuarantineEntry): Promise<string | undefined> {
  const envelope = recordIn(envelopeSchema, message);
  const opened = envelope && (await openBody(store, envelope));
  return opened !== undefined && 'value' in opened.text ? opened.text.value : undefined;
}

/** `undefined`: it has gone since it was listed. */
async function readEntry(store: ObjectStore, key: string): Promise<QuarantineEntry | UnreadableEntry | undefined> {
  try {
    const bytes = await store.get(key);
    if (bytes === undefined) return undefined;
    const [, id] = /^([^/]+)\.json$/.exec(key.slice(prefixes.quarantine.length)) ?? [];
    if (id === undefined) return { key, unreadable: 'its name is none of an event' };
    return { id, ...readRecord(quarantinedSchema, textOf(bytes), 'the event') };
  } catch (error) {
    if (!isOfObject(error)) throw error;
    return { key, unreadable: messageOf(error).replaceAll('\n', ' ') };
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new RecordUnreadable('it is not UTF-8');
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Of this object, and not of the store as a whole, as AWS and the network report it. */
function isOfObject(error: unknown): boolean {
  if (error instanceof RecordUnreadable) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['ERR_FS_FILE_TOO_LARGE', 'EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP'].includes(code);
}
