import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../../functions/shared/aws-errors';
import type { Logger } from '../../../../functions/shared/runtime';
import type { WebhookMetrics } from '../../../../functions/webhooks/contracts/metrics';
import type { ObjectStore } from '../../../../functions/webhooks/ports/objects';
import type { EventQueue } from '../../../../functions/webhooks/ports/queue';
import { makeFolder, syncFolder } from './durable';

/** Where `muster webhooks quarantine replay` of another process leaves messages for the queue. */
const inbox = 'inbox/';
/** Where a file of it goes that is no message: as it is, for a person. */
const unreadable = 'inbox-unreadable/';
/** SQS takes messages of 1 MB (Amazon SQS, "Message quotas"); what is many times as long was not written by a replay. */
const longestMessage = 16_000_000;
/** Of the process or the machine, and not of the file: it is read again. */
const passing = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY', 'EINTR']);

/** A name that nothing else has. */
export const newName = (): string => randomUUID();

/** The queue, for another process than the one that serves. */
export function toInbox(store: ObjectStore): EventQueue {
  return { send: async (body) => store.put(`${inbox}${newName()}`, Buffer.from(body, 'utf8')) };
}

export interface InboxDeps {
  readonly store: ObjectStore;
  /** The folder of the store. */
  readonly folder: string;
  readonly queue: EventQueue;
  readonly log: Pick<Logger, 'error'>;
  readonly metrics: WebhookMetrics;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Sends what is in the inbox. A file that cannot be read, or is no text, is moved aside and named in the log; the others
 * are still sent. One that cannot even be moved stays, is named once, and is passed over for as long as this process lives.
 *
 * The returned function throws where the queue takes nothing: that is no file's fault, and all of it is tried again.
 */
export function makeTakeInbox({ store, folder, queue, log, metrics }: InboxDeps): () => Promise<void> {
  const passedOver = new Set<string>();
  const setAside = async (key: string, why: string) => {
    metrics.count('Quarantined', 1, { Route: 'unknown', Reason: 'inbox-unreadable' });
    try {
      const to = join(folder, unreadable, key.slice(inbox.length).replaceAll('/', '-'));
      await makeFolder(join(folder, unreadable));
      await rename(join(folder, key), to);
      await syncFolder(join(folder, unreadable));
      log.error('a file of the inbox is no message, and was set aside', { file: to, why });
    } catch (error) {
      passedOver.add(key);
      const stays = { file: join(folder, key), why, notMoved: messageOf(error) };
      log.error('a file of the inbox is no message, and is passed over until the next start', stays);
    }
  };
  return async () => {
    let after = '';
    for (;;) {
      const page = await store.list(inbox, { after });
      for (const { key, bytes } of page) {
        if (passedOver.has(key)) continue;
        const read = await textOf(store, key, bytes);
        if ('why' in read) await setAside(key, read.why);
        else if ('text' in read) {
          await queue.send(read.text);
          await store.remove(key);
        }
      }
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.key;
    }
  };
}

/** The text of a file; why it has none; or nothing where it is to be looked at again. */
async function textOf(
  store: ObjectStore,
  key: string,
  bytes: number,
): Promise<{ readonly text: string } | { readonly why: string } | Record<string, never>> {
  if (bytes > longestMessage) return { why: `${bytes} bytes, a message has ${longestMessage} at most` };
  let found: Uint8Array | undefined;
  try {
    found = await store.get(key);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return passing.has(code) ? {} : { why: messageOf(error) };
  }
  if (found === undefined) return {};
  try {
    return { text: utf8.decode(found) };
  } catch {
    return { why: 'it is not UTF-8' };
  }
}
