import { wellFormed } from '../../domain/json/write';

/** A column that COPY fills. */
export interface CopyColumn {
  readonly name: string;
  /** It holds JSON: a text in it keeps its quotes. */
  readonly isJson: boolean;
}

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** What COPY's text format escapes. */
const special = /[\\\t\n\r]/;
const allSpecial = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
/** What of a text in JSON COPY would read otherwise; of its other escapes both mean the same, and a quote's is the quote. */
const differing = /\\[^"\\/bfnrt]|[\t\r]/;

// Of characters, as they are compared: a load reads some thousand for each row.
const [quote, backslash, comma, colon] = ['"', '\\', ',', ':'].map((one) => one.charCodeAt(0)) as Four;
const [open, close, openList, closeList] = ['{', '}', '[', ']'].map((one) => one.charCodeAt(0)) as Four;
const [space, tab, carriageReturn] = [' ', '\t', '\r'].map((one) => one.charCodeAt(0));
type Four = [number, number, number, number];

/**
 * What makes of a line of a staged file (a JSON object, as Redshift's `FORMAT JSON 'auto'` reads it) a line of PostgreSQL's
 * COPY in text format. Each value is passed on as it is written, so that no number is rounded; what a column does not have
 * is left out, and a column that the line does not have is NULL. Of a name that comes again the last counts, as in PostgreSQL.
 *
 * Lines are bytes of UTF-8, a character for each (latin1): all that is looked for is ASCII, and what a text holds beside that is
 * the database's to read.
 *
 * Source: PostgreSQL documentation, "COPY", text format.
 *
 * @returns a function that throws SyntaxError, in PostgreSQL's own words, where the line is no object of JSON.
 */
export function copyLineOf(columns: readonly CopyColumn[]): (line: string) => string {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  const isJson = columns.map((column) => column.isJson);
  const nulls = columns.map(() => '\\N');
  const names = new Names(places);
  return (line) => {
    const fields = nulls.slice();
    const odd = line.includes('\t') || line.includes('\r');
    eachMember(line, names, (place, begin, end) => {
      fields[place] = fieldOf(line.slice(begin, end), isJson[place] === true, odd);
    });
    return `${fields.join('\t')}\n`;
  };
}

/** @param odd the line has a character that COPY's text format escapes, and JSON does not. */
function fieldOf(written: string, isJson: boolean, odd: boolean): string {
  if (written === 'null') return '\\N';
  const isText = !isJson && written.charCodeAt(0) === quote;
  if (!odd && !written.includes('\\')) return isText ? written.slice(1, -1) : written;
  if (!isText) return escaped(written);
  const inner = written.slice(1, -1);
  return differing.test(inner) ? escaped(asBytes(textOf(asText(written)))) : inner;
}

function escaped(text: string): string {
  return special.test(text) ? text.replace(allSpecial, (one) => escapes[one] ?? one) : text;
}

const asBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const asText = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');

/**
 * The names of a line's members, with the columns that they stand for. One line is as the other: the name that stood in this
 * place of the one before, written the same, is not read again.
 */
class Names {
  readonly #places: ReadonlyMap<string, number>;
  readonly #before: { readonly written: string; readonly place: number | undefined }[] = [];

  constructor(places: ReadonlyMap<string, number>) {
    this.#places = places;
  }

  /** Past the colon of the `nth` member, whose name begins at `from`; and its column's place. */
  read(line: string, from: number, nth: number): { readonly end: number; readonly place: number | undefined } {
    const known = this.#before[nth];
    if (known !== undefined && line.startsWith(known.written, from))
      return { end: from + known.written.length, place: known.place };
    if (line.charCodeAt(from) !== quote) throw notJson(line);
    const nameEnd = textEnd(line, from);
    const at = spaces(line, nameEnd);
    if (line.charCodeAt(at) !== colon) throw notJson(line);
    const place = this.#places.get(textOf(asText(line.slice(from, nameEnd))));
    this.#before[nth] = { written: line.slice(from, at + 1), place };
    return { end: at + 1, place };
  }
}

type Take = (place: number, begin: number, end: number) => void;

/** Those of columns: their places, and where their values stand. */
function eachMember(line: string, names: Names, take: Take): void {
  let at = spaces(line, 0);
  if (line.charCodeAt(at) !== open) throw notJson(line);
  at = spaces(line, at + 1);
  if (line.charCodeAt(at) !== close) {
    for (let nth = 0; ; nth += 1) {
      const { end: nameEnd, place } = names.read(line, at, nth);
      const begin = spaces(line, nameEnd);
      const end = valueEnd(line, begin);
      if (place !== undefined) take(place, begin, end);
      at = spaces(line, end);
      if (line.charCodeAt(at) !== comma) break;
      at = spaces(line, at + 1);
    }
    if (line.charCodeAt(at) !== close) throw notJson(line);
  }
  if (spaces(line, at + 1) !== line.length) throw notJson(line);
}

function valueEnd(line: string, from: number): number {
  const first = line.charCodeAt(from);
  if (first === quote) return textEnd(line, from);
  if (first === open || first === openList) return nestedEnd(line, from);
  let at = from;
  while (at < line.length && !isEnd(line.charCodeAt(at))) at += 1;
  if (!scalar.test(line.slice(from, at))) throw notJson(line);
  return at;
}

function isEnd(code: number): boolean {
  return code === comma || code === close || isSpace(code);
}

/** Past the bracket that closes the one at `from`. What is between is read by PostgreSQL. */
function nestedEnd(line: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length;) {
    const code = line.charCodeAt(at);
    if (code === quote) {
      at = textEnd(line, at);
      continue;
    }
    if (code === open || code === openList) depth += 1;
    if (code === close || code === closeList) depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  throw notJson(line);
}

/** Past the quote that closes the one at `from`. */
function textEnd(line: string, from: number): number {
  for (let at = line.indexOf('"', from + 1); at >= 0; at = line.indexOf('"', at + 1)) {
    let before = at - 1;
    while (line.charCodeAt(before) === backslash) before -= 1;
    if ((at - before) % 2 === 1) return at + 1;
  }
  throw notJson(line);
}

function textOf(written: string): string {
  if (!written.includes('\\')) return written.slice(1, -1);
  let text: unknown;
  try {
    text = JSON.parse(written);
  } catch {
    throw notJson(written);
  }
  if (typeof text !== 'string' || wellFormed(text) !== text) throw notJson(written);
  return text;
}

function isSpace(code: number): boolean {
  return code === space || code === tab || code === carriageReturn;
}

function spaces(line: string, from: number): number {
  let at = from;
  while (isSpace(line.charCodeAt(at))) at += 1;
  return at;
}

/** Without the line: what third parties sent is in no error. */
function notJson(line: string): SyntaxError {
  return new SyntaxError(`invalid input syntax for type json (of ${line.length} characters)`);
}
