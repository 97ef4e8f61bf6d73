import type { Clock } from '../../../shared/clock';
import { placeholders, render } from '../../../shared/template';
import { StepError } from '../../contracts/errors';
import type { JenkinsSettings, JobSettings } from '../../contracts/settings';
import { buildInput, type BuildInput, type StepOutput } from '../../contracts/step';
import { buildsAtOnce, decideAttempt, decideProgress, failureName, keepsBuild } from '../../domain/build';
import { elapsedSince } from '../../domain/deadline';
import type { BuildRequest, Jenkins } from '../../ports/jenkins';
import type { BuildOutcome, BuildRecord, Ledger } from '../../ledger/port';
import type { Settings } from '../../ports/settings';
import { makeMemberStep, passedInPool, requireReserve, type StepDeps } from '../step';
import { builtMember, builtReserve, keepRecord, type Built } from './record';

export interface RunBuildOutput extends StepOutput {
  /** Absent when the group has no such job. */
  readonly build?: BuildOutcome;
}

interface Deps extends StepDeps {
  settings: Settings;
  ledger: Ledger;
  /** The client of one Jenkins; the same one for the same settings. */
  jenkins: (settings: JenkinsSettings) => Jenkins;
}

interface Wanted {
  readonly job: JobSettings;
  readonly jenkins: JenkinsSettings;
}

/** Ensures that a job of the group's settings has succeeded for this launch. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep(
    'run-build',
    deps,
    buildInput,
    (member, input): Promise<RunBuildOutput> => build(deps, input, builtMember(deps.ledger, member)),
    async (input) => {
      if (input.job !== 'provision') return passedInPool;
      return build(deps, input, builtReserve(deps.ledger, await requireReserve(deps.ledger, input)));
    },
  );

async function build(deps: Deps, input: BuildInput, built: Built): Promise<RunBuildOutput> {
  const { [input.job]: job, jenkins } = await deps.settings.read(built.group);
  if (job === undefined || jenkins === undefined) {
    return { action: 'passed', reason: `${built.group} has no ${input.job} job in its settings` };
  }
  const record = built.builds[input.job];
  const keeps = keepsBuild(input.launch, input.job, record?.execution, input.run.execution);
  const decision = decideAttempt(record, input.run, keeps);
  switch (decision.action) {
    case 'done':
      return { action: 'succeeded', reason: decision.reason, build: decision.outcome };
    case 'failed':
      throw new StepError(failureName(decision.outcome), decision.reason);
    case 'begin':
      return follow(deps, input, built, { job, jenkins }, newRecord(deps.clock, input, job, record, decision.attempt));
    case 'follow':
      return follow(deps, input, built, { job, jenkins }, decision.record);
  }
}

async function follow(
  deps: Deps,
  input: BuildInput,
  built: Built,
  settings: Wanted,
  record: BuildRecord,
): Promise<RunBuildOutput> {
  const { job, jenkins } = settings;
  const keeper = keepRecord(built, input.job, record);
  const client = deps.jenkins(jenkins);
  const atOnce = async (): Promise<number> => buildsAtOnce(await deps.ledger.records(built.group), input.job);
  const request = { ...requestOf(job, built, record), atOnce };
  const status = await client.advance(request, record.trace, (trace) => keeper.save({ trace }));

  const elapsedMs = elapsedSince(input.run, deps.clock.now(), record.startedAt);
  const decision = decideProgress(status, job, elapsedMs);
  switch (decision.action) {
    case 'wait':
      throw new StepError(decision.as, decision.reason);
    case 'timed-out':
      throw new StepError('BuildTimedOut', decision.reason);
    case 'over':
      await keeper.save({ outcome: decision.outcome });
      return conclude(decision.outcome);
  }
}

function conclude(outcome: BuildOutcome): RunBuildOutput {
  if (!outcome.succeeded) throw new StepError(failureName(outcome), outcome.message);
  return { action: 'succeeded', reason: outcome.message, build: outcome };
}

function requestOf(job: JobSettings, { values }: Built, record: BuildRecord): BuildRequest {
  const parameters = Object.entries(job.parameters).map(([name, template]) => [name, fill(name, template, values)]);
  return {
    job: job.job,
    parameters: Object.fromEntries(parameters) as Record<string, string>,
    correlation: { parameter: job.correlationParameter, value: record.correlation },
  };
}

function fill(parameter: string, template: string, values: Built['values']): string {
  const missing = placeholders(template).find((word) => values[word as keyof typeof values] === null);
  if (missing === undefined) return render(template, values as Record<string, string | number | undefined>);
  throw new StepError(
    'SettingsInvalid',
    `provision.parameters.${parameter}: got '${template}', and an instance that enters a warm pool has no {${missing}} ` +
      'yet: use {instanceId} or {address} there, and {name} in the deploy job',
  );
}

/** An attempt before anything of it is stored. Its revision is that of the record which it replaces. */
function newRecord(
  clock: Clock,
  { run, job }: BuildInput,
  settings: JobSettings,
  replaced: BuildRecord | undefined,
  attempt: number,
): BuildRecord {
  return {
    job: settings.job,
    parameter: settings.correlationParameter,
    revision: replaced?.revision ?? 0,
    attempt,
    execution: run.execution,
    redrive: run.redrives,
    // The same however often the step runs, and no other request's: the ARN has account, region and deployment in it,
    // and one Jenkins may serve several.
    correlation: `${run.execution}/${job}/${attempt}`,
    startedAt: clock.now().toISOString(),
  };
}
