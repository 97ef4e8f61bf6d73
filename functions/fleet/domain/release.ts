import type { Termination } from '../contracts/events';
import type { Release } from '../contracts/release';
import type { GroupSettings } from '../contracts/settings';
import type { Admission, Earlier, Repeat } from './start';

/** Whether a terminate lifecycle action is ours to serve. */
export function admitTermination(termination: Termination, settings: GroupSettings | undefined): Admission {
  const { group, instanceId, lifecycle } = termination;
  if (settings === undefined) return { action: 'ignore', reason: `group ${group} has no settings` };
  if (lifecycle.hookName !== settings.terminateHook) {
    return {
      action: 'ignore',
      reason: `hook ${lifecycle.hookName} is not ${settings.terminateHook}: somebody else completes it`,
    };
  }
  return { action: 'start', reason: `${instanceId} leaves ${group}` };
}

/**
 * What a termination means when there has been a release of the instance. Only an instance that went back to a warm
 * pool comes to leave its group again, and then another action waits.
 */
export function decideReleaseRepeat({ lifecycle }: Release, earlier: Earlier): Repeat {
  if (earlier.status === 'RUNNING' || earlier.status === 'PENDING_REDRIVE') {
    return { action: 'ignore', reason: 'its release is running' };
  }
  if (earlier.token === lifecycle?.token) return { action: 'ignore', reason: `its release is ${earlier.status}` };
  return { action: 'next-attempt', reason: 'it leaves again, and another lifecycle action waits' };
}
