/** Microseconds of a monotonic clock; only differences are meaningful. */
export function microsNow(): number {
  return Math.round(performance.now() * 1000);
}

/** Settles as `work` does; after so many milliseconds it calls `stop` and rejects with the error that `late` makes. */
export async function withinTime<Value>(
  millis: number,
  work: Promise<Value>,
  { late, stop }: { readonly late: () => Error; readonly stop: () => void },
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        stop();
        reject(late());
      },
      Math.max(0, millis),
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after so many milliseconds. */
export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

const tickMs = 5;

/** The looks that are under way share one timer. */
const watching = new Set<LoopWatch>();
let ticker: NodeJS.Timeout | undefined;
let tickedAt = 0;

function tick(): void {
  const now = performance.now();
  for (const watch of watching) watch.note(now);
  tickedAt = now;
}

/**
 * Measures how long the event loop was held up since this was created. `monitorEventLoopDelay` is no substitute: it only counts
 * delays that are over at its next tick, and a look may end before that.
 */
export class LoopWatch {
  readonly #begun = performance.now();
  #longestMs = 0;

  constructor() {
    if (watching.size === 0) {
      tickedAt = this.#begun;
      ticker = setInterval(tick, tickMs);
    }
    watching.add(this);
  }

  /** Called at each tick. */
  note(now: number): void {
    this.#longestMs = Math.max(this.#longestMs, now - Math.max(tickedAt, this.#begun));
  }

  /** The longest delay in milliseconds, beyond the time between two ticks. */
  longestMs(): number {
    this.note(performance.now());
    return Math.max(0, this.#longestMs - tickMs);
  }

  end(): void {
    watching.delete(this);
    if (watching.size === 0) clearInterval(ticker);
  }
}
