// JSON of others, of which nothing is known yet.

/** Parses text, or says what was there instead. */
export function parseJson(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: `JSON is expected, got ${show(text)}` };
  }
}

/** A JSON object: neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands where something else was expected, in words. */
export function kindOf(value: unknown): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'string'
        ? show(value)
        : `a ${typeof value}`;
}

/** The same, with text in quotes; shortened. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
