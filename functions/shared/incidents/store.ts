import { NamedError } from '../named-error';

/** A document holds so much, as JSON packed by gzip: an item of DynamoDB has 400 KB. */
export const mostDocumentBytes = 380_000;

/** A value and which one it is: the first is version 1. */
export interface Document {
  readonly version: number;
  readonly value: unknown;
}

export interface DocumentChange {
  readonly name: string;
  readonly value: unknown;
  /** The version it was made from; 0: there was none. */
  readonly from: number;
  /** When the store may forget it, in seconds of the epoch. */
  readonly expires?: number;
}

/** Remembers that something was done (an object read), once. */
export interface StoredMark {
  readonly name: string;
  readonly value?: unknown;
  readonly expires: number;
}

/**
 * `written`; `conflict`: another has changed a document since: read again; `marked`: a mark stands already: it was done.
 * Nothing is written but all of it.
 */
export type WriteResult = 'written' | 'conflict' | 'marked';

/** Documents (JSON) that change together. At most 100 changes and marks at once. */
export interface DocumentStore {
  read(name: string): Promise<Document | undefined>;
  /** Those that there are, by name; each as it stood when it was read, not all at one moment. */
  readMany(names: readonly string[]): Promise<ReadonlyMap<string, Document>>;
  isMarked(name: string): Promise<boolean>;
  write(changes: readonly DocumentChange[], marks?: readonly StoredMark[]): Promise<WriteResult>;
}

/**
 * The value of a document that one of our functions is to have written: an object that has what the example has, of the
 * same kinds. What stands deeper is as that function wrote it.
 *
 * @param example of what it must have; more may stand there, of a later version.
 * @returns `undefined` where there is no document.
 * @throws DocumentUnreadable names the document, and what is wrong in it. Nothing is written over it.
 */
export function valueLike<Value extends object>(
  name: string,
  found: Document | undefined,
  example: { readonly [Key in keyof Value]?: Value[Key] },
): Value | undefined {
  if (found === undefined) return undefined;
  const { value } = found;
  if (kindOf(value) !== 'an object') throw unreadable(name, `it must be an object, is ${kindOf(value)}`);
  const known = value as Record<string, unknown>;
  const wrong = Object.entries(example).flatMap(([key, one]) =>
    kindOf(known[key]) === kindOf(one) ? [] : [`${key} must be ${kindOf(one)}, is ${kindOf(known[key])}`],
  );
  if (wrong.length > 0) throw unreadable(name, wrong.join('; '));
  return value as Value;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function unreadable(name: string, why: string): NamedError<'DocumentUnreadable'> {
  const what = `the document '${name}' of the table is not as Muster writes it: ${why}`;
  return new NamedError('DocumentUnreadable', `${what}. Restore the table to a time before that`, {
    fault: 'operator',
  });
}

/** The same in memory, for one process. Keeps text, so that what a reader does to a value changes nothing. */
export function memoryStore(): DocumentStore {
  const documents = new Map<string, { version: number; text: string }>();
  const marks = new Set<string>();
  const read = (name: string): Document | undefined => {
    const found = documents.get(name);
    return found === undefined ? undefined : { version: found.version, value: JSON.parse(found.text) as unknown };
  };
  return {
    async read(name) {
      return read(name);
    },
    async readMany(names) {
      return new Map(
        names.flatMap((name) => {
          const found = read(name);
          return found === undefined ? [] : [[name, found] as const];
        }),
      );
    },
    async isMarked(name) {
      return marks.has(name);
    },
    async write(changes, wanted = []) {
      if (wanted.some(({ name }) => marks.has(name))) return 'marked';
      if (changes.some(({ name, from }) => (documents.get(name)?.version ?? 0) !== from)) return 'conflict';
      for (const { name, from, value } of changes)
        documents.set(name, { version: from + 1, text: JSON.stringify(value) });
      for (const { name } of wanted) marks.add(name);
      return 'written';
    },
  };
}
