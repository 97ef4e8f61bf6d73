import jsonata from 'jsonata';
import { guard, isUnbounded, LimitExceeded, type Meter } from './limits';
import { moment, registerFunctions } from './functions';
import { toPlain } from './plain';
import { plainPath } from './plain-path';
import { ExpressionFailure, type Scope } from './scope';
import type { Json } from '../json';

/** A JSONata expression, compiled once and evaluated often. */
export interface Expression {
  /** The text between `{%` and `%}`, trimmed, as AWS quotes it. */
  readonly source: string;
  readonly ast: jsonata.ExprNode;
  /** Throws ExpressionFailure. */
  evaluate(scope: Scope): Json | Promise<Json>;
}

export function isExpression(text: string): boolean {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');
}

/** Compiles `{% ... %}`. Throws what jsonata throws for bad syntax: `{code, position, token, message}`. */
export function compileExpression(text: string): Expression {
  const source = text.slice(2, -2).trim();
  const compiled = jsonata(source);
  const ast = compiled.ast();
  registerFunctions(compiled);
  const guarded = isUnbounded(ast);
  if (guarded) guard(compiled);
  const shortCut = plainPath(ast);
  const evaluate = (scope: Scope): Json | Promise<Json> => shortCut?.(scope) ?? run(scope);
  const run = async (scope: Scope): Promise<Json> => {
    const meter: Meter | undefined = guarded ? { depth: 0, steps: 0 } : undefined;
    let value: unknown;
    try {
      value = await compiled.evaluate(undefined, bindings(scope, meter));
    } catch (thrown) {
      throw failureOf(thrown);
    }
    if (value === undefined) throw new ExpressionFailure('returned nothing (undefined).');
    return toPlain(value);
  };
  return { source, ast, evaluate };
}

function bindings(scope: Scope, meter: Meter | undefined): Record<string, unknown> {
  // jsonata binds inherited names too, so variables need no copying.
  const inherited = Object.create(scope.variables) as Record<string, unknown>;
  return Object.assign(inherited, { states: scope.states, [moment]: scope.moment, '@meter': meter });
}

/** AWS puts a full stop before a message with a code and a colon before one of its own limits. */
function failureOf(thrown: unknown): ExpressionFailure {
  if (thrown instanceof LimitExceeded) {
    return new ExpressionFailure(`threw an error during evaluation: ${thrown.message}`);
  }
  const { code, message } = thrown as { code?: string; message?: string };
  const text = message ?? String(thrown);
  return new ExpressionFailure(
    `threw an error during evaluation${code === undefined ? `: ${text}` : `. ${code}: ${text}`}`,
  );
}
