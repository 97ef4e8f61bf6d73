import type { Launch } from '../contracts/inputs';
import { explainServiceError } from '../../shared/lambda/service-errors';
import type { LaunchExecution } from './launch-execution';
import { type Hold, type Member, type Notification, isBeingReleased } from '../ledger/port';
import { recordIn } from '../../shared/schema';
import * as z from '../../shared/schema';
import { isAtRestInPool, isLeaving, isThroughHooks, mayBeInLaunchHook } from './lifecycle';
import { wasStoppedForRelease } from './redrive-or-new-attempt';

const minuteMs = 60_000;

/**
 * How long a run that has leased a message may take to send it. A function runs for a minute at most: after five
 * minutes no such run is still alive.
 */
const takeOverMs = 5 * minuteMs;

/** The time that an abandonment needs before the hook's own limit, to drain and to complete the action. */
export const hookMarginMs = 2 * minuteMs;

export type NotificationDecision =
  | { readonly action: 'send'; readonly mayBeRepeated: boolean; readonly reason: string }
  | { readonly action: 'leave'; readonly reason: string };

/** Whether a message is to be sent now. */
export function decideNotification(report: Notification | undefined, now: Date): NotificationDecision {
  if (report === undefined || report.state === 'unsent') {
    return { action: 'send', mayBeRepeated: false, reason: 'its message is not sent yet' };
  }
  if (report.state === 'sent') return { action: 'leave', reason: `it was reported at ${report.at}` };
  if (report.state === 'unsure') {
    return {
      action: 'send',
      mayBeRepeated: true,
      reason: `it is not known whether its message was sent at ${report.at}`,
    };
  }
  return now.getTime() - Date.parse(report.at) < takeOverMs
    ? { action: 'leave', reason: `its message is being sent since ${report.at}` }
    : { action: 'send', mayBeRepeated: true, reason: `the run that was to send its message at ${report.at} has not` };
}

/** Whether the hold is about this failure: the last one of this execution. */
export function isAbout(hold: Hold | undefined, { arn, redrives }: LaunchExecution): hold is Hold {
  return hold !== undefined && hold.execution === arn && hold.redrive === redrives;
}

/** Whether nothing is left to do about a failure: it is on hold, and its message is sent, or is being sent. */
export function isKnownFailure(hold: Hold | undefined, launch: LaunchExecution, now: Date): boolean {
  return isAbout(hold, launch) && decideNotification(hold.report, now).action === 'leave';
}

/** The end of a hold that should end at `endsAt`: early enough before the hook's own limit for a release. */
export function limitHold(endsAt: Date, hookEndsAt: string | undefined): Date {
  if (hookEndsAt === undefined) return endsAt;
  return new Date(Math.min(endsAt.getTime(), Date.parse(hookEndsAt) - hookMarginMs));
}

/** What was read about a failed launch. */
export interface FailedLaunch {
  readonly execution: LaunchExecution;
  /** Auto Scaling's lifecycle state; `undefined`: the group does not have the instance. */
  readonly state: string | undefined;
  readonly member: Member | undefined;
  readonly hold: Hold | undefined;
  /** The member's execution, if it is another one; Step Functions may have forgotten it. */
  readonly other: LaunchExecution | undefined;
}

export type FailureDecision =
  { readonly action: 'hold'; readonly reason: string } | { readonly action: 'none'; readonly reason: string };

/** Whether there is anything to hold: this launch still has to bring the instance into service. */
export function decideFailure(seen: FailedLaunch): FailureDecision {
  const { execution, state, member, hold, other } = seen;
  const nothing = (why: string) => ({ action: 'none', reason: `nothing to hold: ${why}` }) as const;
  if (wasStoppedForRelease(execution)) {
    return nothing('the launch was stopped because its instance is being released');
  }
  if (state === undefined) return nothing('the instance has left its group');
  if (isLeaving(state)) return nothing(`the instance is leaving its group (${state})`);
  // All its steps succeeded except the last one, whose effect happened nevertheless. A failure that is already on hold
  // is still reported.
  const isInPool = execution.error === 'LifecycleExpired' && isAtRestInPool(state);
  if (isInPool && !isAbout(hold, execution)) return nothing(`the instance is in the warm pool (${state})`);
  const end = member && endOf(member, state, execution.arn);
  if (end !== undefined) return nothing(`${member?.name ?? ''} ${end}`);
  if (other !== undefined && other.startedAt > execution.startedAt) return nothing(`${other.name} has come after it`);
  if (hold !== undefined && isLater(hold, execution)) return nothing('a later failure is on hold');
  return { action: 'hold', reason: `its launch is ${execution.status}` };
}

/** Where a member stands without its launch; `undefined`: the launch still has to bring it into service. */
function endOf(member: Member, state: string, launchArn: string): string | undefined {
  const { phase, execution } = member;
  if (isBeingReleased(member)) return 'is being released';
  if (phase === 'in-service') return 'is in service';
  if (phase === 'completing' && isThroughHooks(state)) return 'went into service nevertheless';
  if (phase === 'replacing' && execution === launchArn) return 'gets a new root volume, and is launched once more';
  return undefined;
}

/** Whether a success leaves nothing to hold: yes, unless a later launch has failed since then. */
export function clearsHold(hold: Hold, succeeded: LaunchExecution): boolean {
  return !isLater(hold, succeeded);
}

// The report about an execution can arrive after the report about its successor.
function isLater(hold: Hold, { arn, redrives, stoppedAt }: LaunchExecution): boolean {
  if (hold.execution === arn) return hold.redrive > redrives;
  return stoppedAt !== undefined && Date.parse(hold.failedAt) > stoppedAt.getTime();
}

/**
 * Whether a lifecycle action of ours waits for the launch. `Pending` can be an answer that is a moment old; after these
 * states the action is completed, or has timed out.
 */
export function mayAwaitLaunch({ lifecycle }: Launch, state: string | undefined): boolean {
  return lifecycle !== null && mayBeInLaunchHook(state);
}

/** When the hook ends in any case. @param globalSeconds its global limit; `undefined`: the hook is missing. */
export function hookEnd(
  { startedAt }: LaunchExecution,
  { lifecycle }: Launch,
  globalSeconds: number | undefined,
): string | undefined {
  if (globalSeconds === undefined) return undefined;
  const since = lifecycle?.since === undefined ? startedAt.getTime() : Date.parse(lifecycle.since);
  return new Date(since + globalSeconds * 1000).toISOString();
}

/** What failed, and how. */
export interface Failure {
  readonly state: string;
  readonly error: string;
  readonly reason: string;
}

export interface Terms {
  readonly holdMinutes: number;
  /** Whether a lifecycle action waits; without one the hold has no end. */
  readonly waits: boolean;
  readonly hookEndsAt: string | undefined;
  /** When it is held. */
  readonly now: Date;
}

/** The hold for a failure that is not on record yet. Its revision is the stored one; saving increases it. */
export function holdOf(seen: FailedLaunch, launch: Launch, failure: Failure, terms: Terms): Hold {
  const { execution, member, hold } = seen;
  const { now } = terms;
  const failedAt = execution.stoppedAt ?? now;
  const wanted = new Date(failedAt.getTime() + terms.holdMinutes * minuteMs);
  return {
    group: launch.group,
    instanceId: launch.instanceId,
    revision: hold?.revision ?? 0,
    ...(member !== undefined && { name: member.name }),
    execution: execution.arn,
    redrive: execution.redrives,
    ...failure,
    failedAt: failedAt.toISOString(),
    ...(terms.waits && { endsAt: limitHold(wanted, terms.hookEndsAt).toISOString() }),
    ...(terms.waits && terms.hookEndsAt !== undefined && { hookEndsAt: terms.hookEndsAt }),
    report: { state: 'unsent', at: now.toISOString() },
  };
}

/** The name and the message of the error, for a failed execution. */
export function errorOf({ status, error, cause }: LaunchExecution): Pick<Failure, 'error' | 'reason'> {
  const said = saidBy(cause) ?? withoutCause(status);
  const explained = status === 'FAILED' ? explainServiceError(error ?? '') : undefined;
  return {
    error: error ?? status,
    reason: explained === undefined ? said : `${said}\n${explained.means}: ${explained.todo}`,
  };
}

/** The cause in words: Lambda reports an error as JSON; any other cause is text. */
export function saidBy(cause: string | undefined): string | undefined {
  if (cause === undefined || cause.trim() === '') return undefined;
  return recordIn(lambdaCause, cause)?.errorMessage ?? cause;
}

const lambdaCause = z.object({ errorMessage: z.string().check(z.minLength(1)) });

function withoutCause(status: string): string {
  switch (status) {
    case 'ABORTED':
      return 'the execution was stopped, and no cause was given';
    case 'TIMED_OUT':
      return 'the execution took longer than its state machine allows';
    default:
      return 'the execution does not say why';
  }
}
