import { isObject, type Json, type JsonObject } from './json';
import type { Expression } from './expressions/expression';
import { ExpressionFailure, type Scope } from './expressions/scope';
import { isInvariant } from './expressions/invariant';
import { NamedError } from '../../../functions/shared/named-error';

/** A JSON value of a definition in which any string may be an expression. */
export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };

/** An expression of a state's field gave no usable value. */
export class EvaluationFailure extends NamedError<'EvaluationFailure'> {
  /** The field, as AWS writes it: `Output/list[2]/name`. */
  readonly location: string;

  constructor(location: string, reason: string) {
    super('EvaluationFailure', reason, { fault: 'operator' });
    this.location = location;
  }
}

/** Evaluates a template. `location` is the path of its field inside the state. Throws EvaluationFailure. */
export function evaluate(template: Template, scope: Scope, location: string): Json | Promise<Json> {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return evaluateExpression(template.expression, scope, location);
    case 'array':
      return evaluateArray(template.items, scope, location);
    case 'object':
      return evaluateObject(template.entries, scope, location);
  }
}

/**
 * The same for a later attempt of the same state, with what an earlier one gave: of that, what cannot have changed is
 * taken over. Between two polls mostly one number has.
 */
export function evaluateAgain(
  template: Template,
  scope: Scope,
  { location, earlier }: { readonly location: string; readonly earlier: Json },
): Json | Promise<Json> {
  if (isInvariantTemplate(template)) return earlier;
  // What is computed may have another shape each time; what is written out has one.
  if (template.kind !== 'object' || !isObject(earlier)) return evaluate(template, scope, location);
  return evaluateObject(template.entries, scope, location, earlier);
}

function evaluateExpression(expression: Expression, scope: Scope, location: string): Json | Promise<Json> {
  const value = expression.evaluate(scope);
  return value instanceof Promise ? located(value, expression, location) : value;
}

async function located(value: Promise<Json>, expression: Expression, location: string): Promise<Json> {
  try {
    return await value;
  } catch (thrown) {
    if (!(thrown instanceof ExpressionFailure)) throw thrown;
    throw new EvaluationFailure(location, `${quote(expression, location)} ${thrown.message}`);
  }
}

async function evaluateArray(items: readonly Template[], scope: Scope, location: string): Promise<Json> {
  const values: Json[] = [];
  for (const [index, item] of items.entries()) {
    values.push(await evaluate(item, scope, `${location}[${index}]`));
  }
  return values;
}

type Entries = readonly (readonly [string, Template])[];

/** Waits only where an entry does: most are short cuts, and a promise for each would cost more than all of them. */
function evaluateObject(entries: Entries, scope: Scope, location: string, earlier?: JsonObject): Json | Promise<Json> {
  const values: Record<string, Json> = {};
  for (let at = 0; at < entries.length; at += 1) {
    const [key, entry] = entries[at] as Entries[number];
    const value = evaluateEntry(entry, scope, `${location}/${key}`, earlier?.[key]);
    if (value instanceof Promise) return evaluateRest(values, value, { entries, at, scope, location, earlier });
    values[key] = value;
  }
  return values;
}

function evaluateEntry(entry: Template, scope: Scope, location: string, earlier: Json | undefined) {
  return earlier === undefined ? evaluate(entry, scope, location) : evaluateAgain(entry, scope, { location, earlier });
}

interface Rest {
  readonly entries: Entries;
  /** Of the entry whose value is waited for. */
  readonly at: number;
  readonly scope: Scope;
  readonly location: string;
  readonly earlier: JsonObject | undefined;
}

async function evaluateRest(values: Record<string, Json>, awaited: Promise<Json>, rest: Rest): Promise<Json> {
  const { entries, at, scope, location, earlier } = rest;
  const [first] = entries[at] as Entries[number];
  values[first] = await awaited;
  for (const [key, entry] of entries.slice(at + 1))
    values[key] = await evaluateEntry(entry, scope, `${location}/${key}`, earlier?.[key]);
  return values;
}

/** How AWS begins the cause of every failed evaluation. */
export function quote(expression: Expression, location: string): string {
  return `The JSONata expression '${expression.source}' specified for the field '${location}'`;
}

const invariant = new WeakMap<Template, boolean>();

/** Whether a template gives the same value in every attempt of a state. */
export function isInvariantTemplate(template: Template): boolean {
  const known = invariant.get(template) ?? everyIsInvariant(template);
  invariant.set(template, known);
  return known;
}

function everyIsInvariant(template: Template): boolean {
  for (const [{ source }] of expressionsIn(template, '')) if (!isInvariant(source)) return false;
  return true;
}

/** Every expression in a template, with its location. */
export function* expressionsIn(template: Template, location: string): Generator<readonly [Expression, string]> {
  switch (template.kind) {
    case 'constant':
      return;
    case 'expression':
      yield [template.expression, location];
      return;
    case 'array':
      for (const [index, item] of template.items.entries()) yield* expressionsIn(item, `${location}[${index}]`);
      return;
    case 'object':
      for (const [key, entry] of template.entries) yield* expressionsIn(entry, `${location}/${key}`);
  }
}
