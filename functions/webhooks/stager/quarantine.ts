import { recordIn } from '../../shared/schema';
import * as z from '../../shared/schema';
import type { ObjectStore } from '../ports/objects';
import type { QuarantineReason } from '../domain/row';
import { prefixes, sha256, timeKey } from './keys';

/** One event that waits for a person. `message` is what the queue carried, so that a replay is to send it again. */
export interface QuarantineRecord {
  readonly source: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
  /** ISO 8601. */
  readonly at: string;
  readonly message: string;
}

const claimedSchema = z.looseObject({ body: z.looseObject({ in: z.literal('store'), key: z.string() }) });

/** Where the body of a message is kept; `undefined`: it is in the message. */
export function bodyKeyIn(message: string): string | undefined {
  return recordIn(claimedSchema, message)?.body.key;
}

/** The same message, its body being under another key. */
export function withBodyKey(message: string, key: string): string {
  const found = recordIn(claimedSchema, message);
  return found === undefined ? message : JSON.stringify({ ...found, body: { ...found.body, key } });
}

/**
 * Puts an event aside; the same one again is the same object. Its large body, which would go with the archive, is put
 * beside it, and stays as long as it does. Returns its key.
 */
export async function putAside(store: ObjectStore, one: QuarantineRecord): Promise<string> {
  const id = `${timeKey(Date.parse(one.at))}-${one.source}-${sha256(one.message).slice(0, 16)}`;
  const message = await keepBody(store, one.message, `${prefixes.quarantineBodies}${id}`);
  const key = `${prefixes.quarantine}${id}.json`;
  await store.put(key, Buffer.from(JSON.stringify({ ...one, message }), 'utf8'));
  return key;
}

async function keepBody(store: ObjectStore, message: string, kept: string): Promise<string> {
  const key = bodyKeyIn(message);
  const bytes = key?.startsWith('claims/') ? await store.get(key) : undefined;
  if (bytes === undefined) return message;
  await store.put(kept, bytes);
  return withBodyKey(message, kept);
}
