import type { Clock } from '../../../functions/shared/runtime';
import { NamedError } from '../../../functions/shared/named-error';

/** A scheduled callback that can be taken back. */
export interface Timer {
  /** When it is due, in milliseconds since the epoch. */
  readonly at: number;
  cancel(): void;
}

/** What the lab's parts need of time: read it, wait for it, and hold it still while something real happens. */
export interface LabClock extends Clock {
  now(): Date;
  /** Milliseconds since the epoch. */
  millis(): number;
  /** Calls `run` when `delayMs` milliseconds of virtual time have passed; 0 means "next, at this same instant". */
  after(delayMs: number, run: () => void): Timer;
  /**
   * Does real I/O (a call over HTTP) while virtual time stands still.
   *
   * Calls run one at a time, in the order in which they were started: two requests that race on a socket would
   * arrive in an order that no seed can repeat.
   */
  io<T>(start: () => Promise<T>): Promise<T>;
}

/** Holds time back, so that virtual time does not run ahead of the wall. Resolves when `millis` may begin. */
export type Pace = (millis: number) => Promise<void>;

class Entry implements Timer {
  readonly at: number;
  readonly sequence: number;
  /** `undefined` once it is taken back, or has run. */
  run: (() => void) | undefined;
  readonly #cancelled: () => void;

  constructor(at: number, sequence: number, run: () => void, cancelled: () => void) {
    this.at = at;
    this.sequence = sequence;
    this.run = run;
    this.#cancelled = cancelled;
  }

  cancel(): void {
    if (this.run === undefined) return;
    this.run = undefined;
    this.#cancelled();
  }
}

/** Below this many timers, those that were taken back are left in the heap. */
const fewTimers = 256;

/** The event loop has a turn after so many instants without one: some milliseconds. */
const ticksATurn = 64;

/**
 * Virtual time: it stands still until it is advanced, and then jumps from timer to timer.
 *
 * After each timer everything that it set going is settled before the next one is taken: all microtasks, and all
 * real I/O announced with `io`. Timers due at the same instant run in the order in which they were scheduled.
 */
export class VirtualClock implements LabClock {
  #millis: number;
  #sequence = 0;
  #heap: Entry[] = [];
  #cancelled = 0;
  #ioTail: Promise<unknown> = Promise.resolve();
  #ioPending = 0;
  #hasDoneIo = false;
  #ticks = 0;
  readonly #pace: Pace | undefined;

  constructor(options: { startAt?: Date; pace?: Pace } = {}) {
    this.#millis = (options.startAt ?? new Date('2026-01-01T00:00:00.000Z')).getTime();
    this.#pace = options.pace;
  }

  now(): Date {
    return new Date(this.#millis);
  }

  millis(): number {
    return this.#millis;
  }

  after(delayMs: number, run: () => void): Timer {
    if (!(delayMs >= 0)) {
      throw new NamedError('InvalidDelay', `a timer needs a delay of 0 ms or more, got ${delayMs}`, { fault: 'bug' });
    }
    // Whole milliseconds, as AWS counts. Never early: who waits for 0.4 ms more would wait for ever.
    const entry = new Entry(this.#millis + Math.ceil(delayMs), this.#sequence++, run, this.#sweep);
    push(this.#heap, entry);
    return entry;
  }

  /** Most timers are time limits, hours away and taken back within milliseconds: they go when they are the most. */
  readonly #sweep = (): void => {
    this.#cancelled += 1;
    if (this.#cancelled < fewTimers || this.#cancelled * 2 < this.#heap.length) return;
    // What comes first does not change, and a sorted list is a heap.
    this.#heap = this.#heap
      .filter(({ run }) => run !== undefined)
      .sort((left, right) => (before(left, right) ? -1 : 1));
    this.#cancelled = 0;
  };

  io<T>(start: () => Promise<T>): Promise<T> {
    this.#ioPending += 1;
    this.#hasDoneIo = true;
    const result = this.#ioTail.then(start).finally(() => {
      this.#ioPending -= 1;
    });
    this.#ioTail = result.catch(() => undefined);
    return result;
  }

  /** Lets everything that can happen at this instant without a timer happen. */
  async settle(): Promise<void> {
    do {
      await this.#ioTail;
      await this.#microtasks();
    } while (this.#ioPending > 0);
  }

  /**
   * Lets every microtask run that there is, and those that they queue.
   *
   * A tick of Node's comes after all of them, as a turn of the event loop does, in a third of the time. Turns are left for
   * what comes from outside (a signal, a request for a page), and for all of a clock whose world does real I/O.
   */
  #microtasks(): Promise<void> {
    this.#ticks = (this.#ticks + 1) % ticksATurn;
    const isTurn = this.#hasDoneIo || this.#ticks === 0;
    return new Promise((resolve) => {
      if (isTurn) setImmediate(resolve);
      else process.nextTick(resolve);
    });
  }

  /** Advances by `millis` milliseconds, running every timer that falls due on the way, in order. */
  async advance(millis: number): Promise<void> {
    const end = this.#millis + millis;
    await this.settle();
    while (await this.#step(end));
    this.#millis = Math.max(this.#millis, end);
  }

  /**
   * Runs timer after timer until `done()` is true, no timer is left, or `limitMs` milliseconds have passed.
   * Returns whether `done()` became true.
   */
  async runUntil(done: () => boolean, limitMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const end = this.#millis + limitMs;
    await this.settle();
    while (!done()) {
      if (!(await this.#step(end))) return done();
    }
    return true;
  }

  async #step(end: number): Promise<boolean> {
    const entry = this.#next(end);
    if (entry === undefined) return false;
    await this.#pace?.(entry.at);
    this.#millis = entry.at;
    const { run } = entry;
    if (run === undefined) {
      this.#cancelled -= 1;
    } else {
      entry.run = undefined;
      run();
      await this.settle();
    }
    return true;
  }

  #next(end: number): Entry | undefined {
    for (;;) {
      const entry = this.#heap[0];
      if (entry === undefined || (entry.run !== undefined && entry.at > end)) return undefined;
      pop(this.#heap);
      if (entry.run !== undefined) return entry;
      this.#cancelled -= 1;
    }
  }
}

function before(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.sequence < right.sequence);
}

function push(heap: Entry[], entry: Entry): void {
  let child = heap.length;
  heap.push(entry);
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!before(entry, at(heap, parent))) break;
    heap[child] = at(heap, parent);
    child = parent;
  }
  heap[child] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let parent = 0;
  for (;;) {
    let child = parent * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(at(heap, child + 1), at(heap, child))) child += 1;
    if (!before(at(heap, child), last)) break;
    heap[parent] = at(heap, child);
    parent = child;
  }
  heap[parent] = last;
}

function at(heap: Entry[], index: number): Entry {
  return heap[index] as Entry;
}
