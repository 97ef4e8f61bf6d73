import { executionArn } from '../../shared/executions/start';
import * as z from '../../shared/schema';
import type { Clock } from '../../shared/clock';
import { firstName, furtherName, mostNumbered, numberedName, type Errand } from '../domain/execution-name';
import { isRunning } from '../domain/start';
import type { Observation } from '../ledger/port';
import type { Observations } from '../ledger/observations';
import { next, store } from '../crowd/turns';

export interface AttemptDeps {
  readonly ledger: Observations;
  readonly clock: Clock;
}

/** Which executions are meant. */
export interface Series {
  readonly stateMachineArn: string;
  readonly errand: Errand;
}

/** The last execution of an errand, and what the next one is called. */
export interface Last<Read> {
  readonly name: string;
  /** Absent: there has been none, or Step Functions has forgotten it. */
  readonly execution?: Read;
  /** Name of an attempt that is on record after it, and was never started: whoever was to do so was killed. */
  readonly unstarted?: string;
}

// Step Functions forgets an execution 90 days after its end.
const rememberedMs = 90 * 86_400_000;
// Until then the first name would be refused, or known as an attempt that ended long ago.
const keptDays = 400;

/** What is on record of the attempts after the first: none, while there has been no second. */
export function readAttempts({ ledger }: AttemptDeps, errand: Errand): Promise<Observation | undefined> {
  return ledger.observation(errand.group, keyOf(errand));
}

/**
 * Puts the next attempt on record, before it is started: so of any number who would start one, whatever each knows of the
 * lifecycle action, one does.
 *
 * @returns whether it was this run.
 */
export function noteAttempt(
  { ledger, clock }: AttemptDeps,
  errand: Errand,
  { record, name, after }: { readonly record: Observation | undefined; readonly name: string; readonly after: string },
): Promise<boolean> {
  const value = JSON.stringify({ name, after } satisfies Noted);
  const at = clock.now().toISOString();
  return store(ledger, { group: errand.group, key: keyOf(errand), revision: next(record), at, value }, keptDays);
}

/**
 * The last execution of an errand. Only it says how things stand: one that failed before it may have been tried anew
 * since, and have ended well.
 *
 * @param record as it was read.
 * @param read `undefined`: Step Functions does not know that execution (any more).
 */
export async function lastAttempt<Read extends { readonly status: string }>(
  { clock }: AttemptDeps,
  { stateMachineArn, errand }: Series,
  record: Observation | undefined,
  read: (arn: string) => Promise<Read | undefined>,
): Promise<Last<Read>> {
  const find = async (name: string) => ({ name, execution: await read(executionArn(stateMachineArn, name)) });
  const noted = notedIn(record);
  let last = noted === undefined ? await lastNumbered(errand, find) : await find(noted.name);
  let unstarted: string | undefined;
  if (noted !== undefined && last.execution === undefined && isRecent(record, clock.now())) {
    unstarted = noted.name;
    last = await find(noted.after);
  }
  // A retry that was started by hand, as the message about the failure says.
  while (last.execution !== undefined && hasFailed(last.execution)) {
    const retry = await find(furtherName(errand, last.name, null));
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
type Noted = z.output<typeof notedSchema>;

function notedIn(record: Observation | undefined): Noted | undefined {
  return record && notedSchema.parse(JSON.parse(record.value));
}

interface Found<Read> {
  readonly name: string;
  readonly execution: Read | undefined;
}

/** Without a record there is the first, or what version 0.1.0 has started. */
async function lastNumbered<Read extends { readonly status: string }>(
  errand: Errand,
  find: (name: string) => Promise<Found<Read>>,
): Promise<Found<Read>> {
  let last = await find(firstName(errand));
  for (let attempt = 2; last.execution !== undefined && attempt <= mostNumbered; attempt += 1) {
    if (isRunning(last.execution)) break;
    const later = await find(numberedName(errand, attempt));
    if (later.execution === undefined) break;
    last = later;
  }
  return last;
}

function isRecent(record: Observation | undefined, now: Date): boolean {
  return record !== undefined && now.getTime() - Date.parse(record.at) < rememberedMs;
}

function hasFailed(execution: { readonly status: string }): boolean {
  return execution.status !== 'SUCCEEDED' && !isRunning(execution);
}

function keyOf({ instanceId, way }: Errand): string {
  return `attempts ${instanceId} ${way}`;
}
