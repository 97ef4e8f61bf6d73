/** A 64th each of enough for a million of different names in a file, in 16 MB. */
const parts = 64;
const mostSlots = 2 ** 21 / parts;
const fullAt = 0.62;

/**
 * Tells texts that have been seen from new ones, by 53 bits of each: of a million texts, two are taken for one in one
 * file of twenty thousand. Beyond 1.25 million no more are told apart.
 *
 * In parts, which grow one after the other: a whole would need half as much again while it grows.
 */
export class Distinct {
  readonly #parts = Array.from({ length: parts }, () => new Hashes());

  /** @returns whether it was not seen before under this number; `undefined`: it cannot be told any more. */
  add(text: string, under: number): boolean | undefined {
    const hash = hashOf(text, under);
    return this.#parts[Math.floor(hash / 2 ** 32) % parts]?.add(hash);
  }
}

/** A set of whole numbers from 1 to 2^53. */
class Hashes {
  #slots = new Float64Array(16);
  #size = 0;

  /** @returns whether it is new; `undefined`: there is no room. */
  add(hash: number): boolean | undefined {
    const at = this.#find(this.#slots, hash);
    if (this.#slots[at] === hash) return false;
    if (this.#size >= this.#slots.length * fullAt) {
      if (this.#slots.length >= mostSlots) return undefined;
      this.#grow();
      return this.add(hash);
    }
    this.#slots[at] = hash;
    this.#size += 1;
    return true;
  }

  #find(slots: Float64Array, hash: number): number {
    const mask = slots.length - 1;
    let at = hash & mask;
    while (slots[at] !== 0 && slots[at] !== hash) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) if (hash !== 0) slots[this.#find(slots, hash)] = hash;
    this.#slots = slots;
  }
}

// A name of its own: looked up once, and not twice for each character.
const { imul } = Math;

/** Never 0. Source: cyrb53 (public domain), whose halves are those of MurmurHash's end. */
function hashOf(text: string, seed: number): number {
  let [high, low] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = imul(high ^ code, 2_654_435_761);
    low = imul(low ^ code, 1_597_334_677);
  }
  high = imul(high ^ (high >>> 16), 2_246_822_507) ^ imul(low ^ (low >>> 13), 3_266_489_909);
  low = imul(low ^ (low >>> 16), 2_246_822_507) ^ imul(high ^ (high >>> 13), 3_266_489_909);
  return 2 ** 32 * (2_097_151 & low) + (high >>> 0) || 1;
}
