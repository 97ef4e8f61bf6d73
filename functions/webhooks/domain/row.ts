import type { Envelope } from '../contracts/envelope';
import type { Route } from '../contracts/routes';
import { columnOf } from './columns';
import { parseExactJson, type JsonRefusal } from './json/parse';
import { NumberText, atPointer, type JsonValue } from './json/value';
import { longestText, utf8Length, writeJson, wellFormed, type Flag } from './json/write';
import { isDistinct } from './redshift-text';
import { sqlTime, timeOfNumber, timeOfText } from './time';

/** Why an authentic event is not in its table but in quarantine. */
export type QuarantineReason =
  | JsonRefusal
  | 'not-utf8'
  | 'encoding-unknown'
  | 'encoding-broken'
  | 'inflates-too-far'
  | 'schema'
  | 'route-unknown'
  | 'message-malformed'
  | 'warehouse-refused';

export type RowResult =
  | { readonly action: 'stage'; readonly json: string; readonly receivedMs: number; readonly flags: readonly Flag[] }
  | { readonly action: 'quarantine'; readonly reason: QuarantineReason; readonly detail: string };

/** Of an object in COPY's JSON and of a row, at most 4 MB; a row's pipes count twice (Redshift, "Data format parameters"). */
const longestRow = 4_000_000;
const sizeOf = (json: string) => utf8Length(json) + json.split('|').length - 1;
const longestEventId = 256;

/** A column's name, and its JSON. */
type Member = readonly [name: string, json: string];

export interface RowInput {
  readonly route: Route;
  readonly envelope: Envelope;
  /** The body's text, inflated where it came compressed. */
  readonly text: string;
  /** Of the bytes as they came. */
  readonly bodySha256: string;
  readonly bodyBytes: number;
  /** Where the bytes as they came are kept, if they are. */
  readonly rawKey: string | undefined;
  /** SHA-256 in hexadecimal. */
  readonly hash: (text: string) => string;
}

/** The row of an event: one line of JSON that COPY reads, keys being the columns of the table. */
export function rowOf(input: RowInput): RowResult {
  const { route, envelope, text } = input;
  const parsed = parseExactJson(text);
  if ('refused' in parsed) {
    return { action: 'quarantine', reason: parsed.refused, detail: `at character ${parsed.at}` };
  }
  const flags = new Set<Flag>();
  const flag = (one: Flag) => void flags.add(one);
  if (parsed.duplicateKeys) flag('duplicate-keys');
  const typed: Member[] = [];
  for (const [name, column] of Object.entries(route.columns)) {
    const result = columnOf(name, column, parsed.value, flag);
    if ('misfit' in result) return { action: 'quarantine', reason: 'schema', detail: result.misfit };
    typed.push([name, result.json]);
  }
  const receivedMs = Date.parse(envelope.receivedAt);
  const eventTime = eventTimeOf(route, parsed.value, flag);
  const short = utf8Length(text) <= longestText;
  if (!short) flag('raw-text-in-store');
  const quoted = (value: string | null) => JSON.stringify(value);
  const common: readonly Member[] = [
    ['source', quoted(route.name)],
    ['tenant', quoted(wellFormed(envelope.tenant))],
    ['event_id', quoted(eventIdOf(input, parsed.value, flag))],
    ['event_time', quoted(eventTime === undefined ? null : sqlTime(eventTime))],
    ['received_at', quoted(sqlTime(receivedMs))],
    ['seq', String(envelope.seq)],
    ['message_id', quoted(envelope.id)],
    ['body_sha256', quoted(input.bodySha256)],
    ['body_bytes', String(input.bodyBytes)],
    ['payload_text', quoted(short ? text : null)],
    ['raw_key', quoted(short ? null : (input.rawKey ?? null))],
  ];
  const fitting = fit([...common, ...typed, ['payload', writeJson(parsed.value, flag)]], typed, flag);
  const members = [...fitting, ['flags', quoted(cutFlags([...flags].sort()))]] as const;
  const json = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
  return { action: 'stage', json, receivedMs, flags: [...flags] };
}

/** Leaves out the payload, then the largest of the route's columns, until a row takes what is left. */
function fit(members: readonly Member[], typed: readonly Member[], flag: (flag: Flag) => void): readonly Member[] {
  const sizes = new Map(members.map(([name, json]) => [name, sizeOf(json)]));
  let size = [...sizes.values()].reduce((sum, one) => sum + one, 0);
  const bySize = typed.map(([name]) => name).sort((left, right) => (sizes.get(right) ?? 0) - (sizes.get(left) ?? 0));
  const left = new Set<string>();
  for (const name of ['payload', ...bySize]) {
    if (size <= longestRow) break;
    size -= sizes.get(name) ?? 0;
    left.add(name);
    flag(name === 'payload' ? 'payload-left-out' : `null:${name}`);
  }
  return members.map(([name, json]) => [name, left.has(name) ? 'null' : json]);
}

/** By the sender's id, or, where there is none, by all that makes the event. */
function eventIdOf(
  { route, envelope, bodySha256, hash }: RowInput,
  event: JsonValue,
  flag: (flag: Flag) => void,
): string {
  const { eventId } = route;
  const given = eventId.from === 'body' ? atPointer(event, eventId.pointer) : envelope.eventId;
  const id = given instanceof NumberText ? given.text : given;
  if (typeof id !== 'string' || id === '') return `sha256:${hash(`${route.name}\n${envelope.tenant}\n${bodySha256}`)}`;
  const isWhole = wellFormed(id) === id;
  if (isWhole && utf8Length(id) <= longestEventId && isDistinct(id)) return id;
  flag('event-id-hashed');
  // Halves of surrogate pairs are all one in UTF-8, and different as JSON writes them.
  return `sha256:${hash(isWhole ? id : JSON.stringify(id))}`;
}

function eventTimeOf(route: Route, event: JsonValue, flag: (flag: Flag) => void): number | undefined {
  const value = route.eventTime === undefined ? undefined : atPointer(event, route.eventTime);
  if (value === undefined || value === null) return undefined;
  const time =
    typeof value === 'string'
      ? timeOfText(value)
      : value instanceof NumberText
        ? timeOfNumber(Number(value.text))
        : undefined;
  if (time === undefined) flag('event-time-unreadable');
  return time;
}

function cutFlags(flags: readonly string[]): string | null {
  return flags.length === 0 ? null : flags.join(',').slice(0, 1024);
}
