import type { StepErrorName } from '../contracts/errors';
import type { Launch, Release } from '../contracts/inputs';
import { isInLaunchHook } from './lifecycle';
import { digits, shorten } from '../../shared/names-and-urls';

/** An execution that already has the wanted name. */
export interface EarlierExecution {
  readonly status: string;
  /** The lifecycle action that it serves; `null` if none, `undefined` if it is not known. */
  readonly token: string | null | undefined;
  readonly redrives: number;
  readonly redrivable: boolean;
  readonly stoppedAt?: Date;
  /** The error's name, if the execution failed or was stopped. */
  readonly error?: string;
}

export type RepeatDecision =
  | { action: 'ignore'; reason: string }
  /** Redrive it, from the state that failed. */
  | { action: 'redrive'; reason: string }
  /** Serve it as another launch of the same kind, under the next name. */
  | { action: 'next-attempt'; reason: string };

/**
 * What to do about a launch if an execution of its name exists. Usually the message was delivered twice. Only if an
 * earlier execution is over, and the instance waits again for *another* lifecycle action, there is a new launch. A
 * failed execution is left to its operator: a redrive keeps its history, its number and its finished builds.
 */
export function decideRepeat(
  launch: Launch,
  earlier: EarlierExecution,
  lifecycleState: string | undefined,
): RepeatDecision {
  if (isRunning(earlier)) return { action: 'ignore', reason: 'its execution is running' };
  if (waitsForOperator(earlier) && !beganAfter(launch, earlier)) return afterFailure(launch, earlier);
  const ended = endOf(earlier);
  if (launch.lifecycle === null) return { action: 'ignore', reason: ended };
  if (servesSameAction(launch.lifecycle, earlier)) {
    return { action: 'ignore', reason: `${ended} for this very lifecycle action` };
  }
  if (!isInLaunchHook(lifecycleState)) {
    const state = lifecycleState ?? 'it has left the group';
    return { action: 'ignore', reason: `${ended}, and the instance does not wait (${state})` };
  }
  return { action: 'next-attempt', reason: 'it waits again, for another lifecycle action' };
}

function waitsForOperator(earlier: EarlierExecution): boolean {
  return earlier.status !== 'SUCCEEDED' && !wasStoppedForRelease(earlier);
}

/** An operator completed the failed launch's action since then, and the instance has come to its launch hook again. */
function beganAfter({ lifecycle, startedBy }: Launch, { token, stoppedAt }: EarlierExecution): boolean {
  if (startedBy !== 'lifecycle-event' || lifecycle?.since === undefined || stoppedAt === undefined) return false;
  return lifecycle.token !== token && Date.parse(lifecycle.since) > stoppedAt.getTime();
}

function endOf({ status, error }: EarlierExecution): string {
  if (status === 'SUCCEEDED') return 'its execution has succeeded';
  return wasStoppedForRelease({ status, error })
    ? 'its launch was stopped for a release'
    : `its execution was ${status}`;
}

export function isRunning({ status }: Pick<EarlierExecution, 'status'>): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** A release stopped it, because the instance was leaving. If it waits again, it has returned (from a warm pool). */
export function wasStoppedForRelease({
  status,
  error,
}: Pick<EarlierExecution, 'status'> & { readonly error?: string | undefined }): boolean {
  return status === 'ABORTED' && error === 'InstanceGone';
}

/**
 * Whether the execution has served this action. It may have been started without the token; an event from before its
 * end can then only be about the same action.
 */
export function servesSameAction(
  action: { readonly token: string | null; readonly since?: string | undefined },
  { token, stoppedAt }: EarlierExecution,
): boolean {
  if (action.token === null) return false;
  if (action.token === token) return true;
  return action.since !== undefined && stoppedAt !== undefined && Date.parse(action.since) < stoppedAt.getTime();
}

/** Errors that every redrive repeats, because the state that failed cannot provide what is missing. */
const obstacles = new Map<string | undefined, string>([
  ['InstanceGone', 'the instance holds nothing for it any more'],
  ['RecordIncomplete', 'the state that failed does not record what is missing'],
] satisfies [StepErrorName, string][]);

/** Why a launch that failed with this error cannot be redriven; `undefined`: it can. */
export function obstacleOf(error: string | undefined): string | undefined {
  return obstacles.get(error);
}

/**
 * Whether a failed launch can continue at its failed state. It must start again if its instance no longer holds
 * anything for it (the ledger was lost, or another launch came between), or if the ledger lacks what an earlier state
 * records.
 */
export function canGoOn({ redrivable, error }: { readonly redrivable: boolean; readonly error?: string | undefined }) {
  return redrivable && obstacleOf(error) === undefined;
}

/** The state of the launch workflow that gives an instance its number: the first one. */
export const numberingState = 'Claim index';

/**
 * Whether a failed launch had a number and has lost it with its ledger: every state after the first one finds that out,
 * so the launch must start again.
 */
export function isForgotten(failed: {
  readonly hasMember: boolean;
  /** The state that failed. */
  readonly state: string | undefined;
  readonly destination: string | undefined;
}): boolean {
  const { hasMember, state, destination } = failed;
  return !hasMember && destination !== 'WarmPool' && state !== undefined && state !== numberingState;
}

function afterFailure({ startedBy }: Launch, { status, redrivable, error }: EarlierExecution): RepeatDecision {
  if (startedBy !== 'retry') {
    return { action: 'ignore', reason: `its execution is ${status}: redrive it to continue` };
  }
  return canGoOn({ redrivable, error })
    ? { action: 'redrive', reason: `it was ${status}` }
    : { action: 'next-attempt', reason: `it was ${status} and cannot be redriven` };
}

/**
 * The purpose of an execution: one way of an instance through a hook, or one kind of release. An instance can go the
 * same way many times (in and out of a warm pool); each time is an attempt, with its own execution.
 */
export interface ExecutionPurpose {
  readonly group: string;
  readonly instanceId: string;
  /** `EC2-AutoScalingGroup`, `release-scale-in`. */
  readonly way: string;
}

export function launchPurpose({
  group,
  instanceId,
  origin,
  destination,
}: Pick<Launch, 'group' | 'instanceId' | 'origin' | 'destination'>): ExecutionPurpose {
  return { group, instanceId, way: `${origin}-${destination}` };
}

export function releasePurpose({
  group,
  instanceId,
  reason,
}: Pick<Release, 'group' | 'instanceId' | 'reason'>): ExecutionPurpose {
  return { group, instanceId, way: `release-${reason}` };
}

/** The way of a member that no launch has created: no execution has that name. */
export const adoptedWay = 'adopted';

// StartExecution allows 80 characters; CloudWatch logging wants no other characters than these in a name.
const maxLength = 80;
const illegal = /[^0-9A-Za-z-_]/g;
// `AutoScalingGroup-AutoScalingGroup` has 33. The rest is for the group and its hash: 80 - 37 - 21 - 13 = 9.
const longestWay = 37;

/**
 * The name of the first execution of a purpose: `web_i-0abc_EC2-AutoScalingGroup`. A message with the lifecycle
 * action's token and one without it give the same name, so Step Functions itself refuses the second.
 *
 * A group name that does not fit, or has other characters, is shortened and ends in a hash of the full name.
 */
export function firstName(purpose: ExecutionPurpose): string {
  return named(purpose, '');
}

/**
 * The name of an attempt that follows another one: `web_i-0abc_EC2-AutoScalingGroup_048392017561`, computed from the
 * lifecycle action that it serves; if that is not known, or has an execution (which is tried again), from its
 * predecessor. So names never run out, and the number of earlier attempts, which Step Functions forgets, does not
 * matter.
 *
 * Only digits, because version 0.1.0 reads this part as a number: after a rollback it still knows whose execution it
 * is.
 *
 * @param after name of the last execution so far.
 * @param token of the lifecycle action.
 */
export function furtherName(purpose: ExecutionPurpose, after: string, token: string | null): string {
  const byAction = token === null ? after : named(purpose, `_${digits(`action ${token}`)}`);
  return byAction === after ? named(purpose, `_${digits(`after ${after}`)}`) : byAction;
}

/** The names that version 0.1.0 gave: `…_2` was the second attempt. It gave at most 50. */
export function numberedName(purpose: ExecutionPurpose, attempt: number): string {
  return named(purpose, attempt === 1 ? '' : `_${attempt}`);
}
export const mostNumbered = 50;

/** The name of the first execution that serves a launch. */
export function executionName(launch: Pick<Launch, 'group' | 'instanceId' | 'origin' | 'destination'>): string {
  return firstName(launchPurpose(launch));
}

/** The name of the first execution that releases an instance: `web_i-0abc_release-scale-in`. */
export function releaseName(release: Release): string {
  return firstName(releasePurpose(release));
}

const parts = /_(?<instance>i-[0-9a-f]+)_(?<way>[^_]+)(?:_\d+)?$/;

/** The purpose of an execution; `undefined`: it has none of our names. */
export function instanceIn(name: string): string | undefined {
  return parts.exec(name)?.groups?.instance;
}

/** Whether two executions of one group, by their names or ARNs, are attempts at the same purpose. */
export function isSamePurpose(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => parts.exec(name)?.groups);
  if (first === undefined || second === undefined) return one === other;
  return first.instance === second.instance && first.way === second.way;
}

function named({ group, instanceId, way }: ExecutionPurpose, suffix: string): string {
  const rest = `_${instanceId}_${shorten(way, longestWay, illegal)}`;
  return `${shorten(group, maxLength - rest.length - suffix.length, illegal)}${rest}${suffix}`;
}
