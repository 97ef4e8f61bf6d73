import type jsonata from 'jsonata';
import type { Json } from '../json';
import type { Scope } from './scope';

/** The value at the end of a plain path; undefined when JSONata has to decide. */
export type PlainPath = (scope: Scope) => Json | undefined;

/**
 * A short cut for what most expressions are: `$states.input.name` or `$variable.name`, names only.
 *
 * JSONata takes ten times as long for the same. It is left to it as soon as something is missing, or an array stands
 * in the middle: that is where its own rules begin.
 */
export function plainPath(ast: jsonata.ExprNode): PlainPath | undefined {
  const names = namesOf(ast);
  if (names === undefined) return undefined;
  const [variable = '', ...fields] = names;
  if (variable === 'states') return (scope) => follow(scope.states, fields);
  return ({ variables }) => (variable in variables ? follow(variables[variable], fields) : undefined);
}

/** The variable and the field names of a path; undefined for any other expression. */
function namesOf(ast: jsonata.ExprNode): string[] | undefined {
  const steps = (ast.type as string) === 'path' ? (ast.steps ?? []) : [ast];
  const plain = steps.every((step, index) => isPlain(step, index === 0 ? 'variable' : 'name'));
  const bare = Object.keys(ast).every((key) => plainKeys.has(key));
  if (!plain || !bare || steps[0]?.value === '' || steps[0]?.value === '$') return undefined;
  return steps.map(({ value }) => String(value));
}

const plainKeys = new Set(['type', 'value', 'position', 'steps']);

function isPlain(step: jsonata.ExprNode, type: string): boolean {
  return step.type === type && Object.keys(step).every((key) => plainKeys.has(key));
}

function follow(start: unknown, fields: readonly string[]): Json | undefined {
  let value = start;
  for (const field of fields) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, field)) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[field];
  }
  return value as Json | undefined;
}
