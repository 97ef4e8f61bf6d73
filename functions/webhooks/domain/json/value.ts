/** A number as it was written: JavaScript's own would lose digits beyond 2^53. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Objects are Maps: a key `__proto__` is a key like any other. */
export type JsonValue = null | boolean | string | NumberText | readonly JsonValue[] | ReadonlyMap<string, JsonValue>;

/** What a JSON pointer (RFC 6901) finds; `undefined` where there is nothing. */
export function atPointer(value: JsonValue, pointer: string): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (found instanceof Map) found = (found as ReadonlyMap<string, JsonValue>).get(key);
    else if (Array.isArray(found) && /^(0|[1-9]\d{0,8})$/.test(key))
      found = (found as readonly JsonValue[])[Number(key)];
    else return undefined;
  }
  return found;
}
