import type { Json } from './json';
import type { Expression } from './expressions/expression';
import { ExpressionFailure, type Scope } from './expressions/scope';
import { isSteady } from './expressions/steady';
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

async function evaluateExpression(expression: Expression, scope: Scope, location: string): Promise<Json> {
  try {
    return await expression.evaluate(scope);
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

async function evaluateObject(
  entries: readonly (readonly [string, Template])[],
  scope: Scope,
  location: string,
): Promise<Json> {
  const values: Record<string, Json> = {};
  for (const [key, entry] of entries) values[key] = await evaluate(entry, scope, `${location}/${key}`);
  return values;
}

/** How AWS begins the cause of every failed evaluation. */
export function quote(expression: Expression, location: string): string {
  return `The JSONata expression '${expression.source}' specified for the field '${location}'`;
}

/** Whether a template gives the same value in every attempt of a state. */
export function isSteadyTemplate(template: Template): boolean {
  for (const [{ source }] of expressionsIn(template, '')) if (!isSteady(source)) return false;
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
