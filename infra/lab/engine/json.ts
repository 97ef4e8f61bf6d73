/** What can stand in a state's input or output. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A value together with its JSON text: the text goes into the history, the value into expressions. */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function payload(value: Json): Payload {
  return { value, text: JSON.stringify(value) };
}

export function parsePayload(text: string): Payload {
  return { value: JSON.parse(text) as Json, text };
}

/** A result that has come over a wire already, with the text that it came as. */
export class WirePayload implements Payload {
  readonly value: Json;
  readonly text: string;

  constructor(value: Json) {
    this.value = value;
    this.text = JSON.stringify(value);
  }
}

/** What comes out at the other end of a wire: nothing shared with `value`, and nothing that is not JSON. */
export function wirePayload(value: unknown): Payload {
  if (value instanceof WirePayload) return value;
  // The declared type of JSON.stringify forgets that it gives undefined for undefined and for a function.
  const text = JSON.stringify(value) as unknown;
  return parsePayload(typeof text === 'string' ? text : 'null');
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
