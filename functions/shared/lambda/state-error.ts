import { isThrottled, isUnavailable, messageOf } from '../aws-errors';
import { NamedError, type Fault } from '../named-error';

/**
 * One name that the steps of a state machine throw. The names are API: `ErrorEquals` matches them, and operators read
 * them in the console.
 *
 * `waits`: the step is not done yet and nothing is wrong; the state's Retry is the poll.
 * `fails`: trying again on its own will not help; the execution stops at this state until a person acts.
 */
export interface ErrorEntry {
  readonly kind: 'waits' | 'fails';
  readonly fault: Fault;
  readonly means: string;
}

/** Names that mean the same in every system; each has them in its own catalogue. */
export const commonErrors = {
  Throttled: { kind: 'waits', fault: 'environment', means: 'AWS asked to slow down' },
  AwsUnavailable: {
    kind: 'waits',
    fault: 'environment',
    means: 'an AWS API did not answer, or answered with a fault of its own',
  },
  NotPermitted: {
    kind: 'waits',
    fault: 'operator',
    means: 'IAM does not let the function do it; after a deployment it takes minutes to follow',
  },
  InputRefused: { kind: 'fails', fault: 'bug', means: 'the input of the step is not what the state machine promises' },
} as const satisfies Record<string, ErrorEntry>;

/** How a step says that it is not done: by a name of its system's catalogue, and a message for the operator. */
export class StateError<Name extends string = string> extends NamedError<Name> {
  /** Whether its state tries again. */
  readonly kind: ErrorEntry['kind'];

  constructor({ kind, fault }: ErrorEntry, name: Name, message: string, options: { readonly cause?: unknown } = {}) {
    super(name, message, { fault, ...options });
    this.kind = kind;
  }
}

/** What an AWS that is busy or away means for a step; `undefined` for any other error. */
export function awsTrouble(
  error: unknown,
): { readonly name: 'Throttled' | 'AwsUnavailable'; readonly message: string } | undefined {
  if (isThrottled(error)) return { name: 'Throttled', message: `AWS asks to slow down: ${messageOf(error)}` };
  if (isUnavailable(error)) return { name: 'AwsUnavailable', message: `AWS did not answer: ${messageOf(error)}` };
  return undefined;
}
