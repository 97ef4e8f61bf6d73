import { readRecord, recordIn } from '../../shared/schema';
import * as z from '../../shared/schema';
import { envelopeSchema } from '../contracts/envelope';
import type { EventQueue } from '../ports/queue';
import type { ObjectStore } from '../ports/objects';
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

/** What waits in quarantine, oldest first. */
export async function listQuarantine(store: ObjectStore): Promise<QuarantineEntry[]> {
  const entries: QuarantineEntry[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.list(prefixes.quarantine, { ...(after !== undefined && { after }) });
    for (const { key } of page) {
      const entry = await readEntry(store, key);
      if (entry !== undefined) entries.push(entry);
    }
    after = page.at(-1)?.key;
    if (after === undefined) return entries;
  }
}

/** One entry by its id, or by the beginning of it if no other begins so. */
export async function findQuarantined(store: ObjectStore, id: string): Promise<QuarantineEntry | undefined> {
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

async function readEntry(store: ObjectStore, key: string): Promise<QuarantineEntry | undefined> {
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  const id = key.slice(prefixes.quarantine.length).replace(/\.json$/, '');
  return { id, ...readRecord(quarantinedSchema, Buffer.from(bytes).toString('utf8'), key) };
}
