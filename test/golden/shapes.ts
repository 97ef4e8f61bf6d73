/** The shape of JSON: each path in it with the kind of what stands there. Of a list, that of all its entries. */
export function shapeOf(value: unknown): string[] {
  return [...new Set(paths(value, ''))].sort();
}

function paths(value: unknown, path: string): string[] {
  if (value === null || typeof value !== 'object') return [`${path || '.'}: ${value === null ? 'null' : typeof value}`];
  if (Array.isArray(value)) return [`${path}[]`, ...value.flatMap((entry) => paths(entry, `${path}[]`))];
  return Object.entries(value).flatMap(([key, part]) => paths(part, `${path}.${key}`));
}

/** One for each shape among samples, in their order. */
export function ofEachShape<T>(samples: readonly T[]): T[] {
  const seen = new Map<string, T>();
  for (const sample of samples) {
    const shape = shapeOf(sample).join();
    if (!seen.has(shape)) seen.set(shape, sample);
  }
  return [...seen.values()];
}

/** What a newer version may have put in: a key that we do not know, in every object but those whose keys are names. */
export const laterKey = 'addedLater';
export function withLaterKeys(value: unknown, free: readonly string[] = []): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((entry: unknown) => withLaterKeys(entry, free));
  const parts = Object.entries(value).map(([key, part]): [string, unknown] => [
    key,
    free.includes(key) ? part : withLaterKeys(part, free),
  ]);
  return { ...(Object.fromEntries(parts) as object), [laterKey]: { by: 'a newer version' } };
}
