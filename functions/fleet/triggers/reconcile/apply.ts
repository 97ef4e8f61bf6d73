import { isGroupNotFound, isNoActiveLifecycleAction } from '../../../shared/aws-errors';
import type { Launch, Release } from '../../contracts/inputs';
import { launchPurpose, decideRepeat, wasStoppedForRelease } from '../../domain/redrive-or-new-attempt';
import { isBackAlready } from '../../domain/reconcile/reconcile';
import type { Decision, Sighting } from '../../domain/reconcile/sighting';
import { failsAgain, type FailingRelease } from '../../domain/reconcile/failing-releases';
import { noteService } from '../../outcomes/success';
import { settleLaunch, type OutcomeDeps } from '../../outcomes/settle';
import type { AutoScaling, Ec2, SettingsStore, StepFunctions } from '../../ports/aws';
import { readLaunchExecution } from '../../executions/read-launch-execution';
import { hasFailed } from '../../domain/launch-execution';
import { type Ledger, isBeingReleased } from '../../ledger/port';
import { releaseInstance } from '../../executions/release-instance';
import { startOnce, type StartedOnce } from '../../executions/start-once';
import type { StepDeps } from '../../steps/step';
import { changeBelonging } from './detach';
import { failingOf } from './failing';

export type ApplyDeps = StepDeps &
  OutcomeDeps & {
    settings: SettingsStore;
    autoScaling: AutoScaling;
    ec2: Pick<Ec2, 'describeInstances'>;
    ledger: Ledger;
    stepFunctions: StepFunctions;
    /** Of the state machine of launches. */
    stateMachineArn: string;
    releaseArn: string;
  };

/** Receives each release that fails again and again. */
export type NoteFailingRelease = (failing: FailingRelease) => void;

/** Carries out what was decided, and writes a line for each thing that was really done. */
export function makeApply(
  deps: ApplyDeps,
  tellFailing: NoteFailingRelease,
): (seen: Sighting, decision: Decision) => Promise<void> {
  return async (seen, decision) => {
    switch (decision.action) {
      case 'heartbeat':
        await recordHeartbeat(deps.autoScaling, seen, decision.hookName);
        return;
      case 'start':
        await start(deps, seen, decision);
        return;
      case 'start-if-held':
        if (await recordHeartbeat(deps.autoScaling, seen, decision.hookName)) await startOrTell(deps, seen, decision);
        return;
      case 'release':
        return release(deps, tellFailing, seen, decision);
      case 'settle': {
        const { action, reason } = await settleLaunch(deps, decision.execution);
        note(deps, seen, { action, reason });
        return;
      }
      case 'mark-replacing':
        await deps.ledger.update(decision.member, { phase: 'replacing', endingSince: null });
        note(deps, seen, decision);
        return;
      case 'detached':
      case 'attached':
        if (await changeBelonging(deps, decision)) note(deps, seen, decision);
        return;
      case 'mark-in-service':
        await noteService(deps, decision.member, seen.launch?.input?.origin);
        note(deps, seen, decision);
        return;
    }
  };
}

/**
 * The only place that records heartbeats; by instance, because the run that started the launch may not know the token.
 *
 * @returns whether the instance waits for that hook.
 */
async function recordHeartbeat(
  autoScaling: AutoScaling,
  { group, instanceId }: Sighting,
  hookName: string,
): Promise<boolean> {
  try {
    await autoScaling.recordLifecycleActionHeartbeat({
      AutoScalingGroupName: group,
      LifecycleHookName: hookName,
      InstanceId: instanceId,
    });
    return true;
  } catch (error) {
    // Completed since we looked, or it waits for another hook of the group; or its group was deleted since, which the next run sees.
    if (!isNoActiveLifecycleAction(error) && !isGroupNotFound(error)) throw error;
    return false;
  }
}

/**
 * The instance's launch may have failed without a hold in the ledger: the ledger was restored to a time when the instance
 * was in service. Our hook holds the instance, so it is not in service: correct the ledger, and complete the launch again.
 */
async function startOrTell(
  deps: ApplyDeps,
  seen: Sighting,
  decision: Extract<Decision, { launch: Launch }>,
): Promise<void> {
  const started = await start(deps, seen, decision);
  if (started.action !== 'exists' || !hasFailed(started.earlier)) return;
  const execution = await readLaunchExecution(deps.stepFunctions, started.execution);
  if (execution === undefined || seen.member === undefined) return;
  await deps.ledger.update(seen.member, { phase: 'replacing', endingSince: null });
  const { action, reason } = await settleLaunch(deps, execution);
  note(deps, seen, { action, reason });
}

async function start(
  deps: ApplyDeps,
  seen: Sighting,
  decision: Extract<Decision, { launch: Launch }>,
): Promise<StartedOnce> {
  const { launch } = decision;
  const started = await startOnce(deps, {
    stateMachineArn: deps.stateMachineArn,
    purpose: launchPurpose(launch),
    token: launch.lifecycle?.token ?? null,
    input: launch,
    decide: (earlier) => decideRepeat(launch, earlier, seen.state),
  });
  note(deps, seen, started.action === 'exists' ? { action: 'none', reason: started.reason } : decision);
  return started;
}

async function release(
  deps: ApplyDeps,
  tellFailing: NoteFailingRelease,
  seen: Sighting,
  { release, reason }: { release: Release; reason: string },
): Promise<void> {
  if (release.reason === 'orphan' && !(await holdsSomething(deps.ledger, seen))) return;
  if (release.reason === 'abandoned' && !(await mayStillAbandon(deps, seen))) return;
  const options = seen.launch?.status === 'RUNNING' && !isBackAlready(seen) ? { launchExecution: seen.launch.arn } : {};
  const started = await releaseInstance(deps, release, reason, options);
  const isNew = started.action === 'started';
  if (isNew && release.reason === 'abandoned') deps.metrics.count('LaunchesAbandoned', 1, { Group: release.group });
  if (!isNew && failsAgain(started.earlier)) tellFailing(failingOf(seen, started.execution, started.earlier));
  note(
    deps,
    seen,
    started.action === 'exists'
      ? { action: 'exists', reason: started.reason }
      : { action: `release ${started.action}`, reason },
  );
}

/** An operator may have retried it, or extended its hold, since it was read: a run can take minutes. */
async function mayStillAbandon({ ledger, stepFunctions }: ApplyDeps, seen: Sighting): Promise<boolean> {
  const { group, instanceId, member, launch } = seen;
  // An action that has begun continues, even if there is a hold.
  if ((member !== undefined && isBeingReleased(member)) || (launch !== undefined && wasStoppedForRelease(launch)))
    return true;
  const hold = await ledger.findHold(group, instanceId);
  if (hold === undefined || hold.revision !== seen.hold?.revision) return false;
  const execution = launch && (await readLaunchExecution(stepFunctions, launch.arn));
  return execution?.status !== 'RUNNING';
}

/** Released between the reading of the ledger and that of the group: the usual end of a scale-in. */
async function holdsSomething(ledger: Ledger, { group, instanceId, launch }: Sighting): Promise<boolean> {
  if (launch?.status === 'RUNNING') return true;
  const [member, hold, reserve] = await Promise.all([
    ledger.member(group, instanceId),
    ledger.findHold(group, instanceId),
    ledger.findReserve(group, instanceId),
  ]);
  return member !== undefined || hold !== undefined || reserve !== undefined;
}

function note({ log }: ApplyDeps, { group, instanceId, member }: Sighting, what: { action: string; reason: string }) {
  const name = member === undefined ? {} : { name: member.name };
  log.info(what.reason, { group, instance: instanceId, ...name, action: what.action });
}
