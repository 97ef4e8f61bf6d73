/** Longer lines are kept to this length and are malformed: SQL texts are cut at 64 KB by Redshift itself. */
export const longestLine = 1 << 20;

/**
 * Takes a line: what stands in `text` from `from` up to `to`, without its end. `text` is shared by many lines; what is
 * kept of it must be copied (`copyOf`), or all of it is kept.
 */
export type TakeLine = (text: string, from: number, to: number, tooLong: boolean) => void;

/** Bytes, and the same as numbers of several of them. */
export interface Bytes {
  readonly buffer: Buffer;
  readonly view: DataView;
}

/** Lines one behind the other, each with its newline: what stands from `from` up to `to`. */
export interface Lines extends Bytes {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Which lines are not wanted. They are counted, and not decoded. */
export interface Skip {
  /** Whether the line that begins at `from` of `bytes` is one. */
  readonly is: (bytes: DataView, from: number) => boolean;
  /** How many of them are given all the same: what stands before a line can say whether to believe it. */
  readonly context: number;
  /** So many were skipped before the line that is taken next; the last of them. */
  readonly passed: (count: number, last: Lines) => void;
}

const newline = 10;
const endOfLine = Buffer.of(newline);
const noLines: Lines = { ...bytesOf(Buffer.alloc(0)), from: 0, to: 0, count: 0 };
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
  readonly #skip: Skip | undefined;
  #parts: Buffer[] = [];
  #length = 0;
  /** Lines that were skipped since one was taken; of those before the chunk that is read, copies of the last. */
  #skipped = 0;
  #last: Lines = noLines;

  constructor(take: TakeLine, skip?: Skip) {
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
    if (begin <= last) {
      if (this.#skip === undefined) takeAll(chunk, begin, last + 1, this.#take);
      else this.#takeWanted(chunk, begin, last + 1, this.#skip);
    }
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

  /** Lines that were skipped and that `passed` has not reported yet. */
  get skipped(): number {
    return this.#skipped;
  }

  /** @param to behind a newline. */
  #takeWanted(chunk: Buffer, from: number, to: number, skip: Skip): void {
    const bytes = bytesOf(chunk);
    const { view } = bytes;
    const { is, context } = skip;
    let run = 0;
    for (let begin = from; begin < to;) {
      const end = chunk.indexOf(newline, begin);
      if (is(view, begin)) run += 1;
      else {
        if (run > 0 || this.#skipped > 0) this.#pass(skip, run, lastLines(bytes, begin, Math.min(run, context)));
        run = 0;
        cut(chunk.toString('utf8', begin, end + 1), this.#take);
      }
      begin = end + 1;
    }
    if (run > 0) this.#skipLines(run, lastLines(bytes, to, Math.min(run, context)), context);
  }

  #takeKept(): void {
    const bytes = joined(this.#parts);
    const tooLong = this.#length > longestLine;
    this.#parts = [];
    this.#length = 0;
    const skip = this.#skip;
    if (skip !== undefined && !tooLong && skip.is(bytesOf(bytes).view, 0)) {
      const line = bytesOf(joined([bytes, endOfLine]));
      this.#skipLines(1, lastLines(line, bytes.length + 1, 1), skip.context);
      return;
    }
    if (skip !== undefined && this.#skipped > 0) this.#pass(skip, 0, noLines);
    const text = bytes.toString('utf8');
    this.#take(text, 0, tooLong ? Math.min(text.length, longestLine) : endOf(text, 0, text.length), tooLong);
  }

  #skipLines(count: number, last: Lines, context: number): void {
    this.#skipped += count;
    this.#last = together(this.#last, last, context);
  }

  #pass({ passed, context }: Skip, run: number, last: Lines): void {
    const lines = this.#last.count === 0 ? last : together(this.#last, last, context);
    const count = this.#skipped + run;
    this.#skipped = 0;
    this.#last = noLines;
    passed(count, lines);
  }
}

/** The last lines before `to`, which is behind a newline. */
function lastLines({ buffer, view }: Bytes, to: number, count: number): Lines {
  let from = to;
  for (let n = 0; n < count; n += 1) from = from < 2 ? 0 : buffer.lastIndexOf(newline, from - 2) + 1;
  return { buffer, view, from, to, count };
}

/** The last of both, at most so many. Copies: a chunk may be filled again. */
function together(before: Lines, last: Lines, most: number): Lines {
  const both = [before, last].map(({ buffer, from, to }) => buffer.subarray(from, to));
  const bytes = bytesOf(joined(both));
  return lastLines(bytes, bytes.buffer.length, Math.min(most, before.count + last.count));
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

/** A copy of all parts. Not `Buffer.concat`: Node 20 compiles that again at every other call, and gives it up as often. */
function joined(parts: readonly Buffer[]): Buffer {
  const all = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const part of parts) {
    all.set(part, to);
    to += part.length;
  }
  return all;
}

function bytesOf(buffer: Buffer): Bytes {
  return { buffer, view: new DataView(buffer.buffer, buffer.byteOffset, buffer.length) };
}

export function endOf(text: string, from: number, to: number): number {
  return to > from && text.charCodeAt(to - 1) === carriageReturn ? to - 1 : to;
}

/**
 * The same text, that keeps no longer one. The engine makes a part of a text a reference to the whole, and a name of 13
 * characters would keep all lines that were read with it.
 */
export function copyOf(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
