import type { Problem } from '../errors';

/** What is found wrong with a definition while it is read. */
export class Findings {
  /** What refuses the definition. */
  readonly problems: Problem[] = [];
  /** What AWS accepts and runs, and yet is hardly meant: refused only by a strict check. */
  readonly warnings: Problem[] = [];
}

/** Where a finding belongs. */
export interface Place {
  readonly path: string;
  readonly state: string | undefined;
}

export function problemAt({ path, state }: Place, message: string): Problem {
  return { path, ...(state === undefined ? {} : { state }), message };
}

/** A value in an error message, cut to a readable length. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** A step of a JSON pointer. */
export function pointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
