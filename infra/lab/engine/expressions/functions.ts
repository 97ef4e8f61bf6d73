import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';
import type { Random } from '../../../../functions/shared/random';
import { uuidFrom } from '../../kernel/random';
import { javaRandom } from './java-random';

/** What the time and the chance are for one evaluation. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly millis: number;
  readonly random: Random;
}

/** The binding that carries the Moment; no JSONata name can contain an `@`. */
export const moment = '@moment';

type Implementation = (moment: Moment, ...args: unknown[]) => unknown;

/** Gives `expression` AWS's own functions, and takes the machine's clock and chance away from it. */
export function registerFunctions(expression: jsonata.Expression): void {
  for (const [name, [implementation, arity]] of Object.entries(awsFunctions)) {
    expression.registerFunction(name, function (this: jsonata.Focus, ...args: unknown[]) {
      if (args.length > arity) throw signatureError(name, arity + 1);
      return implementation(this.environment.lookup(moment) as Moment, ...args);
    });
  }
  expression.registerFunction('now', now, '<s?s?:s>');
  // AWS has no $eval: calling it fails like calling any unknown name (T1006).
  expression.assign('eval', undefined);
}

/** jsonata's own `$now` reads the machine's clock; the formatting is the one of `$fromMillis`. */
function now(this: jsonata.Focus, picture?: string, timezone?: string): unknown {
  const { millis } = this.environment.lookup(moment) as Moment;
  const fromMillis = this.environment.lookup('fromMillis') as { implementation: (...args: unknown[]) => unknown };
  return fromMillis.implementation.call(this, millis, picture, timezone);
}

/** What each function does and how many arguments it takes; the errors are those measured on AWS. */
const awsFunctions: Readonly<Record<string, readonly [Implementation, number]>> = {
  millis: [({ millis }) => millis, 0],
  uuid: [({ random }) => uuidFrom(random), 0],
  random: [draw, 1],
  shuffle: [shuffle, 1],
  hash: [hash, 2],
  parse: [parse, 1],
  partition: [partition, 2],
  range: [range, 3],
};

const standardNames =
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad ' +
  'match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs ' +
  'sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse ' +
  'each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl ' +
  'decodeUrlComponent decodeUrl eval toMillis fromMillis clone now';
const knownNames = new Set([...standardNames.split(' '), ...Object.keys(awsFunctions)]);

/** Whether `$name` is a function that every expression can call. */
export function isBuiltIn(name: string): boolean {
  return knownNames.has(name);
}

function draw({ random }: Moment, seed?: unknown): number {
  return seed === undefined ? random.next() : javaRandom(towardsZero(seed, 'random', 1));
}

/** jsonata's own draws from Math.random. */
function shuffle({ random }: Moment, items?: unknown): unknown {
  if (!Array.isArray(items)) return items;
  const result: unknown[] = [...(items as unknown[])];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

const hashAlgorithms: Readonly<Record<string, string>> = {
  'SHA-1': 'sha1',
  'SHA-384': 'sha384',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
  MD5: 'md5',
};

function hash(_moment: Moment, content?: unknown, algorithm?: unknown): string | undefined {
  if (typeof content !== 'string') throw signatureError('hash', 1);
  if (algorithm === undefined) return undefined;
  if (typeof algorithm !== 'string') throw signatureError('hash', 2);
  const name = hashAlgorithms[algorithm];
  if (name === undefined) {
    throw jsonataError(
      'D3137',
      `Hash algorithm '${algorithm}' must be one of ${Object.keys(hashAlgorithms).join(', ')}`,
    );
  }
  return createHash(name).update(content, 'utf8').digest('hex');
}

function parse(_moment: Moment, text?: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw signatureError('parse', 1);
  try {
    return JSON.parse(text);
  } catch {
    throw jsonataError('D3137', 'Invalid JSON');
  }
}

/** No size gives one part; an empty list, or a size that rounds to zero, gives nothing. */
function partition(_moment: Moment, items?: unknown, size?: unknown): unknown {
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) {
    throw jsonataError('T0412', 'argument 1 of partition', { index: 1, token: 'partition' });
  }
  if (items.length === 0) return undefined;
  if (size === undefined) return [items];
  const width = towardsZero(size, 'partition', 2);
  if (width < 0) throw jsonataError('D3137', 'Second argument must be zero or greater');
  if (width === 0) return undefined;
  return Array.from(
    { length: Math.ceil(items.length / width) },
    (_, part) => items.slice(part * width, (part + 1) * width) as unknown,
  );
}

/** Both ends included. One number is no list, as recorded; no step, or one that leads away from the end, gives nothing. */
function range(_moment: Moment, first?: unknown, last?: unknown, step?: unknown): unknown {
  const from = towardsZero(first, 'range', 1);
  const to = towardsZero(last, 'range', 2);
  if (step === undefined) return undefined;
  const by = towardsZero(step, 'range', 3);
  if (by === 0 || (by > 0 && from > to) || (by < 0 && from < to)) return undefined;
  const length = Math.floor((to - from) / by) + 1;
  return sequence(Array.from({ length: Math.min(length, 1_000_000) }, (_, index) => from + index * by));
}

/** What jsonata's own functions give where they look for many values: it takes a single one out, unless `[]` keeps it. */
function sequence(values: unknown[]): unknown[] {
  return Object.defineProperty(values, 'sequence', { value: true });
}

function towardsZero(value: unknown, name: string, argument: number): number {
  if (typeof value !== 'number') throw signatureError(name, argument);
  return Math.trunc(value);
}

function signatureError(name: string, argument: number): Error {
  return jsonataError('T0410', `argument ${argument} of ${name}`, { index: argument, token: name });
}

/**
 * Errors that jsonata throws carry a code, and AWS puts it into the cause. The message of a known code is made by
 * jsonata from its own catalogue and these details.
 */
function jsonataError(code: string, message: string, details: object = {}): Error {
  return Object.assign(new TypeError(message), { code, ...details });
}
