import { isExecutionAlreadyExists, isExecutionNotFound, isNotRedrivable } from '../shared/aws-errors';
import { executionArn } from './domain/execution-name';
import { isRunning, type Earlier, type Repeat } from './domain/start';
import type { StepFunctions } from './ports/step-functions';

// So often can one instance run through the same hook; more means that something starts executions in a circle.
const maxAttempts = 50;

/** `execution`: ARN of the one that was started, goes on, or is there. */
export type StartedOnce =
  | { readonly action: 'started'; readonly execution: string }
  | { readonly action: 'redriven'; readonly execution: string; readonly reason: string }
  | { readonly action: 'exists'; readonly execution: string; readonly reason: string };

interface Start {
  readonly stateMachineArn: string;
  /** The name of the n-th execution for the same thing, from 1. */
  readonly nameOf: (attempt: number) => string;
  readonly input: object;
  /** What it means that there has been one already; it is told of the last. */
  readonly decide: (earlier: Earlier) => Promise<Repeat> | Repeat;
}

/**
 * Starts an execution unless there has been one for the same thing. Step Functions itself refuses a second execution
 * of a name, so however many are told of one thing at once, one of them starts it.
 */
export async function startOnce(stepFunctions: StepFunctions, start: Start): Promise<StartedOnce> {
  const { stateMachineArn, nameOf, input, decide } = start;
  let arn = '';
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const name = nameOf(attempt);
    arn = executionArn(stateMachineArn, name);
    try {
      const answer = await stepFunctions.startExecution({ stateMachineArn, name, input: JSON.stringify(input) });
      return { action: 'started', execution: answer.executionArn ?? arn };
    } catch (error) {
      if (!isExecutionAlreadyExists(error)) throw error;
    }
    const last = await lastFrom(stepFunctions, start, attempt);
    attempt = last.attempt;
    arn = executionArn(stateMachineArn, nameOf(attempt));
    const repeat = await decide(last.earlier);
    const reason = `${nameOf(attempt)}: ${repeat.reason}`;
    if (repeat.action === 'ignore') return { action: 'exists', execution: arn, reason };
    if (repeat.action === 'redrive') {
      await redriveOnce(stepFunctions, { arn, redrives: last.earlier.redrives });
      return { action: 'redriven', execution: arn, reason };
    }
  }
  return { action: 'exists', execution: arn, reason: `${nameOf(1)}: there have been ${maxAttempts} of them` };
}

/**
 * The last of the executions that there have been, from one on that exists. Only it says how things stand: one that
 * failed before it may have been tried anew since, and have ended well.
 */
async function lastFrom(
  stepFunctions: StepFunctions,
  { stateMachineArn, nameOf }: Start,
  first: number,
): Promise<{ readonly attempt: number; readonly earlier: Earlier }> {
  const read = (attempt: number) => readEarlier(stepFunctions, executionArn(stateMachineArn, nameOf(attempt)));
  // A name is blocked for 90 days after the end, and just as long it can be described: this one ended then.
  const forgotten: Earlier = { status: 'SUCCEEDED', token: undefined, redrives: 0, redrivable: false };
  let attempt = first;
  let earlier = (await read(first)) ?? forgotten;
  while (!isRunning(earlier) && attempt < maxAttempts) {
    const next = await read(attempt + 1);
    if (next === undefined) break;
    [attempt, earlier] = [attempt + 1, next];
  }
  return { attempt, earlier };
}

/**
 * Lets a failed execution go on at the step that failed. Asked twice about one failure, it is done once.
 *
 * @param failed the execution, and how often it had been redriven when it failed.
 */
export async function redriveOnce(
  stepFunctions: Pick<StepFunctions, 'redriveExecution' | 'describeExecution'>,
  failed: { readonly arn: string; readonly redrives: number },
): Promise<void> {
  const { arn, redrives } = failed;
  // 64 characters are taken; the end of the name is what tells executions apart.
  const clientToken = `${(arn.split(':').at(-1) ?? arn).slice(-56)}_${redrives}`;
  try {
    await stepFunctions.redriveExecution({ executionArn: arn, clientToken });
  } catch (error) {
    if (!isNotRedrivable(error)) throw error;
    const { status, redriveCount = 0 } = await stepFunctions.describeExecution({ executionArn: arn });
    // Somebody else was quicker: in the console, or this very request, whose answer was lost.
    if (status !== 'RUNNING' && redriveCount <= redrives) throw error;
  }
}

/** `undefined`: Step Functions does not know it (any more). */
async function readEarlier(stepFunctions: StepFunctions, executionArn: string): Promise<Earlier | undefined> {
  try {
    const execution = await stepFunctions.describeExecution({ executionArn });
    return {
      status: execution.status ?? 'RUNNING',
      token: tokenIn(execution.input),
      redrives: execution.redriveCount ?? 0,
      redrivable: execution.redriveStatus === 'REDRIVABLE',
      ...(execution.stopDate !== undefined && { stoppedAt: execution.stopDate }),
      ...(execution.error !== undefined && { error: execution.error }),
    };
  } catch (error) {
    if (isExecutionNotFound(error)) return undefined;
    throw error;
  }
}

/** The lifecycle action that an execution serves: `null` if none, `undefined` if it is not known. */
function tokenIn(input: string | undefined): string | null | undefined {
  try {
    const { lifecycle } = JSON.parse(input ?? '') as { lifecycle?: { token?: unknown } | null };
    if (lifecycle === null) return null;
    return typeof lifecycle?.token === 'string' ? lifecycle.token : undefined;
  } catch {
    return undefined;
  }
}
