import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Microseconds of a clock that never goes back; only differences mean something. */
export function microsNow(): number {
  return Math.round(performance.now() * 1000);
}

/** Settles as `work` does, or rejects with what `late` makes after so many milliseconds; then `stop` is called. */
export async function within<Value>(
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

/** How long the event loop of this process was held up since this was made. */
export class LoopWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: 5 });

  constructor() {
    this.#delay.enable();
  }

  /** In milliseconds, beyond the timer's own resolution. */
  longestMs(): number {
    return Math.max(0, this.#delay.max / 1e6 - 5);
  }

  end(): void {
    this.#delay.disable();
  }
}
