/**
 * One flow of an execution works at a time, in the order in which they became ready.
 *
 * Branches then write their events in batches, each up to where it has to wait, as AWS does; and when one fails,
 * none of the others can slip in an event.
 */
export class Mutex {
  #isHeld = false;
  readonly #queue: (() => void)[] = [];

  async acquire(): Promise<void> {
    if (!this.#isHeld) {
      this.#isHeld = true;
      return;
    }
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  release(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#isHeld = false;
    else next();
  }
}
