import { NamedError } from '../../../../functions/shared/named-error';
import type { ParameterDefinition, ParameterType } from './definitions';

/** A parameter as a queue item or a build carries it. */
export interface ParameterValue {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
}

/** What a form sent: each name with all its values. */
export type SubmittedForm = ReadonlyMap<string, readonly string[]>;

/**
 * The values of a request: one for each parameter *that the job defines*. Names it does not define vanish without a
 * word (FACTS.md, 0, point 3).
 *
 * @throws NamedError `IllegalParameter` for what Jenkins answers with an "Oops!" page: a name that comes twice, or a
 *   value that is not among the choices.
 */
export function createValues(definitions: readonly ParameterDefinition[], submitted: SubmittedForm): ParameterValue[] {
  return definitions.map((definition) => createValue(definition, submitted.get(definition.name)));
}

function createValue(definition: ParameterDefinition, sent: readonly string[] | undefined): ParameterValue {
  const { name, type = 'string' } = definition;
  if (sent === undefined) return { name, type, value: defaultOf(definition) };
  const [value, ...others] = sent;
  if (value === undefined || others.length > 0)
    throw illegal(`illegal number of parameter values for ${name}: ${sent.length}`);
  if (type === 'choice' && !definition.choices?.includes(value))
    throw illegal(`illegal choice for parameter ${name}: ${value}`);
  return { name, type, value: normalized(definition, value) };
}

export function defaultOf(definition: ParameterDefinition): string {
  const { type = 'string', choices } = definition;
  if (type === 'choice') return definition.default ?? choices?.[0] ?? '';
  return normalized(definition, definition.default ?? '');
}

function normalized({ type, trim }: ParameterDefinition, value: string): string {
  // Boolean.parseBoolean: "true" in any case is true, everything else is false.
  if (type === 'boolean') return String(value.toLowerCase() === 'true');
  return trim ? value.trim() : value;
}

/** Whether Jenkins takes two requests for one. A password counts by its name only (FACTS.md, 0, point 5). */
export function sameValues(left: readonly ParameterValue[], right: readonly ParameterValue[]): boolean {
  return left.length === right.length && left.every((value) => right.some((other) => same(value, other)));
}

function same(left: ParameterValue, right: ParameterValue): boolean {
  if (left.name !== right.name || left.type !== right.type) return false;
  return left.type === 'password' || left.value === right.value;
}

export function asRecord(values: readonly ParameterValue[]): Record<string, string> {
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}

function illegal(message: string): NamedError<'IllegalParameter'> {
  return new NamedError('IllegalParameter', message, { fault: 'operator' });
}
