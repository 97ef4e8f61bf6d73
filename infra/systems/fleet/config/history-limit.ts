import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepErrorName } from '../../../../functions/fleet/contracts/errors';
import { jobNames, type GroupSettings, type JobSettings } from '../../../../functions/fleet/contracts/settings';
import { decideProgress } from '../../../../functions/fleet/domain/build-polling';
import { decideHealth } from '../../../../functions/fleet/domain/targets';
import * as z from '../../../../functions/shared/schema';
import type { BuildStatus } from '../../../../functions/fleet/ports/jenkins';

/** Step Functions ends an execution with so many events in its history, and redrives continue in the same history. */
export const mostEvents = 25_000;
/** A launch can be redriven at least so often, with any settings; after that `retry` begins a new execution. */
export const redrivesProvidedFor = 2;

const retrierSchema = z.object({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.exactOptional(z.number()),
  JitterStrategy: z.exactOptional(z.string()),
});
const machineSchema = z.object({
  States: z.record(z.string(), z.object({ Retry: z.exactOptional(z.array(retrierSchema)) })),
});

/** What counts here of a state machine. */
export type Machine = z.output<typeof machineSchema>;
type Retrier = z.output<typeof retrierSchema>;

// TaskScheduled, TaskStarted, and TaskFailed or TaskSucceeded; a state is entered and exited, an execution started and
// ended; a redrive adds ExecutionRedriven and the next end.
const eventsOf = { attempt: 3, state: 2, execution: 2, redrive: 2 } as const;

/** Waits of every launch, which no setting limits. The others are trouble: one of them at its end ends the run. */
const ordinary: readonly string[] = [
  'InstanceNotVisibleYet',
  'InstanceNotRunningYet',
  'DnsSubmitted',
  'DnsPending',
] satisfies StepErrorName[];

/**
 * How many events the history of a launch can come to: each wait that settings limit to its end, and all the ordinary
 * ones; in each run one trouble to its end; and in each redrive one state again, whichever takes most.
 */
export function launchEvents(settings: GroupSettings, redrives: number, machine: Machine = scaleOut()): number {
  const states = Object.entries(machine.States);
  const waits = states.map(([name, { Retry = [] }]) => pollsOf(name, Retry, settings));
  const trouble = Math.max(
    0,
    ...states.flatMap(([, { Retry = [] }]) => Retry.filter(isTrouble).map(({ MaxAttempts }) => MaxAttempts)),
  );
  const again = redrives * Math.max(trouble, ...waits);
  const attempts = states.length + sum(waits) + trouble + again + redrives;
  return (
    attempts * eventsOf.attempt + states.length * eventsOf.state + eventsOf.execution + redrives * eventsOf.redrive
  );
}

/** Why settings cannot be: their launches would be cut off. Undefined when they can. */
export function beyondHistory(settings: GroupSettings, machine: Machine = scaleOut()): string | undefined {
  const events = launchEvents(settings, redrivesProvidedFor, machine);
  if (events <= mostEvents) return undefined;
  const limits = 'timeoutMinutes of the jobs and healthTimeoutMinutes';
  return `${limits} that a launch with ${redrivesProvidedFor} redrives can wait for in ${mostEvents} events of history; these may take ${events}`;
}

function pollsOf(state: string, retry: readonly Retrier[], settings: GroupSettings): number {
  const limited = limitedPolls(state, retry, settings);
  if (limited !== undefined) return limited;
  return sum(retry.filter((one) => one.ErrorEquals.every(isOrdinary)).map(({ MaxAttempts }) => MaxAttempts));
}

/** How often a state is tried that waits for as long as settings say. */
function limitedPolls(state: string, retry: readonly Retrier[], settings: GroupSettings): number | undefined {
  if (state === 'Await healthy') {
    return polls(retry, (elapsedMs) => {
      const target = { targetGroup: '', state: 'initial' };
      const decision = decideHealth([target], elapsedMs, settings.healthTimeoutMinutes * 60_000);
      return decision.action === 'wait' ? decision.as : undefined;
    });
  }
  const job = jobNames.find((name) => name === state.toLowerCase());
  if (job === undefined) return undefined;
  const given = settings[job];
  if (given === undefined) return 0;
  return Math.max(...estimates.flatMap((estimate) => buildPolls(retry, given, estimate)));
}

const minute = 60_000;
const estimates = [{}, ...[0.5, 2, 10, 60, 180].map((minutes) => ({ estimatedMs: minutes * minute }))];

/** Of a build that runs all the time, and of one that is queued until its last minutes; both take too long. */
function buildPolls(
  retry: readonly Retrier[],
  job: JobSettings,
  estimate: { readonly estimatedMs?: number },
): number[] {
  const lastMinutes = (estimate.estimatedMs ?? 0) + 3 * minute;
  return [0, Math.max(0, job.timeoutMinutes * minute - lastMinutes)].map((queuedMs) =>
    polls(retry, (elapsedMs) => {
      const running: BuildStatus = {
        state: 'running',
        number: 1,
        url: '',
        elapsedMs: elapsedMs - queuedMs,
        ...estimate,
      };
      const decision = decideProgress(elapsedMs < queuedMs ? queued : running, job, elapsedMs);
      return decision.action === 'wait' ? decision.as : undefined;
    }),
  );
}

const queued: BuildStatus = { state: 'queued', stuck: false, why: '', url: '' };

/** How often a state is tried while `waitsFor` names what it waits for, if a try itself takes no time. */
function polls(retry: readonly Retrier[], waitsFor: (elapsedMs: number) => StepErrorName | undefined): number {
  const used = new Map<Retrier, number>();
  let elapsedMs = 0;
  for (let count = 0; ; count += 1) {
    const name = waitsFor(elapsedMs);
    const retrier = retry.find(({ ErrorEquals }) => name !== undefined && ErrorEquals.includes(name));
    const before = retrier === undefined ? 0 : (used.get(retrier) ?? 0);
    if (retrier === undefined || before >= retrier.MaxAttempts) return count;
    used.set(retrier, before + 1);
    elapsedMs += delayMs(retrier, before);
  }
}

// Full jitter draws each wait again between none and all of it: of the hundreds that fill a history, half on average.
const meanOfJitter = 0.5;

function delayMs(retrier: Retrier, before: number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity, JitterStrategy } = retrier;
  const most = Math.min(IntervalSeconds * BackoffRate ** before, MaxDelaySeconds) * 1000;
  return JitterStrategy === 'FULL' ? most * meanOfJitter : most;
}

const isOrdinary = (name: string): boolean => ordinary.includes(name);

// What settings limit is counted by their limits: of trouble there is what no setting limits.
const limitedBySettings = /^(Build|TargetPending)/;

function isTrouble({ ErrorEquals }: Retrier): boolean {
  return !ErrorEquals.some((name) => isOrdinary(name) || limitedBySettings.test(name));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

let known: Machine | undefined;

/** The launch's own machine. */
function scaleOut(): Machine {
  const file = join(__dirname, '../../../../statemachines/fleet/scale-out.asl.json');
  return (known ??= z.readRecord(machineSchema, readFileSync(file, 'utf8'), file));
}
