/** A line longer than this is kept to this length: what an attacker can make long is nothing that has to be read whole. */
export const longestLine = 256 * 1024;

/**
 * Takes a stream of bytes apart into lines, wherever it is cut: bytes that are no UTF-8 become U+FFFD, a line may end in
 * LF or CR LF, and the last one need not end at all.
 */
export class Lines {
  readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: false });
  #rest = '';
  #overflows = false;

  /** The lines that have ended. */
  push(bytes: Uint8Array): string[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left at the end. */
  end(): string[] {
    const last = this.#take(this.#decoder.decode());
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' && !this.#overflows ? last : [...last, bare(rest)];
  }

  #take(text: string): string[] {
    const parts = text.split('\n');
    const tail = parts.pop() ?? '';
    const ended = parts.map((part, at) => {
      const line = at === 0 ? this.#rest + (this.#overflows ? '' : part) : part;
      return bare(line.slice(0, longestLine));
    });
    if (ended.length > 0) {
      this.#rest = '';
      this.#overflows = false;
    }
    if (!this.#overflows) this.#rest += tail;
    if (this.#rest.length > longestLine) {
      this.#rest = this.#rest.slice(0, longestLine);
      this.#overflows = true;
    }
    return ended;
  }
}

function bare(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
