import type { Counter } from '../../../shared/log';
import { StepError, stepErrors } from '../../contracts/errors';
import { type Release, type Run, type StepOutput, elapsedSince } from '../../contracts/inputs';
import type { GroupSettings, JenkinsSettings, JobSettings } from '../../contracts/settings';
import { decideEnd, type EndDecision, type Found } from '../../domain/build-end';
import { decideLastSteps } from '../../domain/release';
import type { BuildEnds } from '../../ports/jenkins';
import type { Ledger, Reserve } from '../../ledger/port';
import type { SettingsStore } from '../../ports/aws';
import { makeReleaseStep, type StepDeps } from '../step';
import { endedBuilds, endedReserve, type EndedBuild } from './ended';

interface Deps extends StepDeps {
  metrics: StepDeps['metrics'] & Counter<'BuildsLeft', 'Group'>;
  settings: SettingsStore;
  ledger: Ledger;
  /** The client of one Jenkins; the same one for the same settings. */
  jenkins: (settings: JenkinsSettings) => BuildEnds;
}

/**
 * Ensures that no build of the launch runs any more, or could still begin to: it would work on a machine that is gone,
 * or by a name that the next instance has. What cannot be ended in time is left, and said.
 *
 * Most releases have nothing to end, and ask Jenkins nothing.
 */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('end-builds', deps, async (member, release, run): Promise<StepOutput> => {
    const reserve = await endedReserve(deps.ledger, release, member);
    await awaitLastSteps(deps, reserve);
    const builds = endedBuilds(deps.ledger, release, member, reserve);
    if (builds.length === 0) return { action: 'passed', reason: 'no build of it is open' };
    const decisions: EndDecision[] = [];
    for (const build of builds) decisions.push(await end(deps, release, run, build));
    const waits = decisions.find((decision) => decision.action === 'wait');
    if (waits?.action === 'wait') throw new StepError(waits.as, reasonsOf(decisions));
    const left = decisions.some(({ action }) => action === 'leave');
    return { action: left ? 'left' : 'ended', reason: reasonsOf(decisions) };
  });

/**
 * One that enters a warm pool has no member that is marked: a step of its launch could still begin a build. As of a
 * member it is put on record that none may, and what has begun is waited for.
 */
async function awaitLastSteps({ ledger, clock }: Deps, reserve: Reserve | undefined): Promise<void> {
  if (reserve?.phase !== 'warming') return;
  const now = clock.now();
  const decision = decideLastSteps(`${reserve.instanceId} into the warm pool`, reserve, now);
  if (decision?.action === 'end-launch') {
    await ledger.saveReserve({ ...reserve, revision: reserve.revision + 1, endingSince: now.toISOString() });
  }
  if (decision !== undefined) throw new StepError('LaunchEnding', decision.reason);
}

async function end(deps: Deps, release: Release, run: Run, build: EndedBuild): Promise<EndDecision> {
  const settings = await readSettings(deps.settings, release.group);
  const job = jobOf(build, settings);
  const found = await look(deps, settings, job, build);
  const decision = decideEnd(found, job, build.record, elapsedSince(run, deps.clock.now()));
  if (decision.action === 'wait') return decision;
  // First: counted twice is better than never, if this run ends between the two.
  if (decision.action === 'leave') {
    const left = { execution: run.execution, build: build.record.correlation, reason: decision.reason };
    deps.metrics.count('BuildsLeft', 1, { Group: release.group }, { ...left, instance: release.instanceId });
  }
  await build.save({ outcome: decision.outcome });
  return decision;
}

type ReadSettings = { readonly settings: GroupSettings } | { readonly problem: string };

async function readSettings(settings: SettingsStore, group: string): Promise<ReadSettings> {
  try {
    return { settings: await settings.read(group) };
  } catch (error) {
    if (error instanceof StepError && stepErrors[error.name].kind === 'fails') return { problem: error.message };
    throw error;
  }
}

/** As it was when the build began, as far as that is on record. */
function jobOf({ job, record }: EndedBuild, read: ReadSettings): JobSettings {
  const known = 'settings' in read ? read.settings[job as 'provision' | 'deploy'] : undefined;
  const now = known ?? { ...usualJob, job };
  const correlationParameter = record.parameter ?? now.correlationParameter;
  return { ...now, parameters: {}, job: record.job ?? now.job, correlationParameter };
}

// Of a job that the settings no longer have: as a job is without settings of its own.
const usualJob = {
  unstable: 'failure',
  queueTimeoutMinutes: 30,
  timeoutMinutes: 30,
  interruptible: true,
  correlationParameter: 'MUSTER_BUILD',
} as const;

async function look({ jenkins }: Deps, read: ReadSettings, job: JobSettings, build: EndedBuild): Promise<Found> {
  if ('problem' in read) return { state: 'unreachable', reason: read.problem };
  if (read.settings.jenkins === undefined) {
    return { state: 'unreachable', reason: `${read.settings.group} has no Jenkins in its settings any more` };
  }
  const { record } = build;
  const wanted = {
    job: job.job,
    correlation: { parameter: job.correlationParameter, value: record.correlation },
    interruptible: job.interruptible,
  };
  try {
    return await jenkins(read.settings.jenkins).end(wanted, record.trace, (trace) => build.save({ trace }));
  } catch (error) {
    // Only what is about Jenkins: its record may have been changed by another run.
    if (!(error instanceof StepError) || !/^Jenkins/.test(error.name)) throw error;
    return { state: stepErrors[error.name].kind === 'waits' ? 'unknown' : 'unreachable', reason: error.message };
  }
}

function reasonsOf(decisions: readonly EndDecision[]): string {
  return decisions.map(({ reason }) => reason).join('; ');
}
