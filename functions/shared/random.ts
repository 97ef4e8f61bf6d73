/** Where chance comes from. */
export interface Random {
  /** The next number in [0, 1). */
  next(): number;
}

/** The runtime's own generator: good for spreading load, not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };

/** One of `items`, each as likely as the others; `undefined` for an empty list. */
export function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[Math.floor(random.next() * items.length)];
}
