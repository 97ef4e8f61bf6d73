import { StepError, type StepErrorName } from '../../contracts/errors';
import type { JenkinsSettings, JobSettings } from '../../contracts/settings';
import { buildInput, type BuildInput, type StepOutput, elapsedSince } from '../../contracts/inputs';
import { isCrowd } from '../../crowd/size';
import { buildsAtOnce, decideAttempt, failureName, keepsBuild } from '../../domain/build';
import { decideProgress, goesOn, movedFrom } from '../../domain/build-polling';
import type { Jenkins } from '../../ports/jenkins';
import type { BuildOutcome, BuildRecord, Ledger } from '../../ledger/port';
import type { SettingsStore } from '../../ports/aws';
import { makeMemberStep, passedInPool, requireReserve, type StepDeps } from '../step';
import { builtMember, builtReserve, keepRecord, type BuildSubject, newRecord, requestOf } from './request';

export interface RunBuildOutput extends StepOutput {
  /** Absent when the group has no such job. */
  readonly build?: BuildOutcome;
}

interface Deps extends StepDeps {
  settings: SettingsStore;
  ledger: Ledger;
  /** The client of one Jenkins; the same one for the same settings. */
  jenkins: (settings: JenkinsSettings) => Jenkins;
}

/** The request to Jenkins, and what the ledger has about it. */
interface BuildContext {
  readonly job: JobSettings;
  readonly jenkins: JenkinsSettings;
  readonly record: BuildRecord;
  /** Whether what it comes to is this launch's: one of an earlier launch is only seen to its end. */
  readonly counts: boolean;
}

/** Ensures that a job of the group's settings has succeeded for this launch. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep('run-build', deps, buildInput, {
    ofMember: (member, input): Promise<RunBuildOutput> => build(deps, input, builtMember(deps.ledger, member)),
    inPool: async (input) => {
      if (input.job !== 'provision') return passedInPool;
      return build(deps, input, builtReserve(deps.ledger, await requireReserve(deps.ledger, input)));
    },
  });

async function build(deps: Deps, input: BuildInput, built: BuildSubject): Promise<RunBuildOutput> {
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
      return follow(deps, input, built, {
        job,
        jenkins,
        record: newRecord(
          deps.clock,
          input,
          { ...job, jenkins: jenkins.url },
          { replaced: record, attempt: decision.attempt },
        ),
        counts: true,
      });
    case 'follow': {
      const counts = keeps || decision.record.execution === input.run.execution;
      return follow(deps, input, built, { ...goesOn(decision.record, { job, jenkins: jenkins.url }), jenkins, counts });
    }
  }
}

async function follow(
  deps: Deps,
  input: BuildInput,
  built: BuildSubject,
  { job, jenkins, record, counts }: BuildContext,
): Promise<RunBuildOutput> {
  const keeper = keepRecord(built, input.job, record);
  const client = deps.jenkins(jenkins);
  const atOnce = async (): Promise<number> => buildsAtOnce(await deps.ledger.records(built.group), input.job);
  const request = { ...requestOf(job, built, record), atOnce };
  const seen = await client.advance(request, record.trace, (trace) => keeper.save({ trace }));
  const status = seen.state === 'lost' ? { ...seen, reason: seen.reason + movedFrom(record, { jenkins }) } : seen;

  const elapsedMs = elapsedSince(input.run, deps.clock.now(), record.startedAt);
  const decision = decideProgress(status, job, elapsedMs);
  switch (decision.action) {
    case 'wait':
      throw new StepError(howOften(decision.as, input.crowd), decision.reason);
    case 'timed-out':
      throw new StepError('BuildTimedOut', decision.reason);
    case 'over':
      await keeper.save({ outcome: decision.outcome });
      // Its root volume may be another one by now. The next run of the step begins one of its own.
      if (!counts) throw new StepError('BuildQueued', `${decision.outcome.message}, for an earlier launch`);
      return conclude(decision.outcome);
  }
}

/**
 * The builds of a crowd end at about the same time: if each were looked at every second, a thousand would ask one
 * Jenkins a thousand times a second. A crowd is held up by more than the seconds that this takes.
 */
function howOften(as: StepErrorName, crowd: number): StepErrorName {
  return as === 'BuildRunningNear' && isCrowd(crowd) ? 'BuildRunningSoon' : as;
}

function conclude(outcome: BuildOutcome): RunBuildOutput {
  if (!outcome.succeeded) throw new StepError(failureName(outcome), outcome.message);
  return { action: 'succeeded', reason: outcome.message, build: outcome };
}
