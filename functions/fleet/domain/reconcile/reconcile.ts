import type { ReleaseReason } from '../../contracts/inputs';
import type { LaunchExecution } from '../launch-execution';
import type { Member } from '../../ledger/port';
import { holdsSomething, whenBackOrLost, whenGone } from './detached';
import { isHeartbeatDue } from './heartbeat';
import { isServed, launchOf } from './launch-of-instance';
import {
  hasOldRootVolume,
  isAtRestInPool,
  isBeforeLaunchHook,
  isInHook,
  isInLaunchHook,
  isLeaving,
  isOfRootVolume,
  isOfWarmPool,
  isReplacingRootVolume,
  isThroughHooks,
} from '../lifecycle';
import { isKnownFailure } from '../outcome';
import type { Decision, GroupView, Sighting } from './sighting';
import { wasStoppedForRelease } from '../redrive-or-new-attempt';

/**
 * What to do about one instance, even if all events were lost. It can run again at any time: each action that it
 * requests is idempotent.
 */
export function decideReconcile(seen: Sighting, view: GroupView): Decision[] {
  const { state } = seen;
  const orphan = (why: string) => release(seen, 'orphan', why);
  if (state === undefined) return whenGone(seen, view.now, orphan);
  if (isLeaving(state)) return whenLeaving(seen, state, view);
  const first = whenBackOrLost(seen, view.now, orphan);
  if (first !== undefined) return first;
  if (isOfRootVolume(state)) return whenReplacing(seen, state, view);
  if (isInLaunchHook(state)) return whenWaiting(seen, state, view);
  return whenSettled(seen, state);
}

/** Which release an instance's state requires, if any. */
export function releaseAskedFor({ state, member }: Pick<Sighting, 'state' | 'member'>): ReleaseReason | undefined {
  if (state === undefined) return 'orphan';
  if (!isInHook(state)) return undefined;
  if (isLeaving(state)) return 'scale-in';
  if (isReplacingRootVolume(state)) return 'root-volume';
  return isOfWarmPool(state) && member !== undefined ? 'to-warm-pool' : undefined;
}

function whenLeaving(seen: Sighting, state: string, view: GroupView): Decision[] {
  const hookName = terminateHook(view);
  // Unless the instance waits for us there is no hurry: it is gone in a moment, and then an orphan.
  if (!isInHook(state) || hookName === undefined) return [];
  if (seen.isReleasing) return heartbeat(seen, hookName, view, 'it is being released');
  if (!holdsSomething(seen) && seen.releaseStatus === 'SUCCEEDED') return [];
  return [release(seen, 'scale-in', 'it is leaving, and no release of it runs', { hookName, result: 'CONTINUE' })];
}

function whenReplacing(seen: Sighting, state: string, view: GroupView): Decision[] {
  const { member, isReleasing, releaseStatus } = seen;
  if (member === undefined) return [];
  const hookName = terminateHook(view);
  if (isInHook(state) && hookName !== undefined) {
    if (isReleasing) return heartbeat(seen, hookName, view, 'it is being taken out of its target groups');
    if (member.phase !== 'replacing' || isBad(releaseStatus)) {
      return [release(seen, 'root-volume', 'its root volume is to be replaced', { hookName, result: 'CONTINUE' })];
    }
    return [];
  }
  // While it still drains, its release is yet to come, and marks it; if it were marked earlier, it would look as if that
  // release had run. Settings that cannot be read do not prove that there is no hook.
  const mayHaveHook = hookName !== undefined || view.settings === undefined;
  const isReleasedLater = hasOldRootVolume(state) && mayHaveHook;
  // Otherwise its next launch could not be distinguished from one that waits for another hook of the group.
  return member.phase === 'in-service' && !isReleasedLater
    ? [{ action: 'mark-replacing', member, reason: `the root volume of ${member.name} is being replaced` }]
    : [];
}

function whenWaiting(seen: Sighting, state: string, view: GroupView): Decision[] {
  const { member, launch, isReleasing } = seen;
  const returns = isOfWarmPool(state) && member !== undefined;
  const hookName = returns ? terminateHook(view) : launchHook(seen, view);
  if (hookName === undefined) return [];
  const beat = (reason: string) => heartbeat(seen, hookName, view, reason);
  if (isReleasing) return beat('it is being released');
  if (returns)
    return [release(seen, 'to-warm-pool', 'it goes back to the warm pool', { hookName, result: 'CONTINUE' })];
  if (member?.phase === 'releasing') {
    if (isBackAlready(seen)) {
      const why = `${member.name} is to be free: ${seen.instanceId} has come back from the warm pool`;
      return [...beat('its launch continues, or has yet to start'), release(seen, 'to-warm-pool', why)];
    }
    return [
      ...beat('its release has yet to finish'),
      release(seen, 'abandoned', 'its release stopped', { hookName, result: 'ABANDON' }),
    ];
  }
  if (launch?.status === 'RUNNING') return beat('its launch runs');
  if (launch !== undefined && member !== undefined && member.phase !== 'replacing' && isToBeLetGo(launch, member)) {
    const token = launch.input?.lifecycle?.token ?? null;
    const why = 'its launch was stopped for its release, and no release of it runs';
    return [...beat('it is abandoned'), release(seen, 'abandoned', why, { hookName, token, result: 'ABANDON' })];
  }
  // It was released and has returned: into the warm pool, out of it again, or with a new root volume.
  const isBack = launch !== undefined && wasStoppedForRelease(launch);
  if (launch !== undefined && launch.status !== 'SUCCEEDED' && !isBack) return whenFailed(seen, launch, hookName, view);
  if (!isServed(seen)) return start(seen, state, view, beat);
  return hasCome(seen) ? startIfHeld(seen, state, view, hookName) : [];
}

/** It went into service: the ledger says so, or its launch does and the ledger does not know yet, or not any more. */
function hasCome({ member, launch }: Sighting): boolean {
  if (member === undefined) return false;
  return member.phase === 'in-service' || (launch !== undefined && isDoneUnsaid(member, launch));
}

/** Stopped for its release, or by a release that has itself stopped: no redrive of this launch can do anything. */
function isToBeLetGo(launch: LaunchExecution, { execution, endingSince }: Member): boolean {
  const isEnded = endingSince !== undefined && launch.arn === execution && launch.status !== 'SUCCEEDED';
  return isEnded || wasStoppedForRelease(launch);
}

/**
 * It has come into service, and waits. Usually it waits for another hook of the group, after ours. But if a whole stay
 * in the warm pool was not seen, or a new root volume was forgotten, it waits for our hook again.
 */
function startIfHeld(seen: Sighting, state: string, view: GroupView, hookName: string): Decision[] {
  if (heartbeat(seen, hookName, view, '').length === 0) return [];
  const reason = 'our hook holds it again, and no launch of it runs';
  return start(seen, state, view, () => []).flatMap((one) =>
    one.action === 'start' ? [{ ...one, action: 'start-if-held', hookName, reason }] : [],
  );
}

/**
 * Whether it left the pool before the release of what it held earlier had finished: the earlier launch succeeded, so it
 * was not abandoned, or another launch runs. That launch waits for the release; if it were stopped, an instance that
 * should stay would be released.
 */
export function isBackAlready({ member, launch }: Pick<Sighting, 'member' | 'launch'>): boolean {
  if (member?.phase !== 'releasing') return false;
  // Step Functions forgot the execution, 90 days after its end: the instance was in service all that time, and was
  // never abandoned.
  if (launch === undefined) return member.inServiceAt !== undefined;
  return launch.status === 'SUCCEEDED' || (launch.status === 'RUNNING' && launch.arn !== member.execution);
}

function start(seen: Sighting, state: string, view: GroupView, beat: (reason: string) => Decision[]): Decision[] {
  const { settings, hooks, now } = view;
  const heartbeatSeconds = settings && hooks[settings.launchHook];
  if (settings === undefined || heartbeatSeconds === undefined) return [];
  // It has had no heartbeat, so it cannot have waited longer than this.
  const since = new Date(now.getTime() - heartbeatSeconds * 1000).toISOString();
  const launch = launchOf({ ...seen, state }, settings.launchHook, since, 'reconciler');
  return [...beat('its launch is to start'), { action: 'start', launch, reason: `it waits, and no launch of it runs` }];
}

/**
 * Its lifecycle action ended before its launch could complete it, and there is no record of that: it was abandoned, and
 * now waits for another hook of the group. If it were held again, it would be reported and abandoned every few minutes.
 */
function isGivenUp({ member, hold, reserve }: Sighting, { error }: LaunchExecution): boolean {
  return error === 'LifecycleExpired' && member === undefined && hold === undefined && reserve === undefined;
}

function whenFailed(seen: Sighting, launch: LaunchExecution, hookName: string, view: GroupView): Decision[] {
  const { hold } = seen;
  if (isGivenUp(seen, launch)) return [];
  const beat = heartbeat(seen, hookName, view, 'it is held');
  if (!isKnownFailure(hold, launch, view.now)) {
    return [...beat, { action: 'settle', execution: launch, reason: `its launch is ${launch.status}` }];
  }
  const isOver = hold?.endsAt !== undefined && Date.parse(hold.endsAt) <= view.now.getTime();
  if (!isOver || view.breakerIsOpen) return beat;
  const token = launch.input?.lifecycle?.token ?? null;
  const reason = `its hold ended at ${hold.endsAt ?? ''}`;
  // Record a heartbeat too: our completion should end the lifecycle action, after the target and the name are removed.
  return [...beat, release(seen, 'abandoned', reason, { hookName, token, result: 'ABANDON' })];
}

/** An instance that waits for nothing. */
function whenSettled(seen: Sighting, state: string): Decision[] {
  const { member, hold, launch, isReleasing } = seen;
  if (isReleasing) return [];
  // Also what a release has left half done: in the pool nothing was abandoned, and the instance stays provisioned.
  if (member !== undefined && isAtRestInPool(state)) {
    return [release(seen, 'to-warm-pool', 'it is in the warm pool')];
  }
  if (member?.phase === 'releasing' && isBeforeLaunchHook(state)) {
    return [release(seen, 'to-warm-pool', 'it comes out of the warm pool, and holds what it had before')];
  }
  if (member?.phase === 'releasing') return [release(seen, 'abandoned', 'its release stopped')];
  if (launch === undefined || launch.status === 'RUNNING') return [];
  if (member !== undefined && isThroughHooks(state) && isDoneUnsaid(member, launch)) {
    const reason = `${member.name} is in service, and its last step died before recording that`;
    return [{ action: 'mark-in-service', member, reason }];
  }
  // A release that leaves the instance in service lets its launch continue.
  if (member?.endingSince !== undefined && isThroughHooks(state)) {
    return [release(seen, 'abandoned', 'its release stopped before it had decided')];
  }
  if (launch.status === 'SUCCEEDED') {
    return hold === undefined ? [] : [{ action: 'settle', execution: launch, reason: 'its launch has succeeded' }];
  }
  // `now` matters only for a report in progress; an instance in service has time until the next run.
  const known = hold?.execution === launch.arn && hold.redrive === launch.redrives && hold.report.state === 'sent';
  return known ? [] : [{ action: 'settle', execution: launch, reason: `its launch is ${launch.status}` }];
}

/** Also in a ledger that was restored to a time before the launch ended. */
function isDoneUnsaid({ phase, execution }: Member, launch: LaunchExecution): boolean {
  if (phase === 'completing') return true;
  // The launch with its new root volume is not the one that the ledger knows.
  const isOfIt = phase === 'replacing' || (phase === 'launching' && launch.arn === execution);
  return isOfIt && launch.status === 'SUCCEEDED';
}

function heartbeat(seen: Sighting, hookName: string, { hooks, now, waiting }: GroupView, reason: string): Decision[] {
  const seconds = hooks[hookName];
  const due = seconds !== undefined && isHeartbeatDue(seen.instanceId, now, seconds, waiting);
  return due ? [{ action: 'heartbeat', hookName, reason }] : [];
}

/** @param action the lifecycle action that the release ends. Default: none waits. */
function release(
  { group, instanceId }: Sighting,
  reason: ReleaseReason,
  why: string,
  action?: { readonly hookName: string; readonly token?: string | null; readonly result: 'CONTINUE' | 'ABANDON' },
): Decision {
  const lifecycle = action === undefined ? null : { token: null, ...action };
  return { action: 'release', release: { group, instanceId, reason, lifecycle }, reason: why };
}

/** The hook that holds it, according to its launch or else the settings. */
function launchHook({ launch }: Sighting, { settings }: GroupView): string | undefined {
  return launch?.input?.lifecycle?.hookName ?? settings?.launchHook;
}

function terminateHook({ settings, hooks }: GroupView): string | undefined {
  return settings !== undefined && settings.terminateHook in hooks ? settings.terminateHook : undefined;
}

function isBad(status: string | undefined): boolean {
  return status !== undefined && status !== 'SUCCEEDED' && status !== 'RUNNING';
}
