import { NumberText, type JsonValue } from './value';

export const deepest = 64;
export const mostKeys = 10_000;

/** Why a text is no event: `json` (not RFC 8259), or more than we take. */
export type JsonRefusal = 'json' | 'json-too-deep' | 'json-too-many-keys' | 'nul';

export type JsonParseResult =
  | { readonly value: JsonValue; readonly duplicateKeys: boolean }
  | { readonly refused: JsonRefusal; readonly at: number };

/** Parses JSON keeping numbers as text; of a key that comes twice the last value counts, as in JSON.parse. */
export function parseExactJson(text: string): JsonParseResult {
  const parser = new Parser(text);
  try {
    return { value: parser.whole(), duplicateKeys: parser.duplicateKeys };
  } catch (error) {
    if (error instanceof ParseRefusal) return { refused: error.why, at: error.at };
    throw error;
  }
}

class ParseRefusal {
  constructor(
    readonly why: JsonRefusal,
    readonly at: number,
  ) {}
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A string without escapes: all but a quote, a backslash and control characters.
// eslint-disable-next-line no-control-regex -- JSON forbids exactly these
const plainPattern = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #keys = 0;
  duplicateKeys = false;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonValue {
    const value = this.#value();
    this.#blank();
    if (this.#at < this.#text.length) this.#refuse('json');
    return value;
  }

  #value(): JsonValue {
    this.#blank();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #nested(read: () => JsonValue): JsonValue {
    this.#depth += 1;
    if (this.#depth > deepest) this.#refuse('json-too-deep');
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonValue {
    const members = new Map<string, JsonValue>();
    if (this.#takes('}')) return members;
    do {
      this.#blank();
      if (this.#text[this.#at] !== '"') this.#refuse('json');
      const key = this.#string();
      this.#keys += 1;
      if (this.#keys > mostKeys) this.#refuse('json-too-many-keys');
      if (!this.#takes(':')) this.#refuse('json');
      if (members.has(key)) this.duplicateKeys = true;
      members.set(key, this.#value());
    } while (this.#takes(','));
    if (!this.#takes('}')) this.#refuse('json');
    return members;
  }

  #array(): JsonValue {
    const items: JsonValue[] = [];
    if (this.#takes(']')) return items;
    do items.push(this.#value());
    while (this.#takes(','));
    if (!this.#takes(']')) this.#refuse('json');
    return items;
  }

  #string(): string {
    this.#at += 1;
    let read = this.#plain();
    while (this.#text[this.#at] === '\\') {
      read += this.#escape();
      read += this.#plain();
    }
    if (this.#text[this.#at] === '\u0000') this.#refuse('nul');
    if (this.#text[this.#at] !== '"') this.#refuse('json');
    this.#at += 1;
    return read;
  }

  #plain(): string {
    plainPattern.lastIndex = this.#at;
    const [found = ''] = plainPattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #escape(): string {
    const kind = this.#text[this.#at + 1] ?? '';
    this.#at += 2;
    const simple = escapes[kind];
    if (simple !== undefined) return simple;
    const code = this.#text.slice(this.#at, this.#at + 4);
    if (kind !== 'u' || !/^[0-9a-fA-F]{4}$/.test(code)) this.#refuse('json');
    // No text column of a warehouse holds it.
    if (code === '0000') this.#refuse('nul');
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  #number(): JsonValue {
    numberPattern.lastIndex = this.#at;
    const found = numberPattern.exec(this.#text)?.[0];
    if (found === undefined) this.#refuse(this.#text[this.#at] === '\u0000' ? 'nul' : 'json');
    this.#at += found.length;
    return new NumberText(found);
  }

  #word<Value extends JsonValue>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) this.#refuse('json');
    this.#at += word.length;
    return value;
  }

  #takes(character: string): boolean {
    this.#blank();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #blank(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #refuse(why: JsonRefusal): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- caught above, and never seen outside
    throw new ParseRefusal(why, this.#at);
  }
}
