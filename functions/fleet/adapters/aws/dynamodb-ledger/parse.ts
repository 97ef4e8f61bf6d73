import { NamedError } from '../../../../shared/named-error';
import * as z from '../../../../shared/schema';
import { ledgerTable } from '../../../ledger/table';
import {
  phases,
  type BuildOutcome,
  type BuildRecord,
  type HistoryEntry,
  type Member,
  type Slot,
} from '../../../ledger/port';
import { tracePhases, type BuildTrace } from '../../../ports/jenkins';
import { fromItem, type Attributes } from '../../../../shared/dynamodb/attribute-values';
import type { Item } from './items';

// What is read was written by some version of this code, by an operator's hand, or by a restore. Attributes that we
// do not know are left alone; one that we need and that is not as it should be is an error that says where.

// The words of a mistake say what an attribute must be.
export const textAttribute = z.string('a string');
const wholeNumber = 'a whole number';
/** From 0. */
export const countAttribute = z.number(wholeNumber).check(z.int(wholeNumber), z.minimum(0, wholeNumber));
export const textsAttribute = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  'a list of strings',
);
export const oneOf = <const Word extends string>(words: readonly Word[]) =>
  z.enum<readonly Word[]>(words, `one of ${words.join(', ')}`);
export const optional = z.exactOptional;
export const optionalText = optional(textAttribute);
export const optionalTexts = optional(textsAttribute);
const optionalCount = optional(countAttribute);
const optionalNumber = optional(z.number('a number'));
/** An object that is stored whole: what a newer version has put into it must survive that we store it again. */
export const mapAttribute = <Shape extends z.core.$ZodShape>(shape: Shape) => z.looseObject(shape, 'a map');

/**
 * Exactly the fields of a type of the port: a schema that lacks one does not compile. It would drop what is stored there,
 * since a field that may be absent is not missed.
 */
export type SchemaOf<Stored> = { readonly [Field in keyof Required<Stored>]: z.core.$ZodType };

const outcome = mapAttribute({
  succeeded: z.boolean('true or false'),
  result: textAttribute,
  message: textAttribute,
  number: optionalCount,
  url: optionalText,
  durationMs: optionalNumber,
} satisfies SchemaOf<BuildOutcome>);

const trace = mapAttribute({
  phase: oneOf(tracePhases),
  requestedAt: textAttribute,
  postedAt: textAttribute,
  firstPossibleNumber: countAttribute,
  newestAtMs: optionalNumber,
  queueId: optionalText,
  number: optionalCount,
  notFoundAt: optionalText,
  refusedSince: optionalText,
  stopAskedAt: optionalText,
} satisfies SchemaOf<BuildTrace>);

/** By job. */
export const builds = z.record(
  z.string(),
  mapAttribute({
    revision: countAttribute,
    attempt: countAttribute,
    execution: textAttribute,
    redrive: countAttribute,
    correlation: textAttribute,
    startedAt: textAttribute,
    jenkins: optionalText,
    job: optionalText,
    parameter: optionalText,
    trace: optional(trace),
    outcome: optional(outcome),
  } satisfies SchemaOf<BuildRecord>),
  'a map',
);

const slot = z.object({ index: countAttribute, instanceId: textAttribute } satisfies SchemaOf<Slot>);

const historyEntry = z.object({
  group: textAttribute,
  index: countAttribute,
  name: textAttribute,
  instanceId: textAttribute,
  event: oneOf(['claimed', 'freed']),
  reason: textAttribute,
  at: textAttribute,
} satisfies SchemaOf<HistoryEntry>);

const member = z.object({
  group: textAttribute,
  instanceId: textAttribute,
  index: countAttribute,
  name: textAttribute,
  fqdn: optionalText,
  execution: textAttribute,
  phase: oneOf(phases),
  claimedAt: textAttribute,
  inServiceAt: optionalText,
  addresses: optionalTexts,
  dnsChanges: optionalTexts,
  dnsNames: optionalTexts,
  dnsBatch: optionalTexts,
  targetGroups: optionalTexts,
  targets: optionalTexts,
  registered: optionalTexts,
  completedToken: optionalText,
  endingSince: optionalText,
  builds,
} satisfies SchemaOf<Member>);

/** @throws NamedError `LedgerCorrupt` */
export const parseMember = (item: Item): Member => parse(member, item);

/** The index of a slot. @throws NamedError `LedgerCorrupt` */
export const parseSlot = (item: Item): Slot => parse(slot, item);

/** @throws NamedError `LedgerCorrupt` */
export const parseHistory = (item: Item): HistoryEntry => parse(historyEntry, item);

/** Reads an item by its schema. @throws NamedError `LedgerCorrupt`, with the item's key and the first mistake in it. */
export function parse<Schema extends z.core.$ZodType>(schema: Schema, item: Item): z.core.output<Schema> {
  const attributes = fromItem(item);
  const { success, data, error } = z.safeParse(schema, attributes);
  if (success) return data;
  const [{ path, message } = { path: [], message: 'something else' }] = error.issues;
  const value = path.reduce<unknown>(z.valueAt, attributes);
  const found = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);
  throw recordCorrupt(attributes, `attribute '${path.map(String).join('.')}' must be ${message}, is ${found}`);
}

/** `LedgerCorrupt`: what is stored is not what any version of this code writes. */
export function recordCorrupt(item: Attributes, problem: string): NamedError {
  const where = `${String(item[ledgerTable.partitionKey])} ${String(item[ledgerTable.sortKey])}`;
  return new NamedError('LedgerCorrupt', `ledger item ${where}: ${problem}`, { fault: 'bug' });
}
