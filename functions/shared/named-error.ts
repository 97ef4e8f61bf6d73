/**
 * Who has to act: the `operator` (a setting, a build), the `environment` (a dependency is down or slow: waiting
 * helps), or the maintainers of this code (`bug`).
 */
export type Fault = 'operator' | 'environment' | 'bug';

export interface NamedErrorOptions {
  readonly fault: Fault;
  readonly cause?: unknown;
  /**
   * `false`: without a stack. For an error that is an answer, as that of a poll: its stack is not read, and taking it
   * costs more than the rest of the error. Default `true`.
   */
  readonly stack?: boolean;
}

/**
 * An error whose name is an API.
 *
 * Lambda reports `error.name` as the error's type and States Language matches it in `ErrorEquals`. So the name is a
 * string given by the thrower, never the class name, which a minifier changes.
 */
export class NamedError<Name extends string = string> extends Error {
  override readonly name: Name;
  readonly fault: Fault;

  constructor(name: Name, message: string, { fault, cause, stack = true }: NamedErrorOptions) {
    const limit = Error.stackTraceLimit;
    if (!stack) Error.stackTraceLimit = 0;
    super(message, cause === undefined ? undefined : { cause });
    Error.stackTraceLimit = limit;
    this.name = name;
    this.fault = fault;
  }
}
