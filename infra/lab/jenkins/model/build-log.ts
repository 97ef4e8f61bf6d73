import type { LogLine } from './definitions';

/** A hidden console note, as Jenkins writes it before the user's name; readers never see it, offsets count it. */
const note = '\u001b[8mha:////4AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\u001b[0m';
// eslint-disable-next-line no-control-regex -- the escape character is what marks a console note
const notes = /\u001b\[8mha:[^\u001b]*\u001b\[0m/g;

/** What a build writes, as a function of time: nothing is scheduled for a line to appear. */
export class BuildLog {
  readonly #lines: LogLine[] = [];

  constructor(firstLine: string) {
    this.#lines.push({ atMs: 0, text: firstLine.replace('user ', `user ${note}`) });
  }

  /** Plans lines; plain strings are spread evenly over the `durationMs` that the build will take. */
  plan(lines: readonly (string | LogLine)[], durationMs: number): void {
    const step = Number.isFinite(durationMs) ? durationMs / (lines.length + 1) : 1000;
    lines.forEach((line, index) => {
      this.#lines.push(typeof line === 'string' ? { atMs: step * (index + 1), text: line } : line);
    });
    this.#lines.sort((left, right) => left.atMs - right.atMs);
  }

  /** Takes back what was planned for later than `atMs`: the build was cut off. */
  cut(atMs: number): void {
    const end = this.#lines.findIndex((line) => line.atMs > atMs);
    if (end >= 0) this.#lines.length = end;
  }

  /** Writes a line now, after everything that was planned until `atMs`. */
  write(atMs: number, text: string): void {
    const index = this.#lines.findIndex((line) => line.atMs > atMs);
    this.#lines.splice(index < 0 ? this.#lines.length : index, 0, { atMs, text });
  }

  /** The bytes in the log file: what `X-Text-Size` counts. */
  raw(atMs: number): Buffer {
    return Buffer.from(
      this.#lines
        .filter((line) => line.atMs <= atMs)
        .map((line) => `${line.text}\n`)
        .join(''),
    );
  }
}

/** What a reader sees of a log. */
export function withoutNotes(text: string): string {
  return text.replace(notes, '');
}
