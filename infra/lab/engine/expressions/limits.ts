import type jsonata from 'jsonata';
import { NamedError } from '../../../../functions/shared/named-error';
import type { Moment } from './functions';

/** AWS accepts an evaluation nested 100 deep and refuses one nested 101 deep, of any kind. */
const maxDepth = 100;
/** AWS stops an expression after one second; a count of steps does the same on every machine alike. */
const maxSteps = 250_000;
/** AWS accepts `[1..873782]` and a string of 2^22 characters, and refuses one element more and 2^23. */
const maxBytes = 873_782 * 8;
/** A literal as deep as this could pass MAX_DEPTH without any recursion. */
const shallowDepth = 24;

/** The hooks that jsonata offers around the evaluation of each node. */
export const evaluateEntry = Symbol.for('jsonata.__evaluate_entry');
export const evaluateExit = Symbol.for('jsonata.__evaluate_exit');

/** How far one evaluation has come. */
export interface Meter {
  depth: number;
  steps: number;
}

/** One of AWS's own limits: the message is the end of the cause. */
export class LimitExceeded extends NamedError<'LimitExceeded'> {
  constructor(message: string) {
    super('LimitExceeded', message, { fault: 'operator' });
  }
}

interface Environment {
  timestamp: Date;
  readonly isParallelCall: boolean;
  readonly lookup: (name: string) => unknown;
}

/** Installs the depth, step and memory limits on an expression that could pass them. */
export function guard(expression: jsonata.Expression): void {
  const assign = (hook: symbol, run: unknown): void => {
    // The declared type of `assign` knows names only; a hook's name is a symbol.
    expression.assign(hook as unknown as string, run);
  };
  assign(evaluateEntry, (_node: unknown, _input: unknown, environment: Environment) => {
    const meter = environment.lookup('@meter') as Meter;
    // Picture strings default to the current date, which jsonata reads from the machine's clock.
    if (meter.steps === 0) environment.timestamp = new Date((environment.lookup('@moment') as Moment).millis);
    meter.steps += 1;
    if (meter.steps > maxSteps) throw new LimitExceeded('Expression evaluation timeout: Check for infinite loop');
    if (environment.isParallelCall) return;
    meter.depth += 1;
    if (meter.depth > maxDepth) {
      throw new LimitExceeded(
        'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
      );
    }
  });
  assign(evaluateExit, (_node: unknown, _input: unknown, environment: Environment, result: unknown) => {
    if (!environment.isParallelCall) (environment.lookup('@meter') as Meter).depth -= 1;
    if (sizeOf(result) > maxBytes) {
      throw new LimitExceeded('Expression evaluation memory limit exceeded: Check for excessive memory usage');
    }
  });
}

/** Only what one step can make big: a long text or a long list. What they hold has been measured before. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return Array.isArray(value) ? value.length * 8 : 0;
}

/**
 * Whether an expression can take more steps than its text and its data suggest: lambdas recurse, ranges and padding
 * grow. All others run without hooks, which triples their speed.
 */
export function isUnbounded(ast: jsonata.ExprNode): boolean {
  return search(ast, 0);
}

const growingFunctions = new Set(['range', 'pad', 'toMillis', 'partition']);

function search(node: unknown, depth: number): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (depth > shallowDepth) return true;
  const { type, value } = node as { type?: string; value?: unknown };
  if (type === 'lambda' || type === 'transform' || type === 'partial') return true;
  if (type === 'binary' && value === '..') return true;
  if (type === 'variable' && typeof value === 'string' && growingFunctions.has(value)) return true;
  const next = type === undefined ? depth : depth + 1;
  return Object.values(node).some((child) => search(child, next));
}
