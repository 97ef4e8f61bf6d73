import type { Io } from './io';

const everyMs = 2_000;

/**
 * Shows something again every two seconds until Ctrl-C: on a terminal in place, elsewhere one after the other.
 *
 * @param again what to show, asked each time.
 */
export async function watch(io: Io, again: () => Promise<string>): Promise<void> {
  while (!io.signal.aborted) {
    const text = await again();
    // Home, the text with each line's rest cleared, then everything below it: nothing flickers.
    const clear = io.out.isTTY === true ? `\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[J` : text;
    io.out.write(clear);
    await pause(everyMs, io.signal);
  }
}

/** Waits, but not beyond the end that was asked for. */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, millis);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
