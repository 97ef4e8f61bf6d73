import { NamedError } from '../../../../../functions/shared/named-error';

/** What a `tree` parameter asks for: names, with what to show below each, and which part of a list. */
export interface Tree {
  readonly children: ReadonlyMap<string, Tree>;
  readonly range: readonly [from: number, to: number];
}

const everything = [0, Number.POSITIVE_INFINITY] as const;

/**
 * Reads `a,b[c,d]{0,50}` in the grammar of Stapler's `NamedPathPruner`: names are anything without `, [ ] { }`, the
 * range comes after the brackets, `*` stands for every name.
 *
 * @throws NamedError `MalformedTree`, which Jenkins answers with 500.
 */
export function parseTree(text: string): Tree {
  const reader = new Reader(text);
  const children = list(reader);
  reader.expect('');
  return { children, range: everything };
}

const known = new Map<string, Tree>();
/** A client asks for a handful of trees all the time; this is for one that makes up new ones. */
const mostKnown = 100;

/** The same, read once for all requests. */
export function treeOf(text: string): Tree {
  const tree = known.get(text) ?? parseTree(text);
  if (known.size < mostKnown) known.set(text, tree);
  return tree;
}

function list(reader: Reader): Map<string, Tree> {
  const children = new Map<string, Tree>();
  do {
    const name = reader.take();
    if (name === '' || isMark(name)) throw reader.malformed('a name');
    children.set(name, node(reader));
  } while (reader.accept(','));
  return children;
}

function node(reader: Reader): Tree {
  let children: Map<string, Tree> = new Map();
  if (reader.accept('[')) {
    children = list(reader);
    reader.expect(']');
  }
  if (!reader.accept('{')) return { children, range: everything };
  const bounds = range(reader);
  reader.expect('}');
  return { children, range: bounds };
}

/** `{,M}` `{N}` `{N,}` `{N,M}` */
function range(reader: Reader): [number, number] {
  if (reader.accept(',')) return [0, reader.number()];
  const from = reader.number();
  if (reader.peek() === '}') return [from, from + 1];
  reader.expect(',');
  return [from, reader.peek() === '}' ? Number.POSITIVE_INFINITY : reader.number()];
}

function isMark(token: string): boolean {
  return /^[,[\]{}]$/.test(token);
}

/** Tokens: one of the five marks, a name, or '' at the end. */
class Reader {
  readonly #tokens: string[];

  constructor(text: string) {
    this.#tokens = text.match(/[,[\]{}]|[^,[\]{}]+/g) ?? [];
  }

  peek(): string {
    return this.#tokens[0] ?? '';
  }

  take(): string {
    return this.#tokens.shift() ?? '';
  }

  accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#tokens.shift();
    return true;
  }

  expect(token: string): void {
    if (this.peek() !== token) throw this.malformed(token === '' ? 'the end' : token);
    this.take();
  }

  number(): number {
    if (!/^\d+$/.test(this.peek())) throw this.malformed('a number');
    return Number(this.take());
  }

  malformed(expected: string): NamedError<'MalformedTree'> {
    const found = this.peek() === '' ? 'the end' : this.peek();
    return new NamedError('MalformedTree', `malformed tree: expected ${expected}, found ${found}`, {
      fault: 'operator',
    });
  }
}
