import type { AttributeValue } from '@aws-sdk/client-dynamodb';

import { NamedError } from '../named-error';

// Items are plain JSON, and these lines are all that JSON needs. @aws-sdk/lib-dynamodb does the same for 11 KB
// more in every bundle, and leaves the items inside of errors as they are, which the ledger reads too.

/** An item as DynamoDB has it. */
export type Item = Record<string, AttributeValue>;

/** An item, or a part of one, as JSON. */
export type Attributes = Readonly<Record<string, unknown>>;

/** JSON → item. Properties that are `undefined` are left out. */
export function toItem(attributes: object): Item {
  const defined = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined.map(([name, value]) => [name, toAttribute(value)]));
}

/** JSON value → attribute. */
export function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (typeof value === 'object') return { M: toItem(value) };
  throw new NamedError('NotJson', `a table stores plain JSON, which has no such ${typeof value}`, { fault: 'bug' });
}

/** Item → JSON. */
export function fromItem(item: Readonly<Record<string, AttributeValue>>): Attributes {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]));
}

// Sets and binary values, which JSON does not have, become `undefined`: this version does not write any, and what a
// later version adds beside our own attributes is none of our business.
function fromAttribute(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return fromItem(value.M);
  return value.NULL === true ? null : undefined;
}
