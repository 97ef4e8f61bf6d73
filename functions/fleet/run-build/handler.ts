import type { Clock } from '../../shared/clock';
import { render } from '../../shared/template';
import { StepError } from '../contracts/errors';
import type { JenkinsSettings, JobSettings } from '../contracts/settings';
import { buildInput, type BuildInput, type StepOutput } from '../contracts/step';
import { decideAttempt, decideProgress, failureName } from '../domain/build';
import { elapsedSince } from '../domain/deadline';
import { templateValues } from '../domain/names';
import type { BuildRequest, Jenkins } from '../ports/jenkins';
import type { BuildOutcome, BuildRecord, Ledger, Member } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import { makeMemberStep, type StepDeps } from '../step';
import { keepRecord } from './record';

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
  makeMemberStep('run-build', deps, buildInput, async (member, input): Promise<RunBuildOutput> => {
    const { [input.job]: job, jenkins } = await deps.settings.read(member.group);
    if (job === undefined || jenkins === undefined) {
      return { action: 'passed', reason: `${member.group} has no ${input.job} job in its settings` };
    }
    const record = member.builds[input.job];
    const decision = decideAttempt(record, input.run);
    switch (decision.action) {
      case 'done':
        return { action: 'succeeded', reason: decision.reason, build: decision.outcome };
      case 'failed':
        throw new StepError(failureName(decision.outcome), decision.reason);
      case 'begin':
        return follow(deps, input, member, { job, jenkins }, newRecord(deps.clock, input, record, decision.attempt));
      case 'follow':
        return follow(deps, input, member, { job, jenkins }, decision.record);
    }
  });

async function follow(
  deps: Deps,
  input: BuildInput,
  member: Member,
  settings: Wanted,
  record: BuildRecord,
): Promise<RunBuildOutput> {
  const { job, jenkins } = settings;
  const keeper = keepRecord(deps.ledger, member, input.job, record);
  const client = deps.jenkins(jenkins);
  const status = await client.advance(requestOf(job, member, record), record.trace, (trace) => keeper.save({ trace }));

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

function requestOf(job: JobSettings, member: Member, record: BuildRecord): BuildRequest {
  const values = templateValues(member, member.addresses?.[0]);
  const parameters = Object.entries(job.parameters).map(
    ([name, template]) => [name, render(template, values)] as const,
  );
  return {
    job: job.job,
    parameters: Object.fromEntries(parameters),
    correlation: { parameter: job.correlationParameter, value: record.correlation },
  };
}

/** An attempt before anything of it is stored. Its revision is that of the record which it replaces. */
function newRecord(
  clock: Clock,
  { run, job }: BuildInput,
  replaced: BuildRecord | undefined,
  attempt: number,
): BuildRecord {
  return {
    revision: replaced?.revision ?? 0,
    attempt,
    execution: run.execution,
    redrive: run.redrives,
    // The same however often the step runs, and no other request's: an execution's name is unique in its account.
    correlation: `${run.execution.split(':').at(-1) ?? run.execution}/${job}/${attempt}`,
    startedAt: clock.now().toISOString(),
  };
}
