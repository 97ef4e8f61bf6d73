import { NamedError, type NamedErrorOptions } from '../../../functions/shared/named-error';

/** One thing that is wrong with a definition. */
export interface Problem {
  /** Where, as a JSON pointer into the definition, such as `/States/Deploy/Retry/0/ErrorEquals`. */
  path: string;
  /** The state it belongs to, if it belongs to one. */
  state?: string;
  /** What is wrong and what to change: lower case, no full stop. */
  message: string;
}

/** A definition that cannot be run. `problems` holds every one that was found, in document order. */
export class InvalidDefinition extends NamedError<'InvalidDefinition'> {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('InvalidDefinition', problems.map(describe).join('\n'), { fault: 'operator' });
    this.problems = problems;
  }
}

function describe({ path, state, message }: Problem): string {
  return `${path || '/'}${state === undefined ? '' : ` (state '${state}')`}: ${message}`;
}

/** Most failures of a task are polls: the engine takes no stack of them. */
type StackOption = Pick<NamedErrorOptions, 'stack'>;

/** What a task handler throws to fail its task with exactly this error name and cause. */
export class TaskFailure extends NamedError {
  /** The cause as it stands in the history; absent when AWS gives none, as for a time-out. */
  readonly causeText: string | undefined;

  constructor(error: string, cause?: string, options: StackOption = {}) {
    super(error, cause ?? '', { fault: 'environment', ...options });
    this.causeText = cause;
  }
}

/** The name and the cause with which a state, and then perhaps its execution, fails. */
export interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Thrown inside a flow when a state has failed; Retry and Catch decide what becomes of it. */
export class StateFailure extends NamedError<'StateFailure'> implements Failure {
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  /** Further names that ErrorEquals may use for the same failure. */
  readonly aliases: readonly string[];

  constructor(failure: Failure, aliases: readonly string[] = [], options: StackOption = {}) {
    super('StateFailure', `${failure.error ?? ''}: ${failure.cause ?? ''}`, { fault: 'environment', ...options });
    this.error = failure.error;
    this.cause = failure.cause;
    this.aliases = aliases;
  }
}

/** A failure of a state that `States.ALL` does not stop; its own name does. */
export class TerminalFailure extends StateFailure {}

/** An error of the Step Functions API, by the SDK's exception name. */
export function apiError(name: string, message: string): NamedError {
  return new NamedError(name, message, { fault: 'operator' });
}
