import type { Random } from '../../../../functions/shared/random';

/**
 * Where queue ids come from: 1, 2, 3, … or, as CloudBees CI in high availability does it, random ones of 63 bits
 * (FACTS.md, 0, point 7). Always strings: JavaScript rounds the large ones.
 */
export class QueueIds {
  readonly #random: Random | undefined;
  #last = 0;

  constructor(options: { large: Random | undefined }) {
    this.#random = options.large;
  }

  next(): string {
    if (this.#random === undefined) return String(++this.#last);
    const high = BigInt(Math.floor(this.#random.next() * 2 ** 31));
    const low = BigInt(Math.floor(this.#random.next() * 2 ** 32));
    // The top bit of the 63 is set, so that every id is one that a double cannot hold.
    return String((1n << 62n) | (((high << 32n) | low) & ((1n << 62n) - 1n)));
  }

  /** What `queue.xml` remembers. */
  get counter(): number {
    return this.#last;
  }

  /** After a crash: ids given out since `counter` was saved are given out again. */
  rewind(counter: number): void {
    this.#last = counter;
  }
}
