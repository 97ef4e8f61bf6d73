/** One entry: three small numbers, and a text that is written as what differs from an earlier one. */
export interface Entry {
  /** Whole numbers from 0 on. */
  readonly numbers: readonly [number, number, number];
  readonly difference: Difference;
}

/** What a text begins and ends with as the one before it does, in characters, and what stands between. */
export interface Difference {
  readonly head: number;
  readonly middle: string;
  readonly tail: number;
}

const nothing = Buffer.alloc(0);
/** One execution that polls for minutes takes a dozen pieces: what is written is never moved while it runs. */
const pieceBytes = 2048;
/** So many pieces are made at once: each memory of its own would cost more than all that is written into it. */
const piecesASlab = 128;
/** Pieces that are not written into, of all executions. */
const spare: Buffer[] = [];

function takePiece(): Buffer {
  if (spare.length === 0) {
    const slab = Buffer.allocUnsafeSlow(piecesASlab * pieceBytes);
    for (let at = 0; at < slab.length; at += pieceBytes) spare.push(slab.subarray(at, at + pieceBytes));
  }
  return spare.pop() as Buffer;
}

/** A number takes at most eight bytes of seven bits each: 2^53. */
const mostOfNumbers = 6 * 8;

/** What of a row of bytes is written. */
interface Piece {
  readonly bytes: Buffer;
  readonly end: number;
}

/**
 * Entries one after the other in rows of bytes: numbers in as few bytes as they need, texts as UTF-8. An object and a
 * string for each would take five times as much, and the garbage collector would go through them again and again.
 */
export class PackedEntries {
  /** What is full; no entry begins in one and ends in the next. */
  #full: Piece[] = [];
  #bytes: Buffer = nothing;
  #end = 0;

  add({ numbers: [first, second, third], difference: { head, middle, tail } }: Entry): void {
    // A character takes at most three bytes.
    this.#makeRoom(mostOfNumbers + middle.length * 3);
    this.#number(first);
    this.#number(second);
    this.#number(third);
    this.#number(head);
    this.#number(tail);
    // How many bytes a text takes is known when it is written, and what says so stands before it. Mostly one is enough.
    const place = this.#end;
    let at = place + 1;
    let length = this.#bytes.write(middle, at, 'utf8');
    if (length >= 128) {
      this.#number(length);
      at = this.#end;
      length = this.#bytes.write(middle, at, 'utf8');
    } else this.#bytes[place] = length;
    this.#end = at + length;
  }

  /** Gives back the room that is not used. */
  trim(): void {
    this.#close();
    const used = Buffer.allocUnsafeSlow(this.#full.reduce((sum, piece) => sum + piece.end, 0));
    let end = 0;
    for (const piece of this.#full) {
      end += piece.bytes.copy(used, end, 0, piece.end);
      if (isOfSlab(piece)) spare.push(piece.bytes);
    }
    this.#full = end > 0 ? [{ bytes: used, end }] : [];
  }

  /** The entries, in their order. */
  *entries(): Generator<Entry> {
    for (const { bytes, end } of this.#full) yield* entriesIn(bytes.subarray(0, end));
    yield* entriesIn(this.#bytes.subarray(0, this.#end));
  }

  #number(value: number): void {
    let left = value;
    while (left >= 128) {
      this.#bytes[this.#end++] = (left % 128) + 128;
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#end++] = left;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    this.#close();
    this.#bytes = bytes > pieceBytes ? Buffer.allocUnsafeSlow(bytes) : takePiece();
  }

  #close(): void {
    if (this.#end > 0) this.#full.push({ bytes: this.#bytes, end: this.#end });
    this.#bytes = nothing;
    this.#end = 0;
  }
}

/** Memory of its own is not given out again: what was trimmed is as long as what is in it. */
function isOfSlab({ bytes }: Piece): boolean {
  return bytes.buffer.byteLength === piecesASlab * pieceBytes && bytes.length === pieceBytes;
}

function* entriesIn(bytes: Buffer): Generator<Entry> {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const numbers = [number(), number(), number()] as const;
    const [head, tail, length] = [number(), number(), number()];
    const middle = bytes.toString('utf8', at, at + length);
    at += length;
    yield { numbers, difference: { head, middle, tail } };
  }
}

/** What of `text` is not as in `base`. */
export function differenceOf(base: string, text: string): Difference {
  if (base === text) return { head: text.length, middle: '', tail: 0 };
  const most = Math.min(base.length, text.length);
  let head = 0;
  while (head < most && base.charCodeAt(head) === text.charCodeAt(head)) head += 1;
  let tail = 0;
  while (tail < most - head && base.charCodeAt(base.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail))
    tail += 1;
  // Half a character of two has no UTF-8.
  if (isFirstHalf(text.charCodeAt(head - 1))) head -= 1;
  if (isSecondHalf(text.charCodeAt(text.length - tail))) tail -= 1;
  return { head, middle: text.slice(head, text.length - tail), tail };
}

export function withDifference(base: string, { head, middle, tail }: Difference): string {
  return base.slice(0, head) + middle + base.slice(base.length - tail);
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isSecondHalf(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
