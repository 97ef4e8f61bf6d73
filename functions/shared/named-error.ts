/**
 * Who has to act: the `operator` (a setting, a build), the `environment` (a dependency is down or slow: waiting
 * helps), or the maintainers of this code (`bug`).
 */
export type Fault = 'operator' | 'environment' | 'bug';

/**
 * An error whose name is an API.
 *
 * Lambda reports `error.name` as the error's type and States Language matches it in `ErrorEquals`. So the name is a
 * string given by the thrower, never the class name, which a minifier changes.
 */
export class NamedError<Name extends string = string> extends Error {
  override readonly name: Name;
  readonly fault: Fault;

  constructor(name: Name, message: string, options: { fault: Fault; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.fault = options.fault;
  }
}
