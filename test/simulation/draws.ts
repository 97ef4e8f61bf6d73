import type { Random } from '../../functions/shared/random';
import { randomStream } from '../../infra/lab/kernel/random';

/** Draws out of one stream, in words. */
export class Draws {
  readonly #random: Random;

  /** The same names give the same draws, whatever else is drawn anywhere. */
  constructor(...names: readonly (string | number)[]) {
    this.#random = randomStream(...names);
  }

  /** In [0, 1). */
  unit(): number {
    return this.#random.next();
  }

  /** Whether something happens that is as likely as `probability` (0 to 1). */
  happens(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A whole number from `least` to `most`, both of them possible. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[Math.floor(this.unit() * items.length)] as Item;
  }
}
