import type { Json } from '../json';
import { ExpressionFailure } from './scope';

/**
 * Copies what jsonata returned as plain JSON.
 *
 * Results alias the input, arrays carry hidden properties (`sequence`), and a function can be a result. AWS writes
 * numbers that JSON lacks as text.
 */
export function toPlain(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      return value === null ? null : copy(value);
    default:
      throw new ExpressionFailure('returned an unsupported result type.');
  }
}

function copy(value: object): Json {
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : toPlain(item)));
  if ('_jsonata_function' in value || '_jsonata_lambda' in value || value instanceof RegExp) {
    throw new ExpressionFailure('returned an unsupported result type.');
  }
  const object: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) object[key] = toPlain(item);
  }
  return object;
}
