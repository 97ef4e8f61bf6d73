import type { ObjectStore } from '../ports/objects';
import type { QuarantineReason } from '../domain/row';
import { prefixes, sha256, timeKey } from './keys';

/** One event that waits for a person. `message` is what the queue carried, so that a replay is to send it again. */
export interface Quarantined {
  readonly source: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
  /** ISO 8601. */
  readonly at: string;
  readonly message: string;
}

/** Puts an event aside; the same one again is the same object. Returns its key. */
export async function putAside(store: ObjectStore, one: Quarantined): Promise<string> {
  const key = `${prefixes.quarantine}${timeKey(Date.parse(one.at))}-${one.source}-${sha256(one.message).slice(0, 16)}.json`;
  await store.put(key, Buffer.from(JSON.stringify(one), 'utf8'));
  return key;
}
