import type { Release, ReleaseReason } from '../contracts/inputs';
import type { Member } from '../ledger/port';
import { isThroughHooks } from './lifecycle';
import { isRunning, servesSameAction, type EarlierExecution, type RepeatDecision } from './redrive-or-new-attempt';

/** What else is known of a release that is asked for. */
export interface ReleaseRequest {
  readonly now: Date;
  /** When the lifecycle action began, if an event tells of it (ISO 8601). */
  readonly since?: string | undefined;
}

/**
 * What it means that there has been a release of the instance for the same reason. One that failed continues, but not at
 * once: the cause of its failure most often still exists. One that succeeded and is requested again is requested because
 * something is still held: its ledger may have been restored while it ran, and then it has removed nothing. Only an
 * event of an action that it has served, or a look from before its end, has nothing new to say.
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
 * How long after the end of a launch is on record one of its steps, or one that acts for it, may still be under way, in
 * milliseconds: a function runs for a minute at most, and ten seconds are for clocks that differ.
 */
export const lastStepsMs = 70_000;

export type TakeOver =
  /** From now on no step of its launch may begin: that is put on record, and then waited for those that have begun. */
  | { readonly action: 'end-launch'; readonly reason: string }
  /** No step of its launch uses it any more: it can be removed. */
  | { readonly action: 'take'; readonly reason: string }
  | { readonly action: 'wait'; readonly reason: string }
  /** There is nothing to take back, as things stand now. */
  | { readonly action: 'leave'; readonly reason: string };

/**
 * Whether what an instance holds can be taken back now. A step of its launch that is under way could still write its
 * name or register its target after they were removed, or put it in service without them. That the launch was stopped
 * does not end this: a person may redrive it at the console at any moment. So first it is put on record that no step may
 * begin any more, and what has begun before that is waited for. A launch that was to be abandoned may have come to its
 * good end by then.
 *
 * @param state Auto Scaling's lifecycle state, if the release is an abandonment; `undefined`: the group does not have it.
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

/** Whether steps of a launch can still be at work; `undefined`: none can. @param name whose launch. */
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
 * Whether a later launch of the instance has taken over what it held before the release did: it has come back since the
 * release was asked for. To abandon it means its launches, whichever.
 */
export function isOfLaterLaunch(
  { phase, execution }: Pick<Member, 'phase' | 'execution'>,
  { reason, launches }: { readonly reason: ReleaseReason; readonly launches?: readonly string[] | undefined },
): boolean {
  if (launches === undefined || reason === 'abandoned' || phase === 'releasing') return false;
  return !launches.includes(execution);
}

/** Whether a release has taken the instance over: until then, and if it never does, it takes nothing back. */
export function mayTakeBack({ phase }: Pick<Member, 'phase'>, reason: ReleaseReason): boolean {
  return phase === 'releasing' || reason === 'root-volume';
}

/** Whether a release takes back number and name: with a new root volume an instance keeps both. */
export function isGivenUpBy(member: Pick<Member, 'phase'> | undefined, reason: ReleaseReason): boolean {
  return reason !== 'root-volume' && (member === undefined || mayTakeBack(member, reason));
}

/** Whether nothing that was read before its end can still be acted on. */
function isLongOver({ stoppedAt }: EarlierExecution, now: Date): boolean {
  return stoppedAt !== undefined && now.getTime() - stoppedAt.getTime() > lastStepsMs;
}

const firstDelayMs = 10 * 60_000;
const longestDelayMs = 4 * 3_600_000;

function redriveDueAt({ stoppedAt, redrives }: EarlierExecution): Date {
  const delayMs = Math.min(firstDelayMs * 2 ** redrives, longestDelayMs);
  return new Date((stoppedAt?.getTime() ?? 0) + delayMs);
}
