import type { Termination } from '../contracts/events';
import type { Launch, ReleaseReason } from '../contracts/inputs';
import type { GroupSettings } from '../contracts/settings';

// Questions about Auto Scaling's lifecycle states. Nothing else in functions/fleet knows their names, except texts that
// show them. `undefined`: the group does not have the instance.
//
// Source: Auto Scaling user guide, "Amazon EC2 Auto Scaling instance lifecycle" and "Warm pools, instance states".

type State = string | undefined;

/** What Auto Scaling and the ledger say, after Auto Scaling answered that there is no such action to complete. */
export interface MissingAction {
  /** The instance's lifecycle state; `undefined` if the group no longer has it. */
  readonly lifecycleState: string | undefined;
  /** Whether an earlier run of this step was about to complete this very action. */
  readonly mayBeOurs: boolean;
}

export type MissingDecision =
  | { readonly action: 'completed'; readonly reason: string }
  | { readonly action: 'expired'; readonly reason: string }
  | { readonly action: 'gone'; readonly reason: string };

/**
 * Auto Scaling gives one answer ("no active lifecycle action") for an action that was completed, that timed out, and
 * that never existed. The instance's state distinguishes them.
 */
export function decideMissingAction({ lifecycleState, mayBeOurs }: MissingAction): MissingDecision {
  switch (lifecycleState) {
    case undefined:
      return { action: 'gone', reason: 'the instance has left the group' };
    case 'InService':
    case 'Pending:Proceed':
      return { action: 'completed', reason: `the lifecycle action is completed (${lifecycleState})` };
    case 'Pending':
    case 'Pending:Wait':
    case 'Warmed:Pending:Wait':
      // The group can have other hooks, in which the instance waits after ours is completed.
      return mayBeOurs
        ? { action: 'completed', reason: 'completed before; the instance waits for another hook' }
        : { action: 'expired', reason: `the lifecycle action has ended without us (${lifecycleState})` };
    default:
      return isLeaving(lifecycleState)
        ? { action: 'gone', reason: `the instance is leaving the group (${lifecycleState})` }
        : { action: 'completed', reason: `the instance is past the launch (${lifecycleState})` };
  }
}

/** Whether a lifecycle hook of any kind holds the instance. */
export function isInHook(state: State): boolean {
  return state?.endsWith(':Wait') === true;
}

/** Whether a launch hook holds it: on its way into service, or into the warm pool. */
export function isInLaunchHook(state: State): boolean {
  return state === 'Pending:Wait' || state === 'Warmed:Pending:Wait';
}

/** Whether this launch's hook holds it: an instance that entered a warm pool meets the hook again when it leaves. */
export function isInHookOf({ destination }: { readonly destination: string }, state: State): boolean {
  return state === (destination === 'WarmPool' ? 'Warmed:Pending:Wait' : 'Pending:Wait');
}

/** The same, or soon: `Pending` can be an answer that is a moment old. */
export function mayBeInLaunchHook(state: State): boolean {
  return /^(Warmed:)?Pending(:Wait)?$/.test(state ?? '');
}

const waitingIn: Readonly<Record<ReleaseReason, RegExp | undefined>> = {
  'scale-in': /^(Warmed:)?Terminating:Wait$/,
  abandoned: /^(Warmed:)?Pending:Wait$/,
  orphan: undefined,
  'to-warm-pool': /^Warmed:Pending:Wait$/,
  'root-volume': /^ReplacingRootVolume:Wait$/,
};

/** Whether an instance in this lifecycle state waits for a release of that kind, and not for a later one. */
export function isInHookOfRelease(reason: ReleaseReason, state: State): boolean {
  return waitingIn[reason]?.test(state ?? '') ?? false;
}

/** Whether it is on its way into service: before its launch hook, in it, or after it. */
export function isOnItsWayIntoService(state: State): boolean {
  return state?.startsWith('Pending') === true;
}

/** Whether it is on its way into service, and no hook has held it yet. */
export function isBeforeLaunchHook(state: State): boolean {
  return state === 'Pending';
}

/** Whether it has passed its launch hooks and is in service, or about to be. */
export function isThroughHooks(state: State): boolean {
  return state === 'Pending:Proceed' || hasServed(state);
}

/** Whether it has been in service, and is still there or in Standby. */
export function hasServed(state: State): boolean {
  return isInService(state) || state === 'EnteringStandby' || isInStandby(state);
}

export function isInService(state: State): boolean {
  return state === 'InService';
}

/** Whether the group has it out of service and does not notice its end. */
export function isInStandby(state: State): boolean {
  return state === 'Standby';
}

/** Whether it is in the warm pool, on its way there, or on its way from there to its termination. */
export function isOfWarmPool(state: State): boolean {
  return state?.startsWith('Warmed:') === true;
}

/** Whether it is in the warm pool and not moving. */
export function isAtRestInPool(state: State): boolean {
  return /^Warmed:(Stopped|Running|Hibernated)$/.test(state ?? '');
}

/** Whether its root volume is being replaced, or has just been replaced. */
export function isOfRootVolume(state: State): boolean {
  return state?.includes('RootVolume') === true;
}

export function isReplacingRootVolume(state: State): boolean {
  return state?.startsWith('ReplacingRootVolume') === true;
}

/** Whether it still has its old root volume: it drains, or its hook holds it. */
export function hasOldRootVolume(state: State): boolean {
  return /^ReplacingRootVolume(:Wait)?$/.test(state ?? '');
}

/** Whether an instance in this lifecycle state can no longer be brought into service. */
export function isLeaving(state: string): boolean {
  return /^(Terminat|Warmed:Terminat|Detach)/.test(state);
}

/** Whether Muster serves a lifecycle action: only an action of the hook that the group's settings name. */
export type Admission = { action: 'start'; reason: string } | { action: 'ignore'; reason: string };

export function admitLaunch(launch: Launch, settings: GroupSettings | undefined): Admission {
  const place = launch.destination === 'WarmPool' ? `the warm pool of ${launch.group}` : launch.group;
  return admit(launch, settings?.launchHook, `${launch.instanceId} was launched into ${place}`);
}

export function admitTermination(termination: Termination, settings: GroupSettings | undefined): Admission {
  return admit(termination, settings?.terminateHook, `${termination.instanceId} leaves ${termination.group}`);
}

/** @param ours the hook that the group's settings name; `undefined`: the group has none. */
function admit(
  { group, lifecycle }: { readonly group: string; readonly lifecycle: { readonly hookName: string } | null },
  ours: string | undefined,
  reason: string,
): Admission {
  if (ours === undefined) return { action: 'ignore', reason: `group ${group} has no settings` };
  if (lifecycle === null || lifecycle.hookName === ours) return { action: 'start', reason };
  return { action: 'ignore', reason: `hook ${lifecycle.hookName} is not ${ours}: another system completes it` };
}
