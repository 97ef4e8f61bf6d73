import { RecordUnreadable, readRecord } from './input';
import { NamedError } from './named-error';
import type * as z from './schema';

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
