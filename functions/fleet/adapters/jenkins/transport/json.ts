/** A JSON object whose fields are not trusted yet. */
export type Fields = Readonly<Record<string, unknown>>;

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const tooLong = /^-?\d{16,}$/;
/** Where a long number may begin: 16 digits within a name, as instance ids have them now and then, are no number. */
const mayBeTooLong = /(?:^|[[{:,\s])-?\d{16}/;

/**
 * JSON.parse that keeps long integers exact, as strings: CloudBees CI's queue ids have 63 bits, and a number would
 * turn 717952010831702603 into …700.
 *
 * @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  // Most answers have none, and that is seen at once.
  if (!mayBeTooLong.test(text)) return JSON.parse(text);
  return JSON.parse(text.replace(stringOrNumber, (token) => (tooLong.test(token) ? `"${token}"` : token)));
}

/** The fields of an object; none of anything else. Jenkins' lists have `{}` and `null` among their entries. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A build number: a positive safe integer. */
export function buildNumberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** A queue id as text. Builds that did not come through the queue say -1, which is none. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  return text !== undefined && /^[1-9]\d*$/.test(text) ? text : undefined;
}
