/** What Auto Scaling and the ledger say, after it answered that there is no such action to complete. */
export interface MissingAction {
  /** The instance's lifecycle state; `undefined` when the group does not have it any more. */
  readonly lifecycleState: string | undefined;
  /** Whether an earlier run of this step was about to complete this very action. */
  readonly mayBeOurs: boolean;
}

export type MissingDecision =
  | { readonly action: 'completed'; readonly reason: string }
  | { readonly action: 'expired'; readonly reason: string }
  | { readonly action: 'gone'; readonly reason: string };

/**
 * Auto Scaling has one answer ("no active lifecycle action") for an action that was completed, that timed out, and
 * that never was. The instance's state tells which.
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
      // The group can have other hooks, for which the instance waits on after ours is done.
      return mayBeOurs
        ? { action: 'completed', reason: 'completed before; the instance waits for another hook' }
        : { action: 'expired', reason: `the lifecycle action has ended without us (${lifecycleState})` };
    default:
      return isLeaving(lifecycleState)
        ? { action: 'gone', reason: `the instance is leaving the group (${lifecycleState})` }
        : { action: 'completed', reason: `the instance is past the launch (${lifecycleState})` };
  }
}

/** Whether a launch hook holds the instance: on its way into service, or into the warm pool. */
export function isInLaunchHook(lifecycleState: string | undefined): boolean {
  return lifecycleState === 'Pending:Wait' || lifecycleState === 'Warmed:Pending:Wait';
}

/** Whether it is this launch's hook that holds it: one that entered a warm pool meets the hook again when it leaves. */
export function isInHookOf({ destination }: { readonly destination: string }, lifecycleState: string | undefined) {
  return lifecycleState === (destination === 'WarmPool' ? 'Warmed:Pending:Wait' : 'Pending:Wait');
}

/** Whether it has come through its launch hooks, into service or as good as. */
export function isThroughHooks(lifecycleState: string | undefined): boolean {
  return /^(InService|EnteringStandby|Standby|Pending:Proceed)$/.test(lifecycleState ?? '');
}

/** Whether an instance in this lifecycle state can still be brought into service. */
export function isLeaving(lifecycleState: string): boolean {
  return /^(Terminat|Warmed:Terminat|Detach)/.test(lifecycleState);
}
