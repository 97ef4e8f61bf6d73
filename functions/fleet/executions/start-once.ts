import { isExecutionAlreadyExists, isExecutionNotFound, isNotRedrivable } from '../../shared/aws-errors';
import { NamedError } from '../../shared/named-error';
import { lastAttempt, noteAttempt, readAttempts, type AttemptDeps, type Series } from './attempts';
import { executionArn, firstName, furtherName } from '../domain/execution-name';
import type { Earlier, Repeat } from '../domain/start';
import type { StepFunctions } from '../ports/step-functions';

/** `execution`: ARN of the one that was started, goes on, or is there; `earlier`: how that one stood. */
export type StartedOnce =
  | { readonly action: 'started'; readonly execution: string }
  | {
      readonly action: 'redriven' | 'exists';
      readonly execution: string;
      readonly earlier: Earlier;
      readonly reason: string;
    };

interface Start extends Series {
  readonly input: object;
  /** Of the lifecycle action that it serves; `null`: not known, or it is served again after a failure. */
  readonly token: string | null;
  /** What it means that there has been one already; it is told of the last. */
  readonly decide: (earlier: Earlier) => Promise<Repeat> | Repeat;
}

export interface StartDeps extends AttemptDeps {
  readonly stepFunctions: StepFunctions;
}

// Each round but the last means that another run was quicker, and then there is an execution to be found.
const rounds = 10;
// A name is blocked for 90 days after the end, and just as long it can be described: this one ended then.
const forgotten: Earlier = { status: 'SUCCEEDED', token: undefined, redrives: 0, redrivable: false };

/**
 * Starts an execution unless there has been one for the same thing. Step Functions itself refuses a second execution
 * of the first name, and the ledger a second one after the same predecessor; so however many are told of one thing at
 * once, one of them starts it.
 *
 * @throws NamedError `StartContended`: others were quicker again and again, and none of them has started one.
 */
export async function startOnce(deps: StartDeps, start: Start): Promise<StartedOnce> {
  const { stepFunctions } = deps;
  const { stateMachineArn, errand, token, decide } = start;
  for (let round = 1; round <= rounds; round += 1) {
    const record = await readAttempts(deps, errand);
    const first = record === undefined ? await startNamed(stepFunctions, start, firstName(errand)) : undefined;
    if (first !== undefined) return first;
    const last = await lastAttempt(deps, start, record, (arn) => readEarlier(stepFunctions, arn));
    const { execution: earlier = forgotten } = last;
    const arn = executionArn(stateMachineArn, last.name);
    const repeat = await decide(earlier);
    const reason = `${last.name}: ${repeat.reason}`;
    if (repeat.action === 'ignore') return { action: 'exists', execution: arn, earlier, reason };
    if (repeat.action === 'redrive') {
      await redriveOnce(stepFunctions, { arn, redrives: earlier.redrives });
      return { action: 'redriven', execution: arn, earlier, reason };
    }
    const name = last.unstarted ?? furtherName(errand, last.name, token);
    const isOurs =
      last.unstarted !== undefined || (await noteAttempt(deps, errand, { record, name, after: last.name }));
    const started = isOurs ? await startNamed(stepFunctions, start, name) : undefined;
    if (started !== undefined) return started;
  }
  throw new NamedError('StartContended', `${firstName(errand)}: others were about to start it, ${rounds} times`, {
    fault: 'environment',
  });
}

/** `undefined`: there is, or was, an execution of that name. */
async function startNamed(
  stepFunctions: StepFunctions,
  { stateMachineArn, input }: Start,
  name: string,
): Promise<StartedOnce | undefined> {
  try {
    const answer = await stepFunctions.startExecution({ stateMachineArn, name, input: JSON.stringify(input) });
    return { action: 'started', execution: answer.executionArn ?? executionArn(stateMachineArn, name) };
  } catch (error) {
    if (isExecutionAlreadyExists(error)) return undefined;
    throw error;
  }
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
