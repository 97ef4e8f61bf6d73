import { hasFailed } from './launch-execution';
import { holdsSomething } from './reconcile/detached';
import { isServed } from './reconcile/launch-of-instance';
import { isInHook, isInLaunchHook, isOfWarmPool, isReplacingRootVolume } from './lifecycle';
import type { GroupView, Sighting } from './reconcile/sighting';

/**
 * Whether an instance waits in a lifecycle hook for a reason that is not on record: no launch or release of it runs, it
 * is not on hold after a failure, and its launch has not succeeded (then it waits for another hook of the group).
 *
 * For a minute this is true of each instance whose event was lost, until the reconciler starts what is missing. If it
 * stays true for some minutes, nothing serves the instance: it costs money and serves no traffic until its hook's
 * time-out.
 */
export function isUnserved(seen: Sighting, { breakerIsOpen, now }: Pick<GroupView, 'breakerIsOpen' | 'now'>): boolean {
  const { state, launch, isReleasing } = seen;
  if (!isInHook(state) || isReleasing) return false;
  if (!isLaunching(seen)) return !isReleased(seen);
  if (launch?.status === 'RUNNING') return false;
  if (launch !== undefined && hasFailed(launch) && isExplained(seen, breakerIsOpen, now)) return false;
  return !(isServed(seen) && (launch === undefined || launch.status === 'SUCCEEDED'));
}

/** The instance waits for a new root volume with its number, which it keeps; everything else is released. */
function isReleased(seen: Sighting): boolean {
  if (seen.releaseStatus !== 'SUCCEEDED') return false;
  return isReplacingRootVolume(seen.state) ? seen.member?.phase === 'replacing' : !holdsSomething(seen);
}

/** An instance that returns to the warm pool waits in the same state, for its release. */
function isLaunching({ state, member }: Sighting): boolean {
  return isInLaunchHook(state) && !(isOfWarmPool(state) && member !== undefined);
}

/**
 * A hold explains the wait until it ends; an open breaker, which keeps failed instances from being abandoned, explains
 * it longer.
 */
function isExplained({ hold }: Sighting, breakerIsOpen: boolean, now: Date): boolean {
  if (breakerIsOpen) return true;
  return hold !== undefined && (hold.endsAt === undefined || Date.parse(hold.endsAt) > now.getTime());
}
