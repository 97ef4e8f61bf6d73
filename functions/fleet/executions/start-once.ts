import { isExecutionNotFound } from '../../shared/aws-errors';
import { executionArn, redriveOnce, startNamedExecution } from '../../shared/executions/start';
import { NamedError } from '../../shared/named-error';
import {
  firstName,
  furtherName,
  type EarlierExecution,
  type RepeatDecision,
  mostNumbered,
  numberedName,
  type ExecutionPurpose,
  isRunning,
} from '../domain/redrive-or-new-attempt';
import type { StepFunctions } from '../ports/aws';
import * as z from '../../shared/schema';
import { readRecord, recordIn } from '../../shared/schema';
import type { Clock } from '../../shared/runtime';
import type { Observation } from '../ledger/port';
import { type Observations, nextRevision, keepObservation } from '../ledger/records';

/** `execution`: ARN of the execution that was started, was redriven, or exists; `earlier`: its state before that. */
export type StartedOnce =
  | { readonly action: 'started'; readonly execution: string }
  | {
      readonly action: 'redriven' | 'exists';
      readonly execution: string;
      readonly earlier: EarlierExecution;
      readonly reason: string;
    };

interface Start extends ExecutionSeries {
  readonly input: object;
  /** Token of the lifecycle action that it serves; `null`: not known, or the action is served again after a failure. */
  readonly token: string | null;
  /** Decides what to do if there has been an execution already; called with the last one. */
  readonly decide: (earlier: EarlierExecution) => Promise<RepeatDecision> | RepeatDecision;
}

export interface StartOnceDeps extends AttemptDeps {
  readonly stepFunctions: StepFunctions;
}

// Each failed round means that another run was faster; then the next round finds its execution.
const rounds = 10;
// A name is blocked for 90 days after the end of its execution, and the execution can be described for as long. So one
// that exists and cannot be described has ended.
const forgotten: EarlierExecution = { status: 'SUCCEEDED', token: undefined, redrives: 0, redrivable: false };

/**
 * Starts an execution unless there has been one for the same purpose. Step Functions refuses a second execution of the
 * first name, and the ledger refuses a second successor of an execution. So of any number of runs that receive the same
 * message, one starts it.
 *
 * @throws NamedError `StartContended`: other runs were faster each time, and none of them has started one.
 */
export async function startOnce(deps: StartOnceDeps, start: Start): Promise<StartedOnce> {
  const { stepFunctions } = deps;
  const { stateMachineArn, purpose, input, token, decide } = start;
  for (let round = 1; round <= rounds; round += 1) {
    const record = await readAttempts(deps, purpose);
    const startAs = (name: string) => startNamedExecution(stepFunctions, { stateMachineArn, name, input });
    const first = record === undefined ? await startAs(firstName(purpose)) : undefined;
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
    const name = last.unstarted ?? furtherName(purpose, last.name, token);
    const isOurs =
      last.unstarted !== undefined || (await noteAttempt(deps, purpose, { record, name, after: last.name }));
    const started = isOurs ? await startAs(name) : undefined;
    if (started !== undefined) return { action: 'started', execution: started };
  }
  throw new NamedError('StartContended', `${firstName(purpose)}: others were about to start it, ${rounds} times`, {
    fault: 'environment',
  });
}

/** `undefined`: Step Functions does not know it (any more). */
async function readEarlier(stepFunctions: StepFunctions, executionArn: string): Promise<EarlierExecution | undefined> {
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
  const lifecycle = recordIn(servingSchema, input ?? '')?.lifecycle;
  return lifecycle === null ? null : lifecycle?.token;
}

// The fields that launches and releases share; a version may add others.
const servingSchema = z.object({ lifecycle: z.nullable(z.object({ token: z.string() })) });

export interface AttemptDeps {
  readonly ledger: Observations;
  readonly clock: Clock;
}

/** The executions of one state machine for one purpose. */
export interface ExecutionSeries {
  readonly stateMachineArn: string;
  readonly purpose: ExecutionPurpose;
}

/** The last execution of a purpose, and the name of the next one if it is on record. */
export interface LastExecution<Read> {
  readonly name: string;
  /** Absent: there has been none, or Step Functions has forgotten it. */
  readonly execution?: Read;
  /** Name of the next attempt if it is on record but was not started: the run that recorded it died, or is about to. */
  readonly unstarted?: string;
}

// Step Functions forgets an execution 90 days after its end.
const rememberedMs = 90 * 86_400_000;
// As long as Step Functions can refuse the first name, or describe its execution, which ended long ago; with a margin.
const keptDays = 400;

/** The record of the attempts after the first; `undefined` while there has been no second attempt. */
export function readAttempts({ ledger }: AttemptDeps, purpose: ExecutionPurpose): Promise<Observation | undefined> {
  return ledger.observation(purpose.group, keyOf(purpose));
}

/**
 * Records the next attempt before it is started. So of any number of runs that want to start one, one does, even if they
 * know different parts of the lifecycle action.
 *
 * @returns whether this run recorded it.
 */
export function noteAttempt(
  { ledger, clock }: AttemptDeps,
  purpose: ExecutionPurpose,
  { record, name, after }: { readonly record: Observation | undefined; readonly name: string; readonly after: string },
): Promise<boolean> {
  const value = JSON.stringify({ name, after } satisfies NextName);
  const at = clock.now().toISOString();
  return keepObservation(
    ledger,
    { group: purpose.group, key: keyOf(purpose), revision: nextRevision(record), at, value },
    keptDays,
  );
}

/**
 * The last execution of a purpose. Only the last one shows the current state: an earlier one that failed may have been
 * followed by one that succeeded.
 *
 * @param record as it was read.
 * @param read `undefined`: Step Functions does not know that execution (any more).
 */
export async function lastAttempt<Read extends { readonly status: string }>(
  { clock }: AttemptDeps,
  { stateMachineArn, purpose }: ExecutionSeries,
  record: Observation | undefined,
  read: (arn: string) => Promise<Read | undefined>,
): Promise<LastExecution<Read>> {
  const find = async (name: string) => ({ name, execution: await read(executionArn(stateMachineArn, name)) });
  const noted = notedIn(record);
  let last = noted === undefined ? await lastNumbered(purpose, find) : await find(noted.name);
  let unstarted: string | undefined;
  if (noted !== undefined && last.execution === undefined && isRecent(record, clock.now())) {
    unstarted = noted.name;
    last = await find(noted.after);
  }
  // A retry that an operator started by hand, by the command in the message about the failure.
  while (last.execution !== undefined && mayHaveRetry(last.execution)) {
    const retry = await find(furtherName(purpose, last.name, null));
    if (retry.execution === undefined) break;
    last = retry;
  }
  const { name, execution } = last;
  return {
    name,
    ...(execution !== undefined && { execution }),
    ...(unstarted !== undefined && unstarted !== name && { unstarted }),
  };
}

/** `after`: the name of its predecessor. */
const notedSchema = z.object({ name: z.string().check(z.minLength(1)), after: z.string().check(z.minLength(1)) });
type NextName = z.output<typeof notedSchema>;

function notedIn(record: Observation | undefined): NextName | undefined {
  return record && readRecord(notedSchema, record.value, `the observation '${record.key}' of ${record.group}`);
}

interface NamedExecution<Read> {
  readonly name: string;
  readonly execution: Read | undefined;
}

/** If there is no record: the first execution, or the last of the numbered ones that version 0.1.0 started. */
async function lastNumbered<Read extends { readonly status: string }>(
  purpose: ExecutionPurpose,
  find: (name: string) => Promise<NamedExecution<Read>>,
): Promise<NamedExecution<Read>> {
  let last = await find(firstName(purpose));
  for (let attempt = 2; last.execution !== undefined && attempt <= mostNumbered; attempt += 1) {
    if (isRunning(last.execution)) break;
    const later = await find(numberedName(purpose, attempt));
    if (later.execution === undefined) break;
    last = later;
  }
  return last;
}

function isRecent(record: Observation | undefined, now: Date): boolean {
  return record !== undefined && now.getTime() - Date.parse(record.at) < rememberedMs;
}

/** Whether it ended without success, also with a status that a newer Step Functions may have. */
function mayHaveRetry(execution: { readonly status: string }): boolean {
  return execution.status !== 'SUCCEEDED' && !isRunning(execution);
}

function keyOf({ instanceId, way }: ExecutionPurpose): string {
  return `attempts ${instanceId} ${way}`;
}
