import type { Termination } from '../contracts/events';
import type { Release } from '../contracts/release';
import type { GroupSettings } from '../contracts/settings';
import { isRunning, servesSameAction, type Admission, type Earlier, type Repeat } from './start';

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

/** What else is known of a release that is asked for. */
export interface Asked {
  readonly now: Date;
  /** When the lifecycle action began, if an event tells of it (ISO 8601). */
  readonly since?: string | undefined;
}

/**
 * What it means that there has been a release of the instance for the same reason. One that failed goes on, but not at
 * once: what it failed of is most often still there. One that ended well and is asked for again, without an action that
 * it has served already, is asked for because something is still held.
 */
export function decideReleaseRepeat({ lifecycle }: Release, earlier: Earlier, { now, since }: Asked): Repeat {
  if (isRunning(earlier)) return { action: 'ignore', reason: 'its release is running' };
  const action = { token: lifecycle?.token ?? null, since };
  if (earlier.status === 'SUCCEEDED') {
    return servesSameAction(action, earlier)
      ? { action: 'ignore', reason: 'its release is SUCCEEDED' }
      : { action: 'next-attempt', reason: 'it leaves again, or something of it is left' };
  }
  const isOther = action.token !== null && !servesSameAction(action, earlier) && typeof earlier.token === 'string';
  if (!earlier.redrivable || isOther) return { action: 'next-attempt', reason: `its release was ${earlier.status}` };
  const dueAt = redriveDueAt(earlier);
  return dueAt.getTime() > now.getTime()
    ? { action: 'ignore', reason: `its release is ${earlier.status}; it is tried again at ${dueAt.toISOString()}` }
    : { action: 'redrive', reason: `its release was ${earlier.status}` };
}

const firstDelayMs = 10 * 60_000;
const longestDelayMs = 4 * 3_600_000;

function redriveDueAt({ stoppedAt, redrives }: Earlier): Date {
  const delayMs = Math.min(firstDelayMs * 2 ** redrives, longestDelayMs);
  return new Date((stoppedAt?.getTime() ?? 0) + delayMs);
}
