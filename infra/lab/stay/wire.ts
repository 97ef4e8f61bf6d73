/**
 * Values of ports as JSON: SDK answers hold dates, which JSON has no word for. Nothing else that ports take or give is
 * not JSON.
 */
export function encodeValue(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string, current: unknown) {
    // JSON.stringify has called toJSON of a date already.
    const given = this[key];
    return given instanceof Date ? { $date: given.toISOString() } : current;
  });
}

/** The inverse of `encodeValue`. @throws SyntaxError for text that is no JSON. */
export function decodeValue(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && '$date' in value && typeof value.$date === 'string')
      return new Date(value.$date);
    return value;
  });
}

/** An error on its way: its name is what callers go by, and its message what people read. */
export interface WiredError {
  readonly name: string;
  readonly message: string;
}

export type WireAnswer = { readonly value?: unknown } | { readonly error: WiredError };
