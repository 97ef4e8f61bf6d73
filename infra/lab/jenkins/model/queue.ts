import type { Cause } from './cause';
import type { Job } from './job';
import { sameValues, type ParameterValue } from './parameter-values';
import type { QueueIds } from './queue-ids';
import { QueueItem } from './queue-item';

/** How long Jenkins remembers an item that has left: `expireAfterWrite(5, MINUTES)`, in memory only. */
export const leftItemsMs = 5 * 60_000;

/** What `queue.xml` holds. */
export interface SavedQueue {
  readonly ids: ReadonlySet<string>;
  readonly counter: number;
}

/** The items, those in the queue and those that have just left it. Passive: nothing here waits or decides. */
export class Queue {
  readonly #ids: QueueIds;
  readonly #now: () => number;
  readonly #items = new Map<string, QueueItem>();
  readonly #left = new Map<string, QueueItem>();

  constructor(ids: QueueIds, now: () => number) {
    this.#ids = ids;
    this.#now = now;
  }

  /**
   * Adds a request, or merges it into an equal one of the same job that is still in the queue: that one keeps its id,
   * gains the cause, and the earlier due time wins (FACTS.md, 1.5).
   */
  schedule(
    job: Job,
    values: readonly ParameterValue[],
    cause: Cause,
    delayMs: number,
  ): { item: QueueItem; created: boolean } {
    const queuedAt = this.#now();
    const dueAt = queuedAt + delayMs;
    const twin = this.live().find((item) => item.job === job && item.mergeable && sameValues(item.values, values));
    if (twin !== undefined) {
      twin.causes.push(cause);
      twin.dueAt = Math.min(twin.dueAt, dueAt);
      return { item: twin, created: false };
    }
    const item = new QueueItem({ id: this.#ids.next(), job, values, cause, queuedAt, dueAt });
    this.#items.set(item.id, item);
    return { item, created: true };
  }

  /** What is in the queue, oldest first. */
  live(): QueueItem[] {
    return [...this.#items.values()];
  }

  /** An item in the queue, or one that left it less than five minutes ago. */
  find(id: string): QueueItem | undefined {
    this.#expire();
    return this.#items.get(id) ?? this.#left.get(id);
  }

  leave(item: QueueItem, how: { cancelled: boolean }): void {
    this.#expire();
    item.state = 'left';
    item.cancelled = how.cancelled;
    item.leftAt = this.#now();
    this.#items.delete(item.id);
    this.#left.set(item.id, item);
  }

  snapshot(): SavedQueue {
    return { ids: new Set(this.#items.keys()), counter: this.#ids.counter };
  }

  /** Items that have left are kept in memory only, so no restart keeps them. */
  forgetLeft(): void {
    this.#left.clear();
  }

  /** After a crash: what was not in `queue.xml` yet is gone, and its ids will be given out again. */
  restore(saved: SavedQueue): void {
    for (const id of this.#items.keys()) {
      if (!saved.ids.has(id)) this.#items.delete(id);
    }
    this.#ids.rewind(saved.counter);
  }

  #expire(): void {
    // Items are in the order in which they left: the first one that may stay ends the search.
    for (const [id, item] of this.#left) {
      if ((item.leftAt ?? 0) + leftItemsMs > this.#now()) return;
      this.#left.delete(id);
    }
  }
}
