import { wellFormed } from '../../domain/json/write';

/** A column that COPY fills. */
export interface CopyColumn {
  readonly name: string;
  /** It holds JSON: a text in it keeps its quotes. */
  readonly isJson: boolean;
}

const codeOf = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma, colon] = ['"', '\\', ',', ':'].map(codeOf) as Four;
const [open, close, openList, closeList] = ['{', '}', '[', ']'].map(codeOf) as Four;
const [space, tab, carriageReturn, lineFeed] = [' ', '\t', '\r', '\n'].map(codeOf) as Four;
const [letterN, letterT, letterR, zero] = ['n', 't', 'r', '0'].map(codeOf) as Four;
type Four = [number, number, number, number];
const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** Of the escapes of JSON and of COPY's text format these mean the same in both; a quote's is the quote. */
const sameInBoth = new Uint8Array(256);
for (const one of '"\\/bfnrt') sameInBoth[codeOf(one)] = 1;
/** What in a text of JSON is looked at no further. */
const ordinary = new Uint8Array(256).fill(1);
for (const one of [quote, backslash, tab, carriageReturn, lineFeed]) ordinary[one] = 0;
/** What COPY's text format escapes. */
const special = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** What is in a value beside what stands for itself in COPY. */
const [escaped, differing] = [1, 3];

/**
 * What makes of lines of a staged file (JSON objects, as Redshift's `FORMAT JSON 'auto'` reads them) lines of PostgreSQL's
 * COPY in text format. Each value is passed on as it is written, so that no number is rounded; what a column does not have
 * is left out, and a column that the line does not have is NULL. Of a name that comes again the last counts, as in PostgreSQL.
 *
 * Bytes all the way, some thousand for each row: all that is looked for is ASCII, and the rest is the database's to read.
 *
 * Source: PostgreSQL documentation, "COPY", text format.
 *
 * @returns a function of whole lines, which throws SyntaxError, in PostgreSQL's own words, where one is no object of JSON.
 */
export function copyTextOf(columns: readonly CopyColumn[]): (lines: Buffer) => Buffer {
  const text = new CopyText(columns);
  return (lines) => text.of(lines);
}

class CopyText {
  readonly #columns: readonly CopyColumn[];
  /** Where each column's value begins in the line, or -1, and where it ends, with what is in it. */
  readonly #begins: Int32Array;
  readonly #ends: Float64Array;
  readonly #names: Names;
  #out = Buffer.alloc(0);
  #size = 0;

  constructor(columns: readonly CopyColumn[]) {
    this.#columns = columns;
    this.#begins = new Int32Array(columns.length);
    this.#ends = new Float64Array(columns.length);
    this.#names = new Names(new Map(columns.map(({ name }, index) => [name, index])));
  }

  of(bytes: Buffer): Buffer {
    this.#out = Buffer.allocUnsafe(bytes.length + 65_536);
    this.#size = 0;
    for (let from = 0; from < bytes.length;) {
      const newline = bytes.indexOf(lineFeed, from);
      const to = newline < 0 ? bytes.length : newline;
      if (to > from) this.#line(bytes, from, to);
      from = to + 1;
    }
    return this.#out.subarray(0, this.#size);
  }

  #line(bytes: Buffer, from: number, to: number): void {
    this.#begins.fill(-1);
    this.#members(bytes, from, to);
    this.#reserve(2 * (to - from) + 3 * this.#columns.length + 1);
    for (let place = 0; place < this.#columns.length; place += 1) {
      if (place > 0) this.#out[this.#size++] = tab;
      this.#field(bytes, place);
    }
    this.#out[this.#size++] = lineFeed;
  }

  #members(bytes: Buffer, from: number, to: number): void {
    let at = spaces(bytes, from);
    if (bytes[at] !== open) throw notJson(to - from);
    at = spaces(bytes, at + 1);
    if (bytes[at] !== close) {
      for (let nth = 0; ; nth += 1) {
        const { end: nameEnd, place } = this.#names.read(bytes, at, to, nth);
        const begin = spaces(bytes, nameEnd);
        const end = valueEnd(bytes, begin, to);
        if (place !== undefined) {
          this.#begins[place] = bytes[begin] === letterN ? -1 : begin;
          this.#ends[place] = end;
        }
        at = spaces(bytes, end >>> 2);
        if (bytes[at] !== comma) break;
        at = spaces(bytes, at + 1);
      }
      if (bytes[at] !== close) throw notJson(to - from);
    }
    if (spaces(bytes, at + 1) < to) throw notJson(to - from);
  }

  #field(bytes: Buffer, place: number): void {
    const begin = this.#begins[place] ?? -1;
    const found = this.#ends[place] ?? 0;
    const [end, how] = [found >>> 2, found & 3];
    if (begin < 0) {
      this.#size += this.#out.write('\\N', this.#size, 'latin1');
    } else if (bytes[begin] !== quote || this.#columns[place]?.isJson === true) {
      if (how === 0) this.#copy(bytes, begin, end);
      else this.#escape(bytes, begin, end);
    } else if (how === differing) {
      const text = textOf(bytes.toString('utf8', begin, end)).replace(special, (one) => escapes[one] ?? one);
      this.#size += this.#out.write(text, this.#size, 'utf8');
    } else this.#copy(bytes, begin + 1, end - 1);
  }

  #copy(bytes: Buffer, from: number, to: number): void {
    const out = this.#out;
    let size = this.#size;
    if (to - from > 40) size += bytes.copy(out, size, from, to);
    else for (let at = from; at < to; at += 1) out[size++] = bytes[at] ?? 0;
    this.#size = size;
  }

  #escape(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at += 1) {
      const code = bytes[at] ?? 0;
      const letter = code === tab ? letterT : code === carriageReturn ? letterR : code;
      if (letter !== code || code === backslash) this.#out[this.#size++] = backslash;
      this.#out[this.#size++] = letter;
    }
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#size + bytes));
    this.#out.copy(larger, 0, 0, this.#size);
    this.#out = larger;
  }
}

/**
 * The names of a line's members, with the columns that they stand for. One line is as the other: the name that stood in this
 * place of the one before, written the same, is not read again.
 */
class Names {
  readonly #places: ReadonlyMap<string, number>;
  readonly #before: { readonly written: Uint8Array; readonly place: number | undefined }[] = [];

  constructor(places: ReadonlyMap<string, number>) {
    this.#places = places;
  }

  /** Past the colon of the `nth` member, whose name begins at `from`; and its column's place. */
  read(
    bytes: Buffer,
    from: number,
    to: number,
    nth: number,
  ): { readonly end: number; readonly place: number | undefined } {
    const known = this.#before[nth];
    if (known !== undefined && isAt(bytes, from, known.written))
      return { end: from + known.written.length, place: known.place };
    if (bytes[from] !== quote) throw notJson(to - from);
    const nameEnd = textEnd(bytes, from, to) >>> 2;
    const at = spaces(bytes, nameEnd);
    if (bytes[at] !== colon) throw notJson(to - from);
    const place = this.#places.get(textOf(bytes.toString('utf8', from, nameEnd)));
    this.#before[nth] = { written: Uint8Array.from(bytes.subarray(from, at + 1)), place };
    return { end: at + 1, place };
  }
}

function isAt(bytes: Buffer, from: number, written: Uint8Array): boolean {
  for (let at = 0; at < written.length; at += 1) if (bytes[from + at] !== written[at]) return false;
  return true;
}

/** Where a value ends, times four, and what is in it: one number, since this is asked for each value of each row. */
function valueEnd(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from];
  if (first === quote) return textEnd(bytes, from, to);
  if (first === open || first === openList) return nestedEnd(bytes, from, to);
  let at = from;
  let digits = true;
  for (; at < to && !isEnd(bytes[at]); at += 1) digits &&= (bytes[at] ?? 0) >= zero && (bytes[at] ?? 0) <= zero + 9;
  // Most are numbers of some digits, which need no look at each.
  const isPlain = digits && at > from && (first !== zero || at === from + 1);
  if (!isPlain && !scalar.test(bytes.toString('latin1', from, at))) throw notJson(to - from);
  return at * 4;
}

const isEnd = (code: number | undefined) => code === comma || code === close || isSpace(code);

/** Past the bracket that closes the one at `from`. What is between is read by PostgreSQL. */
function nestedEnd(bytes: Buffer, from: number, to: number): number {
  let [depth, how] = [0, 0];
  for (let at = from; at < to;) {
    const code = bytes[at];
    if (code === quote) {
      const end = textEnd(bytes, at, to);
      how |= end & 3;
      at = end >>> 2;
      continue;
    }
    if (code === open || code === openList) depth += 1;
    else if (code === close || code === closeList) depth -= 1;
    else if (code === tab || code === carriageReturn || code === backslash) how |= escaped;
    at += 1;
    if (depth === 0) return at * 4 + how;
  }
  throw notJson(to - from);
}

/** Past the quote that closes the one at `from`. */
function textEnd(bytes: Buffer, from: number, to: number): number {
  let how = 0;
  for (let at = from + 1; at < to; at += 1) {
    while (ordinary[bytes[at] ?? lineFeed] === 1) at += 1;
    const code = bytes[at];
    if (code === quote && at < to) return (at + 1) * 4 + how;
    if (code === backslash) {
      at += 1;
      how |= sameInBoth[bytes[at] ?? 0] === 1 ? escaped : differing;
    } else how |= differing;
  }
  throw notJson(to - from);
}

function textOf(written: string): string {
  if (!written.includes('\\')) return written.slice(1, -1);
  let text: unknown;
  try {
    text = JSON.parse(written);
  } catch {
    throw notJson(written.length);
  }
  if (typeof text !== 'string' || wellFormed(text) !== text) throw notJson(written.length);
  return text;
}

const isSpace = (code: number | undefined) => code === space || code === tab || code === carriageReturn;

function spaces(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

/** Without the line: what third parties sent is in no error. */
function notJson(bytes: number): SyntaxError {
  return new SyntaxError(`invalid input syntax for type json (of ${bytes} characters)`);
}
