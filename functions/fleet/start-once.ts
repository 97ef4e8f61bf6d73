import { isExecutionAlreadyExists, isExecutionNotFound } from '../shared/aws-errors';
import { executionArn } from './domain/execution-name';
import type { Earlier, Repeat } from './domain/start';
import type { StepFunctions } from './ports/step-functions';

// So often can one instance run through the same hook; more means that something starts executions in a circle.
const maxAttempts = 50;

export type StartedOnce =
  { readonly action: 'started'; readonly execution: string } | { readonly action: 'exists'; readonly reason: string };

interface Start {
  readonly stateMachineArn: string;
  /** The name of the n-th execution for the same thing, from 1. */
  readonly nameOf: (attempt: number) => string;
  readonly input: object;
  /** What it means that there is an execution of the name already. */
  readonly decide: (earlier: Earlier) => Promise<Repeat> | Repeat;
}

/**
 * Starts an execution unless there has been one for the same thing. Step Functions itself refuses a second execution
 * of a name, so however many are told of one thing at once, one of them starts it.
 */
export async function startOnce(stepFunctions: StepFunctions, start: Start): Promise<StartedOnce> {
  const { stateMachineArn, nameOf, input, decide } = start;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const name = nameOf(attempt);
    try {
      const answer = await stepFunctions.startExecution({ stateMachineArn, name, input: JSON.stringify(input) });
      return { action: 'started', execution: answer.executionArn ?? name };
    } catch (error) {
      if (!isExecutionAlreadyExists(error)) throw error;
    }
    const repeat = await decide(await earlier(stepFunctions, executionArn(stateMachineArn, name)));
    if (repeat.action === 'ignore') return { action: 'exists', reason: `${name}: ${repeat.reason}` };
  }
  return { action: 'exists', reason: `${nameOf(1)}: there have been ${maxAttempts} of them` };
}

async function earlier(stepFunctions: StepFunctions, arn: string): Promise<Earlier> {
  try {
    const execution = await stepFunctions.describeExecution({ executionArn: arn });
    return { status: execution.status ?? 'RUNNING', token: tokenIn(execution.input) };
  } catch (error) {
    // Its name is blocked for 90 days after its end, and just as long it can be described: it ended this moment.
    if (isExecutionNotFound(error)) return { status: 'SUCCEEDED', token: undefined };
    throw error;
  }
}

/** The lifecycle action that an execution serves: `null` if none, `undefined` if its input cannot be read any more. */
function tokenIn(input: string | undefined): string | null | undefined {
  try {
    const { lifecycle } = JSON.parse(input ?? '') as { lifecycle?: { token?: unknown } | null };
    if (lifecycle === null) return null;
    return typeof lifecycle?.token === 'string' ? lifecycle.token : undefined;
  } catch {
    return undefined;
  }
}
