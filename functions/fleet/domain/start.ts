import type { Launch } from '../contracts/launch';
import type { GroupSettings } from '../contracts/settings';

/** Whether a launch is ours to serve at all. */
export type Admission = { action: 'start'; reason: string } | { action: 'ignore'; reason: string };

export function admit(launch: Launch, settings: GroupSettings): Admission {
  if (launch.lifecycle !== null && launch.lifecycle.hookName !== settings.launchHook) {
    return {
      action: 'ignore',
      reason: `hook ${launch.lifecycle.hookName} is not ${settings.launchHook}: somebody else completes it`,
    };
  }
  if (launch.destination === 'WarmPool') {
    return { action: 'ignore', reason: `${launch.instanceId} enters a warm pool: it has no place in service yet` };
  }
  return { action: 'start', reason: `${launch.instanceId} was launched into ${launch.group}` };
}

/** An execution that has the name we wanted. */
export interface Earlier {
  readonly status: string;
  /** The lifecycle action that it serves; `null` if none, `undefined` if its input cannot be read any more. */
  readonly token: string | null | undefined;
}

export type Repeat =
  | { action: 'ignore'; reason: string }
  /** Serve it as a further launch of the same kind, under the next name. */
  | { action: 'next-attempt'; reason: string };

/**
 * What a launch means when an execution of its name exists: most often a message that was delivered twice. Only an
 * earlier one that ended well, and an instance that waits again for *another* lifecycle action, make a new launch.
 * A failed one is left to its operator: redriving it keeps its history, its number and its finished builds.
 */
export function decideRepeat(launch: Launch, earlier: Earlier, lifecycleState: string | undefined): Repeat {
  if (earlier.status === 'RUNNING' || earlier.status === 'PENDING_REDRIVE') {
    return { action: 'ignore', reason: 'its execution is running' };
  }
  if (earlier.status !== 'SUCCEEDED') {
    return { action: 'ignore', reason: `its execution is ${earlier.status}: redrive it to go on` };
  }
  if (launch.lifecycle === null) return { action: 'ignore', reason: 'its execution has succeeded' };
  if (earlier.token === launch.lifecycle.token) {
    return { action: 'ignore', reason: 'its execution has succeeded for this very lifecycle action' };
  }
  if (lifecycleState !== 'Pending:Wait') {
    return {
      action: 'ignore',
      reason: `its execution has succeeded, and the instance does not wait (${lifecycleState ?? 'it has left the group'})`,
    };
  }
  return { action: 'next-attempt', reason: 'it waits again, for another lifecycle action' };
}
