import { isExecutionNotFound } from '../../shared/aws-errors';
import { executionArn, redriveOnce, startNamed } from '../../shared/executions/start';
import { NamedError } from '../../shared/named-error';
import { lastAttempt, noteAttempt, readAttempts, type AttemptDeps, type Series } from './attempts';
import { firstName, furtherName } from '../domain/execution-name';
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
  const { stateMachineArn, errand, input, token, decide } = start;
  for (let round = 1; round <= rounds; round += 1) {
    const record = await readAttempts(deps, errand);
    const startAs = (name: string) => startNamed(stepFunctions, { stateMachineArn, name, input });
    const first = record === undefined ? await startAs(firstName(errand)) : undefined;
    if (first !== undefined) return { action: 'started', execution: first };
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
    const started = isOurs ? await startAs(name) : undefined;
    if (started !== undefined) return { action: 'started', execution: started };
  }
  throw new NamedError('StartContended', `${firstName(errand)}: others were about to start it, ${rounds} times`, {
    fault: 'environment',
  });
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
