import type { NamedError } from '../../../../shared/named-error';
import type { Attributes } from '../../../../shared/dynamodb/attribute-values';

/** Reads attributes as what they must be, and throws, with the path and the value, where they are not. */
export class Reader {
  readonly attributes: Attributes;
  readonly #refuse: (problem: string) => NamedError;
  readonly #path: string;

  constructor(attributes: Attributes, refuse: (problem: string) => NamedError, path = '') {
    this.attributes = attributes;
    this.#refuse = refuse;
    this.#path = path;
  }

  text(name: string): string {
    return this.#expect(name, 'a string', (value) => typeof value === 'string');
  }

  /** A whole number from 0. */
  count(name: string): number {
    return this.#expect(name, 'a whole number', isCount);
  }

  flag(name: string): boolean {
    return this.#expect(name, 'true or false', (value) => typeof value === 'boolean');
  }

  texts(name: string): string[] {
    return this.#expect(name, 'a list of strings', isTexts);
  }

  oneOf<const Word extends string>(name: string, words: readonly Word[]): Word {
    return this.#expect(name, `one of ${words.join(', ')}`, (value): value is Word => words.some((it) => it === value));
  }

  /** The reader of a map inside. */
  nested(name: string): Reader {
    const inside = this.#expect(name, 'a map', isMap);
    return new Reader(inside, this.#refuse, `${this.#path}${name}.`);
  }

  /** A map of which each value is parsed by `parse`. */
  map<T>(parse: (read: Reader) => T): Record<string, T> {
    return Object.fromEntries(Object.keys(this.attributes).map((name) => [name, parse(this.nested(name))]));
  }

  /** The property `name`, or none when there is no such attribute: to be spread into an object. */
  ifPresent<Name extends string, T>(name: Name, read: (name: Name) => T): Partial<Record<Name, T>> {
    if (this.attributes[name] === undefined) return {};
    return { [name]: read(name) } as Partial<Record<Name, T>>;
  }

  #expect<T>(name: string, expected: string, is: (value: unknown) => value is T): T {
    const value = this.attributes[name];
    if (is(value)) return value;
    const found = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);
    throw this.#refuse(`attribute '${this.#path}${name}' must be ${expected}, is ${found}`);
  }
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
const isMap = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
