import type { BuildRecord } from './build-record';
import type { Cause } from './cause';
import type { Job } from './job';
import type { ParameterValue } from './parameter-values';

/**
 * Where an item is on its way (FACTS.md, 2). `pending`: an executor has it but has not begun. `left`: it is out
 * of the queue, cancelled or taken off; its build appears a moment after that.
 */
export type ItemState = 'waiting' | 'blocked' | 'buildable' | 'pending' | 'left';

/** One request in the queue. Plain state; the queue and the dispatcher move it. */
export class QueueItem {
  readonly id: string;
  readonly job: Job;
  readonly values: readonly ParameterValue[];
  readonly causes: Cause[];
  /** In milliseconds since the epoch. */
  readonly queuedAt: number;
  dueAt: number;
  state: ItemState = 'waiting';
  buildableSince: number | undefined;
  leftAt: number | undefined;
  cancelled = false;
  build: BuildRecord | undefined;

  constructor(init: {
    id: string;
    job: Job;
    values: readonly ParameterValue[];
    cause: Cause;
    queuedAt: number;
    dueAt: number;
  }) {
    this.id = init.id;
    this.job = init.job;
    this.values = init.values;
    this.causes = [init.cause];
    this.queuedAt = init.queuedAt;
    this.dueAt = init.dueAt;
  }

  get path(): string {
    return `queue/item/${this.id}/`;
  }

  /** Whether an equal request would be merged into this one. Pending and left items are past it (since 2.29). */
  get mergeable(): boolean {
    return this.state === 'waiting' || this.state === 'blocked' || this.state === 'buildable';
  }
}
