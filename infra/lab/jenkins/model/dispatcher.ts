import type { LabClock, Timer } from '../../kernel/clock';
import type { Job } from './job';
import type { Queue } from './queue';
import type { QueueItem } from './queue-item';

/** The short steps between an executor taking an item and its build being whole, in milliseconds. */
export interface TakeOff {
  /** In the queue still, as `pending`. */
  readonly pendingMs: number;
  /** Out of the queue, without a build: `executable` is null, and neither list shows it (FACTS.md, 0 and 3). */
  readonly noBuildMs: number;
  /** The build is there and its parameters are not. */
  readonly noParametersMs: number;
}

/** Moves items towards executors: waiting → blocked → buildable → pending → left. */
export class Dispatcher {
  /** Jenkins is about to shut down: what is not on an executor yet stays in the queue. */
  quieting = false;
  executors: number;
  readonly #clock: LabClock;
  readonly #queue: Queue;
  readonly #takeOff: TakeOff;
  readonly #launch: (item: QueueItem) => boolean;
  readonly #moved: () => void;
  readonly #starting = new Map<QueueItem, Timer>();
  #busy = 0;
  #halted = false;
  #maintenanceDue = false;
  #due: Timer | undefined;

  /** `launch` makes the build of an item and says whether there is one: a job may have been disabled meanwhile. */
  constructor(deps: {
    clock: LabClock;
    queue: Queue;
    executors: number;
    takeOff: TakeOff;
    launch: (item: QueueItem) => boolean;
    moved: () => void;
  }) {
    this.#clock = deps.clock;
    this.#queue = deps.queue;
    this.#takeOff = deps.takeOff;
    this.executors = deps.executors;
    this.#launch = deps.launch;
    this.#moved = deps.moved;
  }

  /** Something has changed: look at the queue again, at this instant but after what is going on now. */
  changed(): void {
    if (this.#maintenanceDue) return;
    this.#maintenanceDue = true;
    this.#clock.after(0, () => this.#maintain());
  }

  /** An executor is free again. */
  freed(): void {
    this.#busy -= 1;
    this.changed();
  }

  /** Whether another build of the same job has to end first. */
  blocked(item: QueueItem): boolean {
    return this.quieting || (!item.job.concurrent && this.#occupied(item.job, item));
  }

  /** Jenkins goes down. What was about to start does start on a clean way down, and is lost in a crash. */
  halt(how: { crash: boolean }): void {
    for (const [item, timer] of [...this.#starting]) {
      timer.cancel();
      if (item.state === 'left' && !how.crash) this.#start(item);
      else this.#giveBack(item);
    }
    this.#halted = true;
  }

  resume(): void {
    this.#halted = false;
    this.changed();
  }

  #giveBack(item: QueueItem): void {
    this.#starting.delete(item);
    this.#busy -= 1;
    if (item.state === 'pending') item.state = 'buildable';
  }

  #maintain(): void {
    this.#maintenanceDue = false;
    if (this.#halted) return;
    for (const item of this.#queue.live()) this.#promote(item);
    for (const item of this.#queue.live()) {
      if (item.state === 'buildable' && !this.quieting && this.#busy < this.executors) this.#take(item);
    }
    this.#wakeForNextDue();
  }

  #promote(item: QueueItem): void {
    const ready = item.state === 'blocked' || (item.state === 'waiting' && item.dueAt <= this.#clock.millis());
    if (!ready) return;
    const state = this.blocked(item) ? 'blocked' : 'buildable';
    if (item.state === state) return;
    item.state = state;
    if (state === 'buildable') item.buildableSince = this.#clock.millis();
    this.#moved();
  }

  #occupied(job: Job, except: QueueItem): boolean {
    const ahead = this.#queue.live().some((other) => other !== except && other.job === job && isAhead(other));
    const starting = [...this.#starting.keys()].some((other) => other !== except && other.job === job);
    return ahead || starting || job.running !== undefined;
  }

  #take(item: QueueItem): void {
    this.#busy += 1;
    item.state = 'pending';
    this.#moved();
    this.#in(this.#takeOff.pendingMs, item, () => {
      this.#queue.leave(item, { cancelled: false });
      this.#moved();
      this.#in(this.#takeOff.noBuildMs, item, () => this.#start(item));
    });
  }

  #start(item: QueueItem): void {
    this.#starting.delete(item);
    if (!this.#launch(item)) this.freed();
  }

  #in(delayMs: number, item: QueueItem, run: () => void): void {
    this.#starting.set(item, this.#clock.after(delayMs, run));
  }

  #wakeForNextDue(): void {
    this.#due?.cancel();
    const dues = this.#queue.live().flatMap((item) => (item.state === 'waiting' ? [item.dueAt] : []));
    this.#due = undefined;
    if (dues.length === 0) return;
    this.#due = this.#clock.after(Math.min(...dues) - this.#clock.millis(), () => this.changed());
  }
}

function isAhead(item: QueueItem): boolean {
  return item.state === 'buildable' || item.state === 'pending';
}
