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

/**
 * One event as it is kept: its details as JSON, without what they have in common with the last event of the same type at
 * their beginning and end. A history is polls, which differ in a count, so little of it is left.
 */
class Kept {
  constructor(
    readonly type: HistoryEventType,
    /** In ms since the first event: a small number, which V8 keeps in its place. */
    readonly after: number,
    readonly previous: number,
    readonly difference: Difference,
  ) {}
}

/** What a text begins and ends with as the one before it does, in characters, and what stands between. */
class Difference {
  constructor(
    readonly head: number,
    readonly middle: string,
    readonly tail: number,
  ) {}
}

/** The events of one execution, numbered from 1. They are kept compact, and written out on demand. */
export class History {
  readonly #kept: Kept[] = [];
  /** By type the details of the last event, in full. */
  readonly #last = new Map<HistoryEventType, string>();
  /** In ms since 1970. */
  #began = 0;
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
    if (this.last >= MAX_EVENTS - 1) throw new HistoryFull();
    return this.#append(cursor.previous, type, details);
  }

  /** Adds the event that ends the execution. */
  end(previousEventId: number, type: HistoryEventType, details: Details): number {
    const id = this.#append(previousEventId, type, details);
    this.#last.clear();
    return id;
  }

  /** All events so far, each time anew. */
  get events(): HistoryEvent[] {
    const last = new Map<HistoryEventType, string>();
    return this.#kept.map(({ type, after, previous, difference }, index) => {
      const text = withDifference(last.get(type) ?? '', difference);
      last.set(type, text);
      const timestamp = new Date(this.#began + after);
      return { timestamp, type, id: index + 1, previousEventId: previous, ...(JSON.parse(text) as Details) };
    });
  }

  #append(previousEventId: number, type: HistoryEventType, details: Details): number {
    const timestamp = this.#clock.now();
    const text = JSON.stringify(details);
    const difference = differenceOf(this.#last.get(type) ?? '', text);
    this.#last.set(type, text);
    if (this.last === 0) this.#began = timestamp.getTime();
    this.#kept.push(new Kept(type, timestamp.getTime() - this.#began, previousEventId, difference));
    const id = this.last;
    this.#listener({ timestamp, type, id, previousEventId, ...details });
    return id;
  }

  /** The number of the last event. */
  get last(): number {
    return this.#kept.length;
  }
}

function differenceOf(base: string, text: string): Difference {
  const most = Math.min(base.length, text.length);
  let head = 0;
  while (head < most && base.charCodeAt(head) === text.charCodeAt(head)) head += 1;
  let tail = 0;
  while (tail < most - head && base.charCodeAt(base.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail))
    tail += 1;
  return new Difference(head, copied(text.slice(head, text.length - tail)), tail);
}

function withDifference(base: string, { head, middle, tail }: Difference): string {
  return base.slice(0, head) + middle + base.slice(base.length - tail);
}

/** A string of its own: V8 makes a slice of a window that keeps the whole text alive. */
function copied(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
