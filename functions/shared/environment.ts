import { describeMistakes, isObject, mistake, type Mistake, parseJson, readRecord, RecordUnreadable } from './schema';
import type * as z from './schema';
import { NamedError } from './named-error';

/** Thrown at a function's cold start when its environment is not as deployed; names every variable that is wrong. */
export class EnvironmentInvalid extends NamedError<'EnvironmentInvalid'> {
  constructor(message: string) {
    super('EnvironmentInvalid', message, { fault: 'bug' });
  }
}

/**
 * Reads a function's environment once, all mistakes together.
 *
 * @param env normally `process.env`.
 * @param names the variables that the function needs.
 */
export function parseEnvironment<Name extends string>(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => (env[name] ?? '') === '');
  if (missing.length > 0) throw new EnvironmentInvalid(`environment variables missing or empty: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, env[name] ?? ''])) as Record<Name, string>;
}

/** A variable that holds JSON. @throws EnvironmentInvalid with every mistake in it */
export function parseVariable<Schema extends z.core.$ZodType>(schema: Schema, text: string, name: string) {
  try {
    return readRecord(schema, text, `the environment variable ${name}`);
  } catch (error) {
    if (error instanceof RecordUnreadable) throw new EnvironmentInvalid(error.message);
    throw error;
  }
}

/**
 * A variable that holds JSON of the example's shape: the same fields with the same types. Use it for values that the
 * deployment writes, in functions that need no schema otherwise: zod would add 19 KB to their bundle.
 *
 * @param example of a list: its first entry stands for all, a text where it has none.
 * @param optional what may be left out, by example.
 * @throws EnvironmentInvalid with every mistake in it
 */
export function parseLike<Value extends object>(
  example: Value,
  text: string,
  name: string,
  optional: Partial<Value> = {},
): Value {
  const parsed = parseJson(text);
  const mistakes = 'error' in parsed ? [] : mistakesAgainst(example, parsed.value, optional);
  if (!('error' in parsed) && mistakes.length === 0) return parsed.value as Value;
  const why = 'error' in parsed ? ` ${parsed.error}` : `\n${describeMistakes(mistakes)}`;
  throw new EnvironmentInvalid(`the environment variable ${name} cannot be read:${why}`);
}

interface Place {
  readonly root: unknown;
  readonly path: readonly (string | number)[];
}

function mistakesAgainst(example: unknown, value: unknown, optional: object, at?: Place): Mistake[] {
  const { root, path } = at ?? { root: value, path: [] };
  const wrong = (allowed: string) => [mistake(path, root, allowed)];
  const below = (key: string | number, one: unknown, there: unknown) =>
    mistakesAgainst(one, there, {}, { root, path: [...path, key] });
  if (Array.isArray(example)) {
    const [entry = ''] = example as unknown[];
    return Array.isArray(value) ? value.flatMap((there, place) => below(place, entry, there)) : wrong('a list');
  }
  if (isObject(example)) {
    if (!isObject(value)) return wrong('an object');
    const present = Object.entries(optional).filter(([key]) => value[key] !== undefined);
    return [...Object.entries(example), ...present].flatMap(([key, one]) => below(key, one, value[key]));
  }
  return typeof value === typeof example ? [] : wrong(`a ${typeof example}`);
}
