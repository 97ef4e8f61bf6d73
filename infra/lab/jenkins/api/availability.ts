import type { LabClock, Timer } from '../../kernel/clock';

/** What stands between client and Jenkins as a whole: `starting` is Jenkins itself, a status is a proxy in front. */
export type Reachability = 'up' | 'refused' | 'starting' | 502 | 503 | 504;

/**
 * Whether Jenkins can be reached: the worse of its own state (up, down, starting) and of the way to it (an outage of
 * the network or of a proxy, during which Jenkins continues).
 */
export class Availability {
  readonly #clock: LabClock;
  readonly #listeners: ((now: Reachability) => void)[] = [];
  #process: 'up' | 'refused' | 'starting' = 'up';
  #way: 'up' | 'refused' | 502 | 503 | 504 = 'up';
  #processTimer: Timer | undefined;
  #wayTimer: Timer | undefined;

  constructor(clock: LabClock) {
    this.#clock = clock;
  }

  get now(): Reachability {
    return this.#way === 'up' ? this.#process : this.#way;
  }

  onChange(listener: (now: Reachability) => void): void {
    this.#listeners.push(listener);
  }

  /** The process is away: refused at first, then its start page; `up` is called when it is back. */
  down(options: { forMs: number; refusedForMs: number }, up: () => void): void {
    const becomes = (state: 'up' | 'refused' | 'starting'): void => this.#change(() => (this.#process = state));
    const starting = (): void => {
      becomes('starting');
      this.#processTimer = this.#clock.after(Math.max(0, options.forMs - options.refusedForMs), () => {
        becomes('up');
        up();
      });
    };
    this.#processTimer?.cancel();
    if (options.refusedForMs > 0) {
      becomes('refused');
      this.#processTimer = this.#clock.after(options.refusedForMs, starting);
    } else {
      starting();
    }
  }

  /** The way to Jenkins is broken. */
  cutOff(kind: 'refused' | 502 | 503 | 504, forMs: number): void {
    this.#wayTimer?.cancel();
    this.#change(() => (this.#way = kind));
    if (!Number.isFinite(forMs)) return;
    this.#wayTimer = this.#clock.after(forMs, () => this.restore());
  }

  restore(): void {
    this.#wayTimer?.cancel();
    this.#change(() => (this.#way = 'up'));
  }

  #change(apply: () => void): void {
    const before = this.now;
    apply();
    if (this.now === before) return;
    for (const listener of this.#listeners) listener(this.now);
  }
}
