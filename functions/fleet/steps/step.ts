import * as z from '../../shared/schema';
import { isTransactionContended, messageOf } from '../../shared/aws-errors';
import { StepError } from '../contracts/errors';
import {
  releaseInput,
  type Release,
  parseStepInput,
  type Run,
  type StepInput,
  type StepOutput,
  type Launch,
  elapsedSince,
} from '../contracts/inputs';
import {
  notPermitted,
  awsStepError,
  isTableUnusable,
  makeStepHandler,
  faultFields,
  type RunReport,
} from '../../shared/lambda/step';
import { type Ledger, type Member, type Reserve, isBeingReleased } from '../ledger/port';
import type { Clock, Counter, LogFields, Logger } from '../../shared/runtime';
import { LedgerError } from '../ledger/records';

/**
 * A step of a release: it gets the member, or `undefined` when the instance holds nothing (any more), which is no
 * reason to fail. A release ends in the same state however often, and however late, it is run.
 */
export function makeReleaseStep<Output extends StepOutput>(
  name: string,
  deps: StepDeps & { readonly ledger: Ledger },
  step: (member: Member | undefined, release: Release, run: Run) => Promise<Output>,
): Handler<Output> {
  const schema = z.pipe(
    releaseInput,
    z.transform((input) => ({ ...input, launch: input.release })),
  );
  return makeStep(name, deps, schema, async ({ release, run }, report) => {
    const member = await deps.ledger.member(release.group, release.instanceId);
    if (member !== undefined) report.named(member.name);
    return step(member, release, run);
  });
}

type Handler<Output> = (event: unknown) => Promise<Output>;

/**
 * Makes a Lambda handler of a step: parses the input, names the errors of AWS, and reports each run in one log line
 * and in metrics. The step itself only observes, decides and applies.
 */
export function makeStep<Input extends StepSubject, Output extends StepOutput & { readonly name?: string | null }>(
  name: string,
  deps: StepDeps,
  schema: z.ZodMiniType<Input>,
  step: (input: Input, report: Pick<StepReport, 'named'>) => Promise<Output>,
): Handler<Output> {
  return makeStepHandler({
    report: () => new StepReport(deps, name),
    parse: (event) => parseStepInput(schema, event),
    work: step,
    nameError: (error) => nameError(error, name),
  });
}

/** The output of a state that does nothing for an instance that enters a warm pool. */
export const passedInPool: StepOutput = {
  action: 'passed',
  reason: 'the instance enters the warm pool: it gets this when it leaves the pool',
};

interface MemberStep<Input, Output> {
  readonly ofMember: (member: Member, input: Input) => Promise<Output>;
  /** For an instance that enters a warm pool, and has no index. @see passedInPool */
  readonly inPool: (input: Input) => Promise<Output> | Output;
}

/** A step that acts for an instance as the holder of its index, or not at all. @see requireMember */
export function makeMemberStep<Input extends StepSubject & StepInput, Output extends StepOutput>(
  name: string,
  deps: StepDeps & { readonly ledger: Ledger },
  schema: z.ZodMiniType<Input>,
  { ofMember, inPool }: MemberStep<Input, Output>,
): Handler<Output> {
  return makeStep(name, deps, schema, async (input, report) => {
    if (input.index === null) return inPool(input);
    const member = await requireMember(deps.ledger, input);
    report.named(member.name);
    return ofMember(member, input);
  });
}

/**
 * The reserve that a step acts for. As with a member: a step that comes late must not touch what another execution
 * has made of the instance since.
 *
 * @throws StepError `InstanceGone`.
 */
export async function requireReserve(
  ledger: Ledger,
  { launch, run }: Pick<StepInput, 'launch' | 'run'>,
): Promise<Reserve> {
  const reserve = await ledger.findReserve(launch.group, launch.instanceId);
  if (reserve?.endingSince !== undefined) {
    throw new StepError('InstanceGone', `${launch.instanceId} is being released from ${launch.group}`);
  }
  if (reserve?.execution === run.execution) return reserve;
  throw new StepError('InstanceGone', `${launch.instanceId} no longer enters the warm pool of ${launch.group}`);
}

/**
 * The member that the step acts for. A step can run long after its time (a redrive next week): if the instance has
 * lost its index since, another instance may hold it, and nothing of that one may be touched.
 *
 * @throws StepError `InstanceGone`.
 */
async function requireMember(ledger: Ledger, { launch, run, index }: StepInput): Promise<Member> {
  const member = await ledger.member(launch.group, launch.instanceId);
  // From the first moment of its release: what a step begins now could be done after the release has taken it back.
  if (member !== undefined && isBeingReleased(member)) {
    throw new StepError('InstanceGone', `${launch.instanceId} is being released from ${launch.group}`);
  }
  if (member?.phase === 'detached') {
    throw new StepError('InstanceGone', `${launch.instanceId} has left ${launch.group}, and keeps ${member.name}`);
  }
  if (member?.index === index) {
    if (member.execution === run.execution && member.phase !== 'replacing') return member;
    throw new StepError('InstanceGone', `${member.name} has another launch by now: ${member.execution}`);
  }
  throw new StepError(
    'InstanceGone',
    `${launch.instanceId} no longer holds index ${index} of ${launch.group}: it was released`,
  );
}

function nameError(error: unknown, functionName: string): unknown {
  // A denied read of the secret has a name from its adapter already; the cause is the permission all the same.
  const denial = error instanceof StepError && error.name === 'JenkinsMisconfigured' ? error.cause : error;
  const denied = notPermitted(denial, functionName);
  if (denied !== undefined) return new StepError('NotPermitted', denied, { cause: denial });
  if (error instanceof StepError) return error;
  if (error instanceof LedgerError && error.name === 'NotHolder') {
    return new StepError('InstanceGone', error.message, { cause: error });
  }
  if (error instanceof LedgerError) {
    // `Outdated`: Lambda has run the step twice at once, and the next run sees what the other has done.
    return new StepError('Throttled', `another run of this step came first: ${error.message}`, { cause: error });
  }
  if (isTransactionContended(error))
    return new StepError('Throttled', `AWS asks to slow down: ${messageOf(error)}`, { cause: error });
  if (isTableUnusable(error)) {
    const what = `the ledger's table cannot be used: ${messageOf(error)}`;
    return new StepError('LedgerUnusable', `${what} (fleet.ledgerTable of the configuration)`, { cause: error });
  }
  const known = awsStepError(error);
  return known === undefined ? error : new StepError(known.name, known.message, { cause: error });
}

/** What every step's input says about its launch or release. */
export interface StepSubject {
  readonly launch: Pick<Launch, 'group' | 'instanceId'>;
  readonly run: Run;
  /** `null`: the instance enters a warm pool and has none, nor a name. */
  readonly index?: number | null;
  /** The instance's name, for a step that does not read it from the ledger. */
  readonly name?: string | null;
  /** Present in a step of a release: its failure is not counted as a failed launch. */
  readonly release?: object;
  /** Of `run-build`: the job that it runs. */
  readonly job?: string;
}

/** The dependencies that every step needs for its report. */
export interface StepDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Counter<'LaunchesFailed', 'Group' | 'Error'>;
}

/**
 * What one run of a step leaves behind: one log line, by which launch it was, and with it the metrics. The line has
 * what is known by then; of an input that is refused, nothing but the step.
 */
export class StepReport implements RunReport<StepSubject, StepOutput> {
  readonly #deps: StepDeps;
  readonly #startedAt: number;
  #fields: LogFields;
  #subject: StepSubject | undefined;

  constructor(deps: StepDeps, step: string) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now().getTime();
    this.#fields = { step };
  }

  /** The input is read. */
  about(subject: StepSubject): void {
    this.#subject = subject;
    const { launch, run, index, job, name } = subject;
    this.#know({
      ...(job !== undefined && { job }),
      execution: run.execution,
      redrive: run.redrives,
      group: launch.group,
      instance: launch.instanceId,
      ...(typeof index === 'number' && { index }),
      ...(typeof name === 'string' && { name }),
    });
  }

  /** The instance's name is known. */
  named(name: string): void {
    this.#know({ name });
  }

  done(output: StepOutput & { readonly name?: string | null }): void {
    if (typeof output.name === 'string') this.named(output.name);
    this.#line('info', output.reason, { action: output.action, ...this.#stateSeconds() });
  }

  failed(error: unknown): void {
    const { name, message } = error instanceof Error ? error : { name: 'unknown', message: String(error) };
    if (error instanceof StepError && error.kind === 'waits') {
      this.#line('info', message, { waits: name, fault: error.fault });
      return;
    }
    this.#line('error', message, { error: name, ...faultFields(error) });
    if (this.#subject === undefined || this.#subject.release !== undefined) return;
    const { group: Group } = this.#subject.launch;
    this.#deps.metrics.count('LaunchesFailed', 1, { Group, Error: name }, this.#fields);
  }

  /** Since the state was entered, or since its last redrive, polls included. */
  #stateSeconds(): LogFields {
    if (this.#subject === undefined) return {};
    return { stateSeconds: Math.max(0, elapsedSince(this.#subject.run, this.#deps.clock.now())) / 1000 };
  }

  #know(more: LogFields): void {
    this.#fields = { ...this.#fields, ...more };
  }

  #line(level: 'info' | 'error', message: string, more: LogFields): void {
    const durationMs = this.#deps.clock.now().getTime() - this.#startedAt;
    this.#deps.log.with(this.#fields)[level](message, { ...more, durationMs });
  }
}
