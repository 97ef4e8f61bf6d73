import { wellFormed } from '../../domain/json/write';

/** A column that COPY fills. */
export interface CopyColumn {
  readonly name: string;
  /** It holds JSON: a text in it keeps its quotes. */
  readonly isJson: boolean;
}

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** What COPY's text format escapes. */
const special = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * A line of a staged file (a JSON object, as Redshift's `FORMAT JSON 'auto'` reads it) as a line of PostgreSQL's COPY in
 * text format. Each value is passed on as it is written, so that no number is rounded; what a column does not have is
 * left out, and a column that the line does not have is NULL.
 *
 * Source: PostgreSQL documentation, "COPY", text format.
 *
 * @throws SyntaxError, in PostgreSQL's own words, where the line is no object of JSON.
 */
export function copyLine(line: string, columns: readonly CopyColumn[]): string {
  const found = new Map<string, string>();
  for (const [name, written] of membersOf(line)) found.set(name, written);
  const fields = columns.map(({ name, isJson }) => {
    const written = found.get(name);
    if (written === undefined || written === 'null') return '\\N';
    const text = !isJson && written.startsWith('"') ? textOf(written) : written;
    return text.replace(special, (one) => escapes[one] ?? one);
  });
  return `${fields.join('\t')}\n`;
}

/** Names, and values as they are written. A name that comes again counts last, as in PostgreSQL. */
function* membersOf(line: string): Generator<readonly [name: string, written: string]> {
  let at = spaces(line, 0);
  if (line[at] !== '{') throw notJson(line);
  at = spaces(line, at + 1);
  if (line[at] === '}') {
    requireEnd(line, at + 1);
    return;
  }
  for (;;) {
    if (line[at] !== '"') throw notJson(line);
    const nameEnd = textEnd(line, at);
    const name = textOf(line.slice(at, nameEnd));
    at = spaces(line, nameEnd);
    if (line[at] !== ':') throw notJson(line);
    at = spaces(line, at + 1);
    const end = valueEnd(line, at);
    yield [name, line.slice(at, end)];
    at = spaces(line, end);
    if (line[at] === '}') {
      requireEnd(line, at + 1);
      return;
    }
    if (line[at] !== ',') throw notJson(line);
    at = spaces(line, at + 1);
  }
}

function requireEnd(line: string, from: number): void {
  if (spaces(line, from) !== line.length) throw notJson(line);
}

function valueEnd(line: string, from: number): number {
  if (line[from] === '"') return textEnd(line, from);
  if (line[from] === '{' || line[from] === '[') return nestedEnd(line, from);
  let at = from;
  while (at < line.length && !',} \t\r'.includes(line[at] ?? '')) at += 1;
  if (!scalar.test(line.slice(from, at))) throw notJson(line);
  return at;
}

/** Past the bracket that closes the one at `from`. What is between is read by PostgreSQL. */
function nestedEnd(line: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length;) {
    const one = line[at];
    if (one === '"') {
      at = textEnd(line, at);
      continue;
    }
    if (one === '{' || one === '[') depth += 1;
    if (one === '}' || one === ']') depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  throw notJson(line);
}

/** Past the quote that closes the one at `from`. */
function textEnd(line: string, from: number): number {
  for (let at = line.indexOf('"', from + 1); at >= 0; at = line.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (line[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
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

function spaces(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t' || line[at] === '\r') at += 1;
  return at;
}

/** Without the line: what third parties sent is in no error. */
function notJson(line: string): SyntaxError {
  return new SyntaxError(`invalid input syntax for type json (of ${line.length} characters)`);
}
