import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { LabClock } from '../kernel/clock';
import { NamedError } from '../../../functions/shared/named-error';

/** Where a flow stands in the history: the event that its next event follows. */
export interface Cursor {
  previous: number;
}

/** What an event holds besides its number, time and type. */
export type Details = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** AWS ends an execution with its 25,000th event. */
export const MAX_EVENTS = 25_000;
/** What AWS reports for inputs and outputs that are in the history in full. */
export const WHOLE = { truncated: false } as const;

/** Thrown instead of adding the last event that AWS has room for: that one must be the end of the execution. */
export class HistoryFull extends NamedError<'HistoryFull'> {
  constructor() {
    super('HistoryFull', `the history has ${MAX_EVENTS} events at most`, { fault: 'operator' });
  }
}

/** The events of one execution, numbered from 1. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #texts = new Map<string, string>();
  readonly #clock: LabClock;
  readonly #listener: (event: HistoryEvent) => void;

  constructor(clock: LabClock, listener: (event: HistoryEvent) => void) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Adds an event after the one that `cursor` points to, and moves the cursor on to it. */
  add(cursor: Cursor, type: HistoryEventType, details: Details = {}): number {
    const id = this.aside(cursor, type, details);
    cursor.previous = id;
    return id;
  }

  /** Adds an event that no later one follows: AWS leaves the cursor where it was after some. */
  aside(cursor: Cursor, type: HistoryEventType, details: Details = {}): number {
    if (this.events.length >= MAX_EVENTS - 1) throw new HistoryFull();
    return this.#append(cursor.previous, type, details);
  }

  /** Adds the event that ends the execution. */
  end(previousEventId: number, type: HistoryEventType, details: Details): number {
    this.#texts.clear();
    return this.#append(previousEventId, type, details);
  }

  #append(previousEventId: number, type: HistoryEventType, details: Details): number {
    const id = this.events.length + 1;
    const event: HistoryEvent = { timestamp: this.#now(), type, id, previousEventId, ...details };
    this.events.push(event);
    this.#listener(event);
    return id;
  }

  /** The same text, and the same string for equal ones: a history repeats itself, and most of it is text. */
  shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    // V8 leaves a text in the pieces that it was put together of, twice its size, until somebody looks into it.
    text.charCodeAt(text.length - 1);
    this.#texts.set(text, text);
    return text;
  }

  /** What happens at one instant, mostly three events or more, shares one date. */
  #now(): Date {
    const last = this.events.at(-1)?.timestamp;
    return last?.getTime() === this.#clock.millis() ? last : this.#clock.now();
  }

  /** The number of the last event. */
  get last(): number {
    return this.events.length;
  }
}
