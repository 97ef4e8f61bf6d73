import type { LogFields } from '../runtime';
import { NamedError, type Fault } from '../named-error';
import { isThrottled, isUnavailable, messageOf, isUnauthorized } from '../aws-errors';

/** What one run of a step leaves behind: its log line, and metrics where a system has them. */
export interface RunReport<Input, Output> {
  /** The input is read. */
  about(input: Input): void;
  done(output: Output): void;
  failed(error: unknown): void;
}

export interface StepParts<Input, Output, Report extends RunReport<Input, Output>> {
  /** A new one for each run. */
  readonly report: () => Report;
  /** @throws StateError `InputRefused` */
  readonly parse: (event: unknown) => Input;
  readonly work: (input: Input, report: Report) => Promise<Output>;
  /** The name under which the state machine knows an error; an error without one comes back as it is. */
  readonly nameError: (error: unknown) => unknown;
}

/** A Lambda handler of a step: parses the input, does the work, names what it fails with, and reports each run. */
export function makeStepHandler<Input, Output, Report extends RunReport<Input, Output>>({
  report: makeReport,
  parse,
  work,
  nameError,
}: StepParts<Input, Output, Report>): (event: unknown) => Promise<Output> {
  return async (event) => {
    const report = makeReport();
    try {
      const input = parse(event);
      report.about(input);
      const output = await work(input, report);
      report.done(output);
      return output;
    } catch (error) {
      const named = nameError(error);
      report.failed(named);
      throw named;
    }
  };
}

/** An error without a name of ours is a bug until a person has looked at it: then it helps to see where it was. */
export function faultFields(error: unknown): LogFields {
  if (error instanceof NamedError) return { fault: error.fault, ...causeOf(error) };
  return { fault: 'bug', ...(error instanceof Error && { stack: error.stack }) };
}

function causeOf({ cause }: Error): LogFields {
  return cause instanceof Error ? { cause: `${cause.name}: ${cause.message}` } : {};
}

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

/** The error of a step that is not done: a name of its system's catalogue, and a message for the operator. */
export class StateError<Name extends string = string> extends NamedError<Name> {
  /** Whether its state tries again. */
  readonly kind: ErrorEntry['kind'];

  constructor({ kind, fault }: ErrorEntry, name: Name, message: string, options: { readonly cause?: unknown } = {}) {
    // A poll's error is an answer and no fault. Lambda would put its stack, lines of a bundle, into the history, where
    // operators have to skip it; and taking it costs a twentieth of a launch in the lab.
    super(name, message, { fault, ...options, stack: kind !== 'waits' });
    this.kind = kind;
  }
}

/** The step error for throttling and for an unavailable AWS service; `undefined` for any other error. */
export function awsStepError(
  error: unknown,
): { readonly name: 'Throttled' | 'AwsUnavailable'; readonly message: string } | undefined {
  if (isThrottled(error)) return { name: 'Throttled', message: `AWS asks to slow down: ${messageOf(error)}` };
  if (isUnavailable(error)) return { name: 'AwsUnavailable', message: `AWS did not answer: ${messageOf(error)}` };
  return undefined;
}

/**
 * DynamoDB has no such table (yet), or one whose keys are others.
 *
 * Source: DynamoDB developer guide, "Error handling" (a table that is being made is not found, either). The words for
 * other keys are DynamoDB's own, of reads, of queries, and of writes.
 */
export function isTableUnusable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ResourceNotFoundException') return true;
  const isRefusal = error.name === 'ValidationException' || error.name === 'TransactionCanceledException';
  return isRefusal && ofOtherKeys.test([messageOf(error), ...reasonsIn(error)].join(' '));
}

const ofOtherKeys =
  /key element does not match the schema|missed key schema element|key condition not supported|type does not match schema type|missing the key \S+ in the item|type mismatch for key/i;

function reasonsIn(error: Error): string[] {
  if (!('CancellationReasons' in error) || !Array.isArray(error.CancellationReasons)) return [];
  return (error.CancellationReasons as { Message?: string }[]).flatMap(({ Message }) => Message ?? []);
}

/**
 * What IAM refuses a function, for its `NotPermitted`: which function may not do what, on what, and why. IAM takes minutes
 * to follow a deployment, so it is waited for first; what is still refused then is a role, a setting, or a policy of the
 * organization. `undefined`: it is no refusal of IAM's.
 *
 * Source: IAM user guide, "Troubleshoot access denied error messages" (the form of the message) and "Changes that I make
 * are not always immediately visible".
 */
export function notPermitted(error: unknown, functionName: string): string | undefined {
  return isUnauthorized(error) ? `${functionName} ${deniedText(messageOf(error))}` : undefined;
}

function deniedText(message: string): string {
  const action = /perform: ([\w-]+:\w+)/.exec(message)?.[1];
  if (action === undefined) return `is not allowed what it asks of AWS: ${said(message)}`;
  const resource = /on resource: (\S+?)[.,]?(?:\s|$)/.exec(message)?.[1];
  const why = /(?:because|with) (.*)$/s.exec(said(message))?.[1];
  return [
    `may not ${action}`,
    ...(resource === undefined ? [] : [` on ${resource}`]),
    ...(why === undefined ? [] : [`: ${why}`]),
  ].join('');
}

/** On one line, without the encoded part: a kilobyte that only the account itself can decode. */
function said(message: string): string {
  return message
    .replace(/\s*Encoded authorization failure message:.*$/s, '')
    .replace(/\s+/g, ' ')
    .trim();
}
