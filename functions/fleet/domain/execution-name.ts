import { digits } from '../../shared/digits';
import { shorten } from '../../shared/shorten';
import type { Launch } from '../contracts/launch';
import type { Release } from '../contracts/release';

/**
 * What an execution is for: one way of an instance through a hook, or one kind of release of it. An instance can go the
 * same way any number of times (in and out of a warm pool); each time is an attempt, with an execution of its own.
 */
export interface Errand {
  readonly group: string;
  readonly instanceId: string;
  /** `EC2-AutoScalingGroup`, `release-scale-in`. */
  readonly way: string;
}

export function launchErrand({
  group,
  instanceId,
  origin,
  destination,
}: Pick<Launch, 'group' | 'instanceId' | 'origin' | 'destination'>): Errand {
  return { group, instanceId, way: `${origin}-${destination}` };
}

export function releaseErrand({ group, instanceId, reason }: Pick<Release, 'group' | 'instanceId' | 'reason'>): Errand {
  return { group, instanceId, way: `release-${reason}` };
}

/** What stands in the place of a way for a member that no launch has made one: there is no execution of that name. */
export const adoptedWay = 'adopted';

// StartExecution takes 80 characters; CloudWatch logging wants no others than these in a name.
const maxLength = 80;
const illegal = /[^0-9A-Za-z-_]/g;
// `AutoScalingGroup-AutoScalingGroup` has 33. What is left for the group takes its hash: 80 - 37 - 21 - 13 = 9.
const longestWay = 37;

/**
 * The name of the first execution of an errand: `web_i-0abc_EC2-AutoScalingGroup`. A message with the lifecycle
 * action's token and one without it give the same name, so Step Functions itself refuses the second.
 *
 * A group name that does not fit, or has other characters, is shortened and ends in a hash of the whole.
 */
export function firstName(errand: Errand): string {
  return named(errand, '');
}

/**
 * The name of an attempt that follows another: `web_i-0abc_EC2-AutoScalingGroup_048392017561`, by the lifecycle action
 * that it serves; where that is not known, or has an execution (which is tried anew), by its predecessor. So names never
 * run out, and the number of earlier attempts, which Step Functions forgets, does not matter.
 *
 * Digits, since version 0.1.0 reads what stands there as a number: a rollback still knows whose execution it is.
 *
 * @param after name of the last execution that there has been.
 * @param token of the lifecycle action.
 */
export function furtherName(errand: Errand, after: string, token: string | null): string {
  const byAction = token === null ? after : named(errand, `_${digits(`action ${token}`)}`);
  return byAction === after ? named(errand, `_${digits(`after ${after}`)}`) : byAction;
}

/** The names that version 0.1.0 gave: `…_2` was the second attempt. It gave 50 at most. */
export function numberedName(errand: Errand, attempt: number): string {
  return named(errand, attempt === 1 ? '' : `_${attempt}`);
}
export const mostNumbered = 50;

/** The name of the first execution that serves a launch. */
export function executionName(launch: Pick<Launch, 'group' | 'instanceId' | 'origin' | 'destination'>): string {
  return firstName(launchErrand(launch));
}

/** The name of the first execution that releases an instance: `web_i-0abc_release-scale-in`. */
export function releaseName(release: Release): string {
  return firstName(releaseErrand(release));
}

const parts = /_(?<instance>i-[0-9a-f]+)_(?<way>[^_]+)(?:_\d+)?$/;

/** Whose execution it is; `undefined`: it has none of our names. */
export function instanceIn(name: string): string | undefined {
  return parts.exec(name)?.groups?.instance;
}

/** Whether two executions of one group, by their names or ARNs, are attempts at the same errand. */
export function isSameErrand(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => parts.exec(name)?.groups);
  if (first === undefined || second === undefined) return one === other;
  return first.instance === second.instance && first.way === second.way;
}

function named({ group, instanceId, way }: Errand, suffix: string): string {
  const rest = `_${instanceId}_${shorten(way, longestWay, illegal)}`;
  return `${shorten(group, maxLength - rest.length - suffix.length, illegal)}${rest}${suffix}`;
}
