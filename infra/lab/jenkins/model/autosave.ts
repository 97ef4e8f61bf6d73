import type { LabClock, Timer } from '../../kernel/clock';
import type { Queue, SavedQueue } from './queue';

/** How long after a change `queue.xml` is written at the latest (since 2.109). */
export const autosaveMs = 60_000;

/** `queue.xml`: what a crash leaves of the queue. */
export class Autosave {
  readonly #clock: LabClock;
  readonly #queue: Queue;
  #saved: SavedQueue;
  #timer: Timer | undefined;

  constructor(clock: LabClock, queue: Queue) {
    this.#clock = clock;
    this.#queue = queue;
    this.#saved = queue.snapshot();
  }

  get saved(): SavedQueue {
    return this.#saved;
  }

  /** The queue has changed: it is saved within a minute, together with all changes until then. */
  changed(): void {
    this.#timer ??= this.#clock.after(autosaveMs, () => this.save());
  }

  save(): void {
    this.forget();
    this.#saved = this.#queue.snapshot();
  }

  /** The process is gone, and with it what it was about to write. */
  forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
