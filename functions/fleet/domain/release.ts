import type { Release, ReleaseReason } from '../contracts/inputs';
import type { Member } from '../ledger/port';
import { isThroughHooks } from './lifecycle';
import { isRunning, servesSameAction, type EarlierExecution, type RepeatDecision } from './redrive-or-new-attempt';

/** What else is known about a requested release. */
export interface ReleaseRequest {
  readonly now: Date;
  /** When the lifecycle action began, if an event has it (ISO 8601). */
  readonly since?: string | undefined;
}

/**
 * What to do if the instance has had a release for the same reason. A failed release continues, but not at once: the
 * cause of its failure usually still exists. If a successful one is requested again, something is still held: its
 * ledger may have been restored while it ran, and then it removed nothing. There is nothing to do only for an event of
 * an action that it has served, or a read from before its end.
 */
export function decideReleaseRepeat(
  { lifecycle }: Release,
  earlier: EarlierExecution,
  { now, since }: ReleaseRequest,
): RepeatDecision {
  if (isRunning(earlier)) return { action: 'ignore', reason: 'its release is running' };
  const action = { token: lifecycle?.token ?? null, since };
  if (earlier.status === 'SUCCEEDED') {
    return servesSameAction(action, earlier) && (since !== undefined || !isLongOver(earlier, now))
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

/**
 * How long after the recorded end of a launch one of its steps, or a step that acts for it, may still run, in
 * milliseconds: a function runs for at most a minute, plus ten seconds for clocks that differ.
 */
export const lastStepsMs = 70_000;

export type TakeOver =
  /**
   * From now on no step of its launch may begin. The release records that, and waits for the steps that have begun.
   */
  | { readonly action: 'end-launch'; readonly reason: string }
  /** No step of its launch uses the instance any more: its resources can be removed. */
  | { readonly action: 'take'; readonly reason: string }
  | { readonly action: 'wait'; readonly reason: string }
  /** There is nothing to release at present. */
  | { readonly action: 'leave'; readonly reason: string };

/**
 * Whether the release may remove now what the instance holds. A running step of its launch could still write the name
 * or register the target after they were removed, or put the instance in service without them. Stopping the launch does
 * not prevent that: an operator may redrive it in the console at any time. So the release first records that no step
 * may begin any more, and waits for the steps that have begun. A launch that was to be abandoned may have succeeded by
 * then.
 *
 * @param state Auto Scaling's lifecycle state, if the release is an abandonment; `undefined`: the group does not have
 * it.
 */
export function decideTakeOver(
  member: Pick<Member, 'phase' | 'name' | 'inServiceAt' | 'endingSince'>,
  reason: ReleaseReason,
  { now, state }: { readonly now: Date; readonly state: string | undefined },
): TakeOver {
  const { phase, name, inServiceAt } = member;
  if (phase === 'releasing') return { action: 'take', reason: `${name} is being released` };
  if (reason === 'abandoned' && (phase === 'in-service' || isThroughHooks(state))) {
    return { action: 'leave', reason: `${name} has gone into service in the meantime (${state ?? 'gone since'})` };
  }
  const isNew = inServiceAt !== undefined && now.getTime() - Date.parse(inServiceAt) < lastStepsMs;
  if (phase === 'launching' || phase === 'completing' || isNew) {
    const ending = decideLastSteps(name, member, now);
    if (ending !== undefined) return ending;
  }
  return { action: 'take', reason: `${name} is given up` };
}

/** Whether steps of a launch can still run; `undefined`: none can. @param name the member's name. */
export function decideLastSteps(
  name: string,
  { endingSince }: Pick<Member, 'endingSince'>,
  now: Date,
): Extract<TakeOver, { action: 'end-launch' | 'wait' }> | undefined {
  const leftMs = lastStepsMs - (endingSince === undefined ? 0 : now.getTime() - Date.parse(endingSince));
  if (leftMs <= 0) return undefined;
  return {
    action: endingSince === undefined ? 'end-launch' : 'wait',
    reason: `the launch of ${name} has only just ended: for ${Math.ceil(leftMs / 1000)} s a step of it may still be at work`,
  };
}

/**
 * Whether a later launch of the instance took over what it held before the release did: the instance has returned since
 * the release was requested. An abandonment applies to all its launches.
 */
export function isOfLaterLaunch(
  { phase, execution }: Pick<Member, 'phase' | 'execution'>,
  { reason, launches }: { readonly reason: ReleaseReason; readonly launches?: readonly string[] | undefined },
): boolean {
  if (launches === undefined || reason === 'abandoned' || phase === 'releasing') return false;
  return !launches.includes(execution);
}

/** Whether a release has taken the instance over. Before that, it removes nothing. */
export function mayTakeBack({ phase }: Pick<Member, 'phase'>, reason: ReleaseReason): boolean {
  return phase === 'releasing' || reason === 'root-volume';
}

/** Whether a release frees number and name: with a new root volume an instance keeps both. */
export function isGivenUpBy(member: Pick<Member, 'phase'> | undefined, reason: ReleaseReason): boolean {
  return reason !== 'root-volume' && (member === undefined || mayTakeBack(member, reason));
}

/** Whether no read from before its end can still cause an action. */
function isLongOver({ stoppedAt }: EarlierExecution, now: Date): boolean {
  return stoppedAt !== undefined && now.getTime() - stoppedAt.getTime() > lastStepsMs;
}

const firstDelayMs = 10 * 60_000;
const longestDelayMs = 4 * 3_600_000;

function redriveDueAt({ stoppedAt, redrives }: EarlierExecution): Date {
  const delayMs = Math.min(firstDelayMs * 2 ** redrives, longestDelayMs);
  return new Date((stoppedAt?.getTime() ?? 0) + delayMs);
}
