import type { Build, QueuedRequest } from './definitions';
import { asRecord } from './parameter-values';
import type { QueueItem } from './queue-item';

/** What happens in the stand-in, for scripts and checkers. Listeners are called at once, at that virtual instant. */
export interface EventMap {
  queued: (request: QueuedRequest) => void;
  'build-started': (build: Build) => void;
  'build-finished': (build: Build) => void;
}

type Listeners = { [Name in keyof EventMap]: Set<EventMap[Name]> };

export class Events {
  readonly #listeners: Listeners = { queued: new Set(), 'build-started': new Set(), 'build-finished': new Set() };

  /** Returns how to stop listening. */
  on<Name extends keyof EventMap>(name: Name, listener: EventMap[Name]): () => void {
    this.#listeners[name].add(listener);
    return () => {
      this.#listeners[name].delete(listener);
    };
  }

  queued(item: QueueItem): void {
    const request = { id: item.id, job: item.job.name, parameters: asRecord(item.values) };
    for (const listener of this.#listeners.queued) listener(request);
  }

  started(build: Build): void {
    for (const listener of this.#listeners['build-started']) listener(build);
  }

  finished(build: Build): void {
    for (const listener of this.#listeners['build-finished']) listener(build);
  }
}
