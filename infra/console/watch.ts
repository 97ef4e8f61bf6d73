import type { Io } from './io';
import type { World } from './world';

const everyMs = 2_000;

/**
 * Shows something again every two seconds until Ctrl-C: on a terminal in place, elsewhere one after the other.
 *
 * @param again what to show, asked each time.
 */
export async function watch(io: Io, world: Pick<World, 'pause'>, again: () => Promise<string>): Promise<void> {
  while (!io.signal.aborted) {
    const text = await again();
    io.out.write(io.out.isTTY === true ? inPlace(fitToScreen(text, io.out.rows ?? Infinity)) : text);
    await pauseIn(world, io.signal)(everyMs);
  }
}

/** Home, the text with each line's rest cleared, then everything below it: nothing flickers. */
function inPlace(text: string): string {
  return `\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[J`;
}

/**
 * Cuts the text to a screen of so many rows: a longer text would scroll, and the next one would be written below it. The
 * current state is at the beginning and the latest events at the end, so a note replaces the middle.
 */
export function fitToScreen(text: string, rows: number): string {
  const all = text.replace(/\n$/, '').split('\n');
  // The cursor stands in the row below.
  const room = rows - 1;
  if (all.length <= room) return text;
  const shown = Math.max(2, room - 1);
  const first = Math.ceil(shown / 2);
  const left = `… ${all.length - shown} more lines: enlarge the window, or omit --watch`;
  return `${[...all.slice(0, first), left, ...all.slice(all.length - (shown - first))].join('\n')}\n`;
}

/** Waits in the world that is looked at: of this machine, but not beyond the end that was asked for. */
export function pauseIn(world: Pick<World, 'pause'>, signal: AbortSignal): (millis: number) => Promise<void> {
  return world.pause ?? ((millis) => pauseUnlessEnded(millis, signal));
}

/** Waits, but not beyond the end that was asked for. */
export function pauseUnlessEnded(millis: number, signal: AbortSignal): Promise<void> {
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
