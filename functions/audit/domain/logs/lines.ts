/** Longer lines are kept to this length and are malformed: SQL texts are cut at 64 KB by Redshift itself. */
export const longestLine = 1 << 20;

/**
 * Takes a line: what stands in `text` from `from` up to `to`, without its end. `text` is shared by many lines; what is
 * kept of it must be copied (`copyOf`), or all of it is kept.
 */
export type TakeLine = (text: string, from: number, to: number, tooLong: boolean) => void;

/** Whether the line that begins at `from` of `bytes` is not wanted: it is never decoded then. */
export type SkipLine = (bytes: DataView, from: number) => boolean;

const newline = 10;
const carriageReturn = 13;
/** A line within so many bytes is never too long. */
const piece = 256 * 1024;
/** Bytes that are decoded at once: of texts that are as large as a piece the making takes twenty times longer. */
const block = 16 * 1024;

/**
 * Cuts a stream of bytes into lines, at `\n` alone; a `\r` before it is taken off. Where the stream was cut changes
 * nothing: bytes are decoded in whole lines (a newline ends any broken sequence). Linear in the bytes, and keeps no
 * more than one line.
 */
export class LineCutter {
  readonly #take: TakeLine;
  readonly #skip: SkipLine | undefined;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(take: TakeLine, skip?: SkipLine) {
    this.#take = take;
    this.#skip = skip;
  }

  /** Hands over the lines that end within `chunk`. */
  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; from += piece) this.#push(chunk.subarray(from, from + piece));
  }

  #push(chunk: Buffer): void {
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      this.#keep(chunk);
      return;
    }
    let begin = 0;
    if (this.#length > 0) {
      begin = chunk.indexOf(newline) + 1;
      this.#keep(chunk.subarray(0, begin - 1));
      this.#takeKept();
    }
    if (begin <= last && this.#skip === undefined) takeAll(chunk, begin, last + 1, this.#take);
    else if (begin <= last) this.#takeWanted(chunk, begin, last + 1, this.#skip);
    this.#keep(chunk.subarray(last + 1));
  }

  /** What stands after the last newline, when anything does. */
  end(): void {
    if (this.#length > 0) this.#takeKept();
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    // A chunk may be the reader's own buffer, filled again later.
    if (this.#length <= longestLine) this.#parts.push(Buffer.from(part.subarray(0, longestLine + 1 - this.#length)));
    this.#length += part.length;
  }

  /** @param to behind a newline. */
  #takeWanted(chunk: Buffer, from: number, to: number, skip: SkipLine | undefined): void {
    const bytes = viewOf(chunk);
    for (let begin = from; begin < to;) {
      const end = chunk.indexOf(newline, begin);
      if (skip?.(bytes, begin) !== true) cut(chunk.toString('utf8', begin, end + 1), this.#take);
      begin = end + 1;
    }
  }

  #takeKept(): void {
    const bytes = Buffer.concat(this.#parts);
    const tooLong = this.#length > longestLine;
    this.#parts = [];
    this.#length = 0;
    if (this.#skip?.(viewOf(bytes), 0) === true) return;
    const text = bytes.toString('utf8');
    this.#take(text, 0, tooLong ? Math.min(text.length, longestLine) : endOf(text, 0, text.length), tooLong);
  }
}

/** @param to behind a newline. */
function takeAll(chunk: Buffer, from: number, to: number, take: TakeLine): void {
  for (let begin = from; begin < to;) {
    let end = Math.min(begin + block, to);
    if (end < to) end = chunk.lastIndexOf(newline, end - 1) + 1;
    // A line that is longer than a block.
    if (end <= begin) end = chunk.indexOf(newline, begin) + 1;
    cut(chunk.toString('utf8', begin, end), take);
    begin = end;
  }
}

/** @param text ends with a newline. */
function cut(text: string, take: TakeLine): void {
  let from = 0;
  for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
    take(text, from, endOf(text, from, to), false);
    from = to + 1;
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer) => new DataView(buffer, byteOffset, length);

function endOf(text: string, from: number, to: number): number {
  return to > from && text.charCodeAt(to - 1) === carriageReturn ? to - 1 : to;
}

/**
 * The same text, that keeps no longer one. The engine makes a part of a text a reference to the whole, and a name of 13
 * characters would keep all lines that were read with it.
 */
export function copyOf(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
