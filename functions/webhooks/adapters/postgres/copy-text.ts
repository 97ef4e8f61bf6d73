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
 * Source: PostgreSQL documentation, "COPY", text format.
 *
 * @returns a function that throws SyntaxError, in PostgreSQL's own words, where the line is no object of JSON.
 */
export function copyLineOf(columns: readonly CopyColumn[]): (line: string) => string {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  return (line) => {
    const fields = columns.map(() => '\\N');
    eachMember(line, (name, begin, end) => {
      const place = places.get(name);
      if (place !== undefined) fields[place] = fieldOf(line, { begin, end, isJson: columns[place]?.isJson === true });
    });
    return `${fields.join('\t')}\n`;
  };
}

function fieldOf(line: string, { begin, end, isJson }: { begin: number; end: number; isJson: boolean }): string {
  if (!isJson && line.charCodeAt(begin) === quote) {
    const inner = line.slice(begin + 1, end - 1);
    return differing.test(inner) ? escaped(textOf(line.slice(begin, end))) : inner;
  }
  const written = line.slice(begin, end);
  return written === 'null' ? '\\N' : escaped(written);
}

function escaped(text: string): string {
  return special.test(text) ? text.replace(allSpecial, (one) => escapes[one] ?? one) : text;
}

type Take = (name: string, begin: number, end: number) => void;

/** Names, and where their values stand. */
function eachMember(line: string, take: Take): void {
  let at = spaces(line, 0);
  if (line.charCodeAt(at) !== open) throw notJson(line);
  at = spaces(line, at + 1);
  if (line.charCodeAt(at) !== close) {
    for (;;) {
      at = member(line, at, take);
      if (line.charCodeAt(at) !== comma) break;
      at = spaces(line, at + 1);
    }
    if (line.charCodeAt(at) !== close) throw notJson(line);
  }
  if (spaces(line, at + 1) !== line.length) throw notJson(line);
}

/** Past the member that begins at `from`, and the spaces after it. */
function member(line: string, from: number, take: Take): number {
  if (line.charCodeAt(from) !== quote) throw notJson(line);
  const nameEnd = textEnd(line, from);
  const at = spaces(line, nameEnd);
  if (line.charCodeAt(at) !== colon) throw notJson(line);
  const begin = spaces(line, at + 1);
  const end = valueEnd(line, begin);
  take(textOf(line.slice(from, nameEnd)), begin, end);
  return spaces(line, end);
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
