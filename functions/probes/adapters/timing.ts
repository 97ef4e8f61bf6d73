/** Microseconds of a clock that never goes back; only differences mean something. */
export function microsNow(): number {
  return Math.round(performance.now() * 1000);
}

/** Settles as `work` does, or rejects with what `late` makes after so many milliseconds; then `stop` is called. */
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

/** Waits. */
export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

const tickMs = 5;

/** Looks that are under way, and one clock for all of them. */
const watching = new Set<LoopWatch>();
let ticker: NodeJS.Timeout | undefined;
let tickedAt = 0;

function tick(): void {
  const now = performance.now();
  for (const watch of watching) watch.note(now);
  tickedAt = now;
}

/**
 * How long the event loop of this process was held up since this was made. Not by `monitorEventLoopDelay`: that counts only
 * what is over at its next tick, and a look may end before that.
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

  /** Another tick has come. */
  note(now: number): void {
    this.#longestMs = Math.max(this.#longestMs, now - Math.max(tickedAt, this.#begun));
  }

  /** In milliseconds, beyond the time between two ticks. */
  longestMs(): number {
    this.note(performance.now());
    return Math.max(0, this.#longestMs - tickMs);
  }

  end(): void {
    watching.delete(this);
    if (watching.size === 0) clearInterval(ticker);
  }
}
