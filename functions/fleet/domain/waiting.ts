import { hasFailed } from './launch-execution';
import { holdsSomething } from './reconcile/detached';
import { isServed } from './standing/launch-of-instance';
import { isInHook, isInLaunchHook, isOfWarmPool, isReplacingRootVolume } from './lifecycle';
import type { GroupView, Sighting } from './reconcile/sighting';

/**
 * Whether an instance waits in a lifecycle hook and nothing that is on record explains it: no launch or release of it
 * runs, it is not on hold after a failure, and its launch has not ended well (then it waits for another hook of the group).
 *
 * For a minute that is so of each whose event was lost, until the reconciler has begun what is missing. Longer than some
 * minutes it is so of one that nothing serves: it costs money and serves no traffic until its hook's time-out ends.
 */
export function isUnserved(seen: Sighting, { breakerIsOpen, now }: Pick<GroupView, 'breakerIsOpen' | 'now'>): boolean {
  const { state, launch, isReleasing } = seen;
  if (!isInHook(state) || isReleasing) return false;
  if (!isLaunching(seen)) return !isReleased(seen);
  if (launch?.status === 'RUNNING') return false;
  if (launch !== undefined && hasFailed(launch) && isExplained(seen, breakerIsOpen, now)) return false;
  return !(isServed(seen) && (launch === undefined || launch.status === 'SUCCEEDED'));
}

/** A new root volume is waited for with the number, which the instance keeps; everything else is given back. */
function isReleased(seen: Sighting): boolean {
  if (seen.releaseStatus !== 'SUCCEEDED') return false;
  return isReplacingRootVolume(seen.state) ? seen.member?.phase === 'replacing' : !holdsSomething(seen);
}

/** One that goes back to the warm pool waits in the same state, for its release. */
function isLaunching({ state, member }: Sighting): boolean {
  return isInLaunchHook(state) && !(isOfWarmPool(state) && member !== undefined);
}

/** A hold explains it until it ends; a breaker, which keeps what has failed from being abandoned, for longer. */
function isExplained({ hold }: Sighting, breakerIsOpen: boolean, now: Date): boolean {
  if (breakerIsOpen) return true;
  return hold !== undefined && (hold.endsAt === undefined || Date.parse(hold.endsAt) > now.getTime());
}
