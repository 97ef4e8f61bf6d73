import type { Counter } from '../../../shared/runtime';
import { isSettingsProblem, mayPass, StepError } from '../../contracts/errors';
import { type Release, type ReleaseReason, type Run, type StepOutput, elapsedSince } from '../../contracts/inputs';
import type { JenkinsSettings, JobSettings } from '../../contracts/settings';
import {
  decideEnd,
  endsBuildsOf,
  endsBuildsOfReserve,
  jenkinsNow,
  jobToEnd,
  movedFrom,
  openBuilds,
  toEnd,
  type EndDecision,
  type OpenBuild,
  type SettingsNow,
} from '../../domain/build-polling';
import { decideLastSteps } from '../../domain/release';
import type { BuildEnds } from '../../ports/jenkins';
import type { KeptBuild, Ledger, Member, Reserve } from '../../ledger/port';
import { buildsInReserve, keepBuilds, LedgerError } from '../../ledger/records';
import type { SettingsStore } from '../../ports/aws';
import { makeReleaseStep, type StepDeps } from '../step';

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
    const { group, instanceId, reason } = release;
    const reserve = endsBuildsOfReserve(member, reason) ? await deps.ledger.findReserve(group, instanceId) : undefined;
    await awaitLastSteps(deps, reserve);
    const builds = [...ofMember(deps.ledger, member, reason), ...ofReserve(deps.ledger, reserve)];
    if (builds.length === 0) return { action: 'passed', reason: 'no build of it is open' };
    const decisions: EndDecision[] = [];
    for (const build of builds) decisions.push(await end(deps, release, run, build));
    const reasons = decisions.map((decision) => decision.reason).join('; ');
    const waits = decisions.find((decision) => decision.action === 'wait');
    if (waits?.action === 'wait') throw new StepError(waits.as, reasons);
    return { action: decisions.some(({ action }) => action === 'leave') ? 'left' : 'ended', reason: reasons };
  });

/**
 * One that enters a warm pool has no member that is marked: a step of its launch could still begin a build. As of a
 * member it is put on record that none may, and what has begun is waited for.
 */
async function awaitLastSteps({ ledger, clock }: Deps, reserve: Reserve | undefined): Promise<void> {
  if (reserve?.phase !== 'warming') return;
  const now = clock.now();
  const decision = decideLastSteps(`${reserve.instanceId} into the warm pool`, reserve, now);
  if (decision?.action === 'end-launch')
    await ledger.saveReserve({ ...reserve, revision: reserve.revision + 1, endingSince: now.toISOString() });
  if (decision !== undefined) throw new StepError('LaunchEnding', decision.reason);
}

function ofMember(ledger: Ledger, member: Member | undefined, reason: ReleaseReason): KeptBuild[] {
  if (member === undefined || !endsBuildsOf(member, reason)) return [];
  return keepBuilds(openBuilds(member.builds), async (job, record) => {
    try {
      await ledger.endBuild(member, job, record);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      // Another release of it was faster: the next run sees what it has done.
      throw new StepError('Throttled', `${member.name} has changed meanwhile: ${error.message}`, { cause: error });
    }
  });
}

function ofReserve(ledger: Ledger, reserve: Reserve | undefined): KeptBuild[] {
  return reserve === undefined ? [] : keepBuilds(openBuilds(reserve.builds), buildsInReserve(ledger, reserve));
}

async function end(deps: Deps, release: Release, run: Run, build: KeptBuild): Promise<EndDecision> {
  const settings = await readSettings(deps.settings, release.group);
  const job = jobToEnd(build.job, build.record, settings);
  const found = await look(deps, settings, job, build);
  const moved = movedFrom(build.record, settings);
  const decision = decideEnd(found, job, { ...build, moved }, elapsedSince(run, deps.clock.now()));
  if (decision.action === 'wait') return decision;
  // First: counted twice is better than never, if this run ends between the two.
  if (decision.action === 'leave') {
    const left = { execution: run.execution, build: build.record.correlation, reason: decision.reason };
    deps.metrics.count('BuildsLeft', 1, { Group: release.group }, { ...left, instance: release.instanceId });
  }
  await build.save({ outcome: decision.outcome });
  return decision;
}

async function readSettings(settings: SettingsStore, group: string): Promise<SettingsNow> {
  try {
    return await settings.read(group);
  } catch (error) {
    if (isSettingsProblem(error)) return { problem: error.message };
    throw error;
  }
}

async function look(deps: Deps, settings: SettingsNow, job: JobSettings, build: KeptBuild): Promise<OpenBuild> {
  const [jenkins, record] = [jenkinsNow(settings), build.record];
  if ('state' in jenkins) return jenkins;
  try {
    return await deps.jenkins(jenkins).end(toEnd(job, record), record.trace, (trace) => build.save({ trace }));
  } catch (error) {
    // Only what is about Jenkins: its record may have been changed by another run.
    if (!(error instanceof StepError) || !/^Jenkins/.test(error.name)) throw error;
    return { state: mayPass(error) ? 'unknown' : 'unreachable', reason: error.message };
  }
}
