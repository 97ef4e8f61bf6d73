import { isObject, type Json } from '../json';
import type { Template } from '../template';
import type { Available } from './check-expression';
import { compileTemplate } from './compile-template';
import { pointer, problemAt, show, type Findings, type Place } from './findings';

/** A number's bounds, both ends included. */
export interface Range {
  readonly min: number;
  readonly max?: number;
  /** Default true. */
  readonly integer?: boolean;
}

/** Reads the fields of one object of a definition, and writes down everything that is wrong with them. */
export class Reader {
  readonly #source: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  constructor(
    source: Readonly<Record<string, unknown>>,
    readonly place: Place,
    readonly findings: Findings,
  ) {
    this.#source = source;
  }

  problem(field: string, message: string): void {
    this.findings.problems.push(problemAt(this.at(field), message));
  }

  /** The place of a field; of the object itself for an empty name. */
  at(field: string, state = this.place.state): Place {
    return { path: field === '' ? this.place.path : `${this.place.path}/${field}`, state };
  }

  has(field: string): boolean {
    return this.#source[field] !== undefined;
  }

  /** The raw value, marked as read. */
  take(field: string): unknown {
    this.#read.add(field);
    return this.#source[field];
  }

  string(field: string): string | undefined {
    const value = this.take(field);
    if (value === undefined || typeof value === 'string') return value;
    this.problem(field, `must be a string, got ${show(value)}`);
    return undefined;
  }

  required(field: string): string | undefined {
    if (!this.has(field)) this.problem(field, `is missing: give '${field}'`);
    return this.string(field);
  }

  number(field: string, range: Range): number | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    const reason = outside(value, range);
    if (reason === undefined) return value as number;
    this.problem(field, reason);
    return undefined;
  }

  object(field: string): Reader | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (isObject(value)) return this.child(value, field);
    this.problem(field, `must be an object, got ${show(value)}`);
    return undefined;
  }

  /** A reader for each object in a list; what is not an object is a problem. */
  list(field: string): Reader[] {
    const value = this.take(field);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.problem(field, `must be an array, got ${show(value)}`);
      return [];
    }
    return value.flatMap((item: unknown, index) => {
      if (isObject(item)) return [this.child(item, field, String(index))];
      this.problem(`${field}/${index}`, `must be an object, got ${show(item)}`);
      return [];
    });
  }

  child(source: Readonly<Record<string, unknown>>, ...steps: string[]): Reader {
    return new Reader(source, this.at(steps.map(pointer).join('/')), this.findings);
  }

  /** Any JSON in which strings may be expressions. */
  template(field: string, available: Available = {}): Template | undefined {
    const value = this.take(field);
    return value === undefined ? undefined : compileTemplate(value as Json, this.at(field), available, this.findings);
  }

  /** A number in a range, or an expression that is checked when it has a value. */
  numberOrExpression(field: string, range: Range): Template | undefined {
    if (typeof this.#source[field] !== 'string') {
      const value = this.number(field, range);
      return value === undefined ? undefined : { kind: 'constant', value };
    }
    const template = this.template(field);
    if (template?.kind === 'expression') return template;
    this.problem(field, `must be a number or an expression {% ... %}, got ${show(this.#source[field])}`);
    return undefined;
  }

  /** A text that may be an expression. */
  stringOrExpression(field: string): Template | undefined {
    return this.string(field) === undefined ? undefined : this.template(field);
  }

  /** Fields that no reader has asked for: each is named, none is ignored. */
  refuseOthers(explain: (field: string) => string): void {
    for (const field of Object.keys(this.#source)) {
      if (!this.#read.has(field)) this.problem(field, explain(field));
    }
  }
}

function outside(value: unknown, { min, max, integer = true }: Range): string | undefined {
  const kind = integer ? 'a whole number' : 'a number';
  const limits = max === undefined ? `of ${min} or more` : `from ${min} to ${max}`;
  const fits = typeof value === 'number' && value >= min && (max === undefined || value <= max);
  if (fits && (!integer || Number.isInteger(value))) return undefined;
  return `must be ${kind} ${limits}, got ${show(value)}`;
}
