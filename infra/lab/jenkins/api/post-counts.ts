/** What became of the requests to build one job. */
export interface PostCount {
  /** Reached Jenkins, with any answer. */
  readonly received: number;
  /** Became a queue item. */
  readonly created: number;
  /** Were merged into one that was there. */
  readonly merged: number;
}

export class PostCounts {
  readonly #counts = new Map<string, PostCount>();

  of(job: string): PostCount {
    return this.#counts.get(job) ?? { received: 0, created: 0, merged: 0 };
  }

  add(job: string, what: keyof PostCount): void {
    const count = this.of(job);
    this.#counts.set(job, { ...count, [what]: count[what] + 1 });
  }
}
