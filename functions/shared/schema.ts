// zod's functions instead of its methods: a bundle then holds of zod what its schemas use (29 KB instead of 77). They come
// without words for mistakes, so the words are given here; English alone, as all languages there are would be 90 KB.
import * as z from 'zod/mini';
import { en } from 'zod/v4/locales';
import { NamedError } from './named-error';

z.config(en());

export * from 'zod/mini';

// Fields of what people write: the words for a mistake are what is allowed.

/** Text that is not empty. `allowed`: what it is, in words. */
export const text = (allowed: string, max: number) =>
  z.string(allowed).check(z.minLength(1, allowed), z.maxLength(max, `${allowed}, of at most ${max} characters`));

/** A whole number, from `min` to `max`. */
export const whole = (unit: string, min: number, max: number) => {
  const allowed = `a whole number of ${unit} from ${min} to ${max}`;
  return z.number(allowed).check(z.int(allowed), z.minimum(min, allowed), z.maximum(max, allowed));
};

/** Text of a form. */
export const matching = (pattern: RegExp, allowed: string) => z.string(allowed).check(z.regex(pattern, allowed));

/** An object of these fields and no others. */
export const section = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? 'an object' : undefined) });

/** A check of a value that its schema accepts. `allowedIfWrong`: for each thing wrong with it, what is allowed. */
export const refusing = <Value>(allowedIfWrong: (value: Value) => readonly string[]) =>
  z.superRefine<Value>((value, context) => {
    for (const message of allowedIfWrong(value)) context.addIssue({ code: 'custom', message });
  });

// What is wrong with an input.

/** One thing wrong with an input: where, what stands there, and what is allowed. */
export interface Mistake {
  /** Dotted path: `provision.parameters.HOST`, `targetGroups.0`; empty for the input as a whole. */
  readonly path: string;
  /** The wrong value as JSON, shortened; `nothing` when it is missing. */
  readonly value: string;
  readonly allowed: string;
}

/** All mistakes that zod found in `input`, one for each unknown key. */
export function mistakesIn(error: z.core.$ZodError, input: unknown): Mistake[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => mistake([...issue.path, key], input, 'no such setting'));
    }
    const path = issue.path.map(String).join('.');
    if (issue.code === 'invalid_key') {
      // The key itself is wrong: it is what has to be shown, and its own issue says why.
      return [
        {
          path,
          value: showSecretless(issue.path.at(-1)),
          allowed: issue.issues.map(({ message }) => message).join(', '),
        },
      ];
    }
    return [mistake(issue.path, input, allowedBy(issue.message))];
  });
}

/** What is allowed, also where a schema has no words of its own: zod's say what was found, which is shown already. */
function allowedBy(message: string): string {
  return message.replace(/^Invalid input: expected (.+), received .+$/, '$1');
}

/** One line a mistake: `provision.job: got 7, allowed: a job's full name`. */
export function describeMistakes(mistakes: readonly Mistake[]): string {
  return mistakes.map(({ path, value, allowed }) => `${path || '(all)'}: got ${value}, allowed: ${allowed}`).join('\n');
}

/** A mistake at `path` of `input`: the value is looked up there. */
export function mistake(path: readonly PropertyKey[], input: unknown, allowed: string): Mistake {
  return { path: path.map(String).join('.'), value: showSecretless(path.reduce<unknown>(valueAt, input)), allowed };
}

/** The value at a key; `undefined` where there is none. */
export function valueAt(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function showSecretless(value: unknown): string {
  if (value === undefined) return 'nothing';
  // A URL can carry credentials, and a mistake ends in a log.
  const text = JSON.stringify(value).replace(/\/\/[^/\s"]*@/g, '//***@');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

// JSON of others, of which nothing is known yet.

/** Parses text, or says what was there instead. */
export function parseJson(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: `JSON is expected, got ${showValue(text)}` };
  }
}

/** A JSON object: neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands where something else was expected, in words. */
export function kindOf(value: unknown): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'string'
        ? showValue(value)
        : `a ${typeof value}`;
}

/** The same, with text in quotes; shortened. */
export function showValue(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

// JSON of our own.

/** A text that a function of ours is to have written holds something else. */
export class RecordUnreadable extends NamedError<'RecordUnreadable'> {
  constructor(message: string) {
    super('RecordUnreadable', message, { fault: 'bug' });
  }
}

/**
 * Reads a JSON text that one of our functions has written: an observation, a variable of the environment, a file. An
 * earlier version, a later one, or a person may have written it otherwise.
 *
 * @param what names the text in the error: `the observation 'comers' of web`.
 * @throws RecordUnreadable with every mistake in it: where it is, what stands there, what is allowed.
 */
export function readRecord<Schema extends z.core.$ZodType>(schema: Schema, text: string, what: string) {
  const parsed = parseJson(text);
  if ('error' in parsed) throw new RecordUnreadable(`${what} cannot be read: ${parsed.error}`);
  const { success, data, error } = z.safeParse(schema, parsed.value);
  if (success) return data;
  throw new RecordUnreadable(`${what} cannot be read:\n${describeMistakes(mistakesIn(error, parsed.value))}`);
}

/** The same of a text without which the function can do its work: `undefined` where it cannot be read. */
export function recordIn<Schema extends z.core.$ZodType>(schema: Schema, text: string) {
  const parsed = parseJson(text);
  return 'error' in parsed ? undefined : z.safeParse(schema, parsed.value).data;
}

/**
 * `read`, which is not asked again for the text that it was asked for last: a thousand launches poll one record, and it
 * changes every few seconds. What it gives is shared by all that ask, so none of them may change it.
 */
export function rememberingLast<Value>(read: (text: string) => Value): (text: string) => Value {
  let last: { readonly text: string; readonly value: Value } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}
