import type { LabClock } from '../../kernel/clock';

/** A bucket's size, and how many tokens come back each second. */
export interface Rate {
  readonly capacity: number;
  readonly perSecond: number;
}

/** AWS's way to limit requests: a full bucket to begin with, one token a request, refilled at a steady rate. */
export class TokenBucket {
  readonly #clock: LabClock;
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;

  constructor(clock: LabClock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.capacity;
    this.#filledAt = clock.millis();
  }

  has(tokens: number): boolean {
    this.#fill();
    return this.#tokens >= tokens;
  }

  take(tokens: number): void {
    this.#fill();
    this.#tokens -= tokens;
  }

  #fill(): void {
    const now = this.#clock.millis();
    const gained = ((now - this.#filledAt) / 1000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.capacity, this.#tokens + gained);
    this.#filledAt = now;
  }
}

/** Takes from all of the buckets, or from none: a request that is refused by one costs nothing in the others. */
export function takeFromAll(costs: readonly { readonly bucket: TokenBucket; readonly tokens: number }[]): boolean {
  if (!costs.every(({ bucket, tokens }) => bucket.has(tokens))) return false;
  costs.forEach(({ bucket, tokens }) => bucket.take(tokens));
  return true;
}
