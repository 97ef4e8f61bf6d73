import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { LabClock } from '../kernel/clock';
import { NamedError } from '../../../functions/shared/named-error';
import { differenceOf, PackedEntries, withDifference } from './packed';

/** Where a flow stands in the history: the event that its next event follows. */
export interface Cursor {
  previous: number;
}

/** What an event holds besides its number, time and type. */
export type Details = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** AWS ends an execution with its 25,000th event. */
export const maxEvents = 25_000;
/** What AWS reports for inputs and outputs that are in the history in full. */
export const untruncated = { truncated: false } as const;

const none: Details = Object.freeze({});

/** Thrown instead of adding the last event that AWS has room for: that one must be the end of the execution. */
export class HistoryFull extends NamedError<'HistoryFull'> {
  constructor() {
    super('HistoryFull', `the history has ${maxEvents} events at most`, { fault: 'operator' });
  }
}

/** The types that there have been: a kept event has the number of its type. */
const types: HistoryEventType[] = [];
const numberOfType = new Map<HistoryEventType, number>();

/** An event as listeners receive it. Most look at few: the rest is not made. */
export class ToldEvent {
  readonly #head: Pick<HistoryEvent, 'timestamp' | 'type' | 'id' | 'previousEventId'>;
  readonly #details: Details;
  readonly #detailsText: string;
  #event: HistoryEvent | undefined;

  /** `detailsText`: the details as JSON. */
  constructor(head: ToldEvent['event'], details: Details, detailsText: string) {
    this.#head = head;
    this.#details = details;
    this.#detailsText = detailsText;
  }

  get event(): HistoryEvent {
    return (this.#event ??= { ...this.#head, ...this.#details });
  }

  /** The event as JSON. */
  get text(): string {
    const head = JSON.stringify(this.#head);
    return this.#detailsText === '{}' ? head : `${head.slice(0, -1)},${this.#detailsText.slice(1)}`;
  }
}

/**
 * The events of one execution, numbered from 1.
 *
 * They are kept compact, and written out when a reader asks: an event's details as JSON, without what they have in common
 * with the last event of the same type at their beginning and end. A history is polls, which differ in a count, so little
 * of it is left.
 */
export class History {
  readonly #kept = new PackedEntries();
  #last = 0;
  /** When the last event was, in ms since 1970. */
  #lastAt = 0;
  /** By type the details of the last event, in full. */
  readonly #lastOfType = new Map<HistoryEventType, string>();
  readonly #clock: LabClock;
  readonly #listener: (told: ToldEvent) => void;

  constructor(clock: LabClock, listener: (told: ToldEvent) => void) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Adds an event after the one that `cursor` points to, and moves the cursor on to it. */
  add(cursor: Cursor, type: HistoryEventType, details: Details = none): number {
    const id = this.aside(cursor, type, details);
    cursor.previous = id;
    return id;
  }

  /** Adds an event that no later one follows: AWS leaves the cursor where it was after some. */
  aside(cursor: Cursor, type: HistoryEventType, details: Details = none): number {
    if (this.#last >= maxEvents - 1) throw new HistoryFull();
    return this.#append(cursor.previous, type, details);
  }

  /** Adds the event that the execution begins, continues or ends with. */
  end(previousEventId: number, type: HistoryEventType, details: Details): number {
    const id = this.#append(previousEventId, type, details);
    this.#lastOfType.clear();
    this.#kept.trim();
    return id;
  }

  /** All events so far, each time again. */
  get events(): HistoryEvent[] {
    const lastOfType = new Map<HistoryEventType, string>();
    const events: HistoryEvent[] = [];
    let at = 0;
    for (const { numbers, difference } of this.#kept.entries()) {
      const [typeNumber, after, back] = numbers;
      const type = types[typeNumber] as HistoryEventType;
      const text = withDifference(lastOfType.get(type) ?? '', difference);
      lastOfType.set(type, text);
      at += after;
      const id = events.length + 1;
      const head = { timestamp: new Date(at), type, id, previousEventId: id - back };
      events.push({ ...head, ...(JSON.parse(text) as Details) });
    }
    return events;
  }

  #append(previousEventId: number, type: HistoryEventType, details: Details): number {
    const timestamp = this.#clock.now();
    const text = textOf(details);
    const difference = differenceOf(this.#lastOfType.get(type) ?? '', text);
    this.#lastOfType.set(type, text);
    const id = this.#last + 1;
    this.#kept.add({
      numbers: [typeNumberOf(type), timestamp.getTime() - this.#lastAt, id - previousEventId],
      difference,
    });
    this.#last = id;
    this.#lastAt = timestamp.getTime();
    this.#listener(new ToldEvent({ timestamp, type, id, previousEventId }, details, text));
    return id;
  }

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }
}

const texts = new WeakMap<Details, string>();

/** The same details come with many events if they say nothing, or only what the state machine says. */
function textOf(details: Details): string {
  if (!Object.isFrozen(details)) return JSON.stringify(details);
  const text = texts.get(details) ?? JSON.stringify(details);
  texts.set(details, text);
  return text;
}

function typeNumberOf(type: HistoryEventType): number {
  const known = numberOfType.get(type);
  if (known !== undefined) return known;
  numberOfType.set(type, types.length);
  return types.push(type) - 1;
}
