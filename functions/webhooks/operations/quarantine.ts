import { readRecord } from '../../shared/schema';
import * as z from '../../shared/schema';
import type { EventQueue } from '../ports/queue';
import type { ObjectStore } from '../ports/objects';
import { prefixes } from '../stager/keys';

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

/** Sends an event once more on its way; it leaves the quarantine when the queue has it, and comes back if it must. */
export async function replayQuarantined(store: ObjectStore, queue: EventQueue, entry: QuarantineEntry): Promise<void> {
  await queue.send(entry.message);
  await store.remove(`${prefixes.quarantine}${entry.id}.json`);
}

async function readEntry(store: ObjectStore, key: string): Promise<QuarantineEntry | undefined> {
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  const id = key.slice(prefixes.quarantine.length).replace(/\.json$/, '');
  return { id, ...readRecord(quarantinedSchema, Buffer.from(bytes).toString('utf8'), key) };
}
