import type { Launch } from '../contracts/launch';
import type { GroupSettings } from '../contracts/settings';
import { isWaiting } from './lifecycle';

/** Whether a launch is ours to serve at all. */
export type Admission = { action: 'start'; reason: string } | { action: 'ignore'; reason: string };

export function admit(launch: Launch, settings: GroupSettings): Admission {
  if (launch.lifecycle !== null && launch.lifecycle.hookName !== settings.launchHook) {
    return {
      action: 'ignore',
      reason: `hook ${launch.lifecycle.hookName} is not ${settings.launchHook}: somebody else completes it`,
    };
  }
  const place = launch.destination === 'WarmPool' ? `the warm pool of ${launch.group}` : launch.group;
  return { action: 'start', reason: `${launch.instanceId} was launched into ${place}` };
}

/** An execution that has the name we wanted. */
export interface Earlier {
  readonly status: string;
  /** The lifecycle action that it serves; `null` if none, `undefined` if it is not known. */
  readonly token: string | null | undefined;
  readonly redrives: number;
  readonly redrivable: boolean;
  readonly stoppedAt?: Date;
  /** The error's name, of one that failed or was stopped. */
  readonly error?: string;
}

export type Repeat =
  | { action: 'ignore'; reason: string }
  /** Let it go on where it failed. */
  | { action: 'redrive'; reason: string }
  /** Serve it as a further launch of the same kind, under the next name. */
  | { action: 'next-attempt'; reason: string };

/**
 * What a launch means when an execution of its name exists: most often a message that was delivered twice. Only an
 * earlier one that is over, and an instance that waits again for *another* lifecycle action, make a new launch.
 * A failed one is left to its operator: redriving it keeps its history, its number and its finished builds.
 */
export function decideRepeat(launch: Launch, earlier: Earlier, lifecycleState: string | undefined): Repeat {
  if (isRunning(earlier)) return { action: 'ignore', reason: 'its execution is running' };
  if (waitsForOperator(earlier) && !beganAfter(launch, earlier)) return afterFailure(launch, earlier);
  const ended = endOf(earlier);
  if (launch.lifecycle === null) return { action: 'ignore', reason: ended };
  if (servesSameAction(launch.lifecycle, earlier)) {
    return { action: 'ignore', reason: `${ended} for this very lifecycle action` };
  }
  if (!isWaiting(lifecycleState)) {
    const state = lifecycleState ?? 'it has left the group';
    return { action: 'ignore', reason: `${ended}, and the instance does not wait (${state})` };
  }
  return { action: 'next-attempt', reason: 'it waits again, for another lifecycle action' };
}

function waitsForOperator(earlier: Earlier): boolean {
  return earlier.status !== 'SUCCEEDED' && !wasLetGo(earlier);
}

/** Somebody has completed the failed one's action by hand since, and the instance has come to its launch hook again. */
function beganAfter({ lifecycle, startedBy }: Launch, { token, stoppedAt }: Earlier): boolean {
  if (startedBy !== 'lifecycle-event' || lifecycle?.since === undefined || stoppedAt === undefined) return false;
  return lifecycle.token !== token && Date.parse(lifecycle.since) > stoppedAt.getTime();
}

function endOf({ status, error }: Earlier): string {
  if (status === 'SUCCEEDED') return 'its execution has succeeded';
  return wasLetGo({ status, error }) ? 'its launch was let go of' : `its execution was ${status}`;
}

export function isRunning({ status }: Pick<Earlier, 'status'>): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** Stopped by a release, because the instance was leaving. If it waits again, it has come back (from a warm pool). */
export function wasLetGo({
  status,
  error,
}: Pick<Earlier, 'status'> & { readonly error?: string | undefined }): boolean {
  return status === 'ABORTED' && error === 'InstanceGone';
}

/**
 * Whether the action is the one that an execution has served. It may have been started without knowing the token; an
 * event from before its end can then be about nothing else.
 */
export function servesSameAction(
  action: { readonly token: string | null; readonly since?: string | undefined },
  { token, stoppedAt }: Earlier,
): boolean {
  if (action.token === null) return false;
  if (action.token === token) return true;
  return action.since !== undefined && stoppedAt !== undefined && Date.parse(action.since) < stoppedAt.getTime();
}

/**
 * Whether a failed launch can go on where it stands. One whose instance holds nothing for it any more (its ledger was lost,
 * or another launch came between) finds the same in every redrive: it can only begin anew.
 */
export function canGoOn({ redrivable, error }: { readonly redrivable: boolean; readonly error?: string | undefined }) {
  return redrivable && error !== 'InstanceGone';
}

function afterFailure({ startedBy }: Launch, { status, redrivable, error }: Earlier): Repeat {
  if (startedBy !== 'retry') {
    return { action: 'ignore', reason: `its execution is ${status}: redrive it to go on` };
  }
  return canGoOn({ redrivable, error })
    ? { action: 'redrive', reason: `it was ${status}` }
    : { action: 'next-attempt', reason: `it was ${status} and cannot be redriven` };
}
