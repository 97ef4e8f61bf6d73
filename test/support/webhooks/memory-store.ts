import type { ObjectStore } from '../../../functions/webhooks/ports/objects';

/** A store in memory: its objects by key, and the prefixes that were listed. */
export function memoryStore() {
  const objects = new Map<string, Uint8Array>();
  const listings: string[] = [];
  const store: ObjectStore = {
    put: async (key, body) => void objects.set(key, body),
    get: async (key) => objects.get(key),
    list: async (prefix, { limit = 1000, after = '' } = {}) => {
      listings.push(prefix);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
      return keys.slice(0, limit).map((key) => ({ key, bytes: objects.get(key)?.byteLength ?? 0 }));
    },
    remove: async (key) => void objects.delete(key),
  };
  return { objects, store, listings };
}
