/** Longer lines are kept to this length and are malformed: SQL texts are cut at 64 KB by Redshift itself. */
export const longestLine = 1 << 20;

/** One line, without its end. */
export interface Line {
  readonly text: string;
  readonly tooLong: boolean;
}

const newline = 10;

/**
 * Cuts a stream of bytes into lines, at `\n` alone; a `\r` before it is taken off. Where the stream was cut changes
 * nothing: bytes are decoded in whole lines (a newline ends any broken sequence). Linear in the bytes, and keeps no
 * more than one line.
 */
export class LineCutter {
  #parts: Buffer[] = [];
  #length = 0;

  /** The lines that end within `chunk`. */
  push(chunk: Buffer): Line[] {
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      this.#keep(chunk);
      return [];
    }
    const lines: Line[] = [];
    const first = chunk.indexOf(newline);
    let from = 0;
    if (this.#length > 0) {
      this.#keep(chunk.subarray(0, first));
      lines.push(this.#take());
      from = first + 1;
    }
    if (from <= last) for (const text of chunk.toString('utf8', from, last).split('\n')) lines.push(lineOf(text));
    this.#keep(chunk.subarray(last + 1));
    return lines;
  }

  /** What stands after the last newline, when anything does. */
  end(): Line[] {
    return this.#length === 0 ? [] : [this.#take()];
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    // A chunk may be the reader's own buffer, filled again later.
    if (this.#length <= longestLine) this.#parts.push(Buffer.from(part.subarray(0, longestLine + 1 - this.#length)));
    this.#length += part.length;
  }

  #take(): Line {
    const text = Buffer.concat(this.#parts).toString('utf8');
    const tooLong = this.#length > longestLine;
    this.#parts = [];
    this.#length = 0;
    return tooLong ? { text: text.slice(0, longestLine), tooLong } : lineOf(text);
  }
}

function lineOf(text: string): Line {
  if (text.length > longestLine) return { text: text.slice(0, longestLine), tooLong: true };
  return { text: text.endsWith('\r') ? text.slice(0, -1) : text, tooLong: false };
}
