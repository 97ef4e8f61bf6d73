import { ipv6In } from '../../shared/names-and-urls';
import type { Member } from '../ledger/port';
import { isThroughHooks } from './lifecycle';

/** One target that is registered, or was about to be. */
export interface RecordedTarget {
  readonly targetGroup: string;
  readonly id: string;
}

type TargetHolder = Pick<Member, 'instanceId' | 'targetGroups' | 'targets'>;

/** As the member has it on record. */
export function targetEntry({ targetGroup, id }: RecordedTarget): string {
  return `${targetGroup} ${id}`;
}

/**
 * The ids under which the instance is on record as a target of the group. Every registered target is deregistered, even
 * if settings or addresses have changed since then.
 */
export function idsIn({ instanceId, targets = [] }: TargetHolder, targetGroup: string): readonly string[] {
  const start = targetEntry({ targetGroup, id: '' });
  const ids = targets.filter((entry) => entry.startsWith(start)).map((entry) => entry.slice(start.length));
  return ids.length === 0 ? [instanceId] : ids;
}

/** The id with which it was registered last. */
export function idIn(member: TargetHolder, targetGroup: string): string {
  return idsIn(member, targetGroup).at(-1) ?? member.instanceId;
}

/** Whether ELB means the same target: IPv6 addresses have several spellings. */
export function isSameId(left: string | undefined, right: string): boolean {
  return left !== undefined && (ipv6In(left) ?? left) === (ipv6In(right) ?? right);
}

/** All targets on record of a member. */
export function recordedTargets(member: TargetHolder): readonly RecordedTarget[] {
  return (member.targetGroups ?? []).flatMap((targetGroup) =>
    idsIn(member, targetGroup).map((id) => ({ targetGroup, id })),
  );
}

/**
 * Which other members have the same target on record. An address belongs to one instance at a time, but the next one
 * can get it before the release of the previous one has run.
 */
export function othersWith(
  target: RecordedTarget,
  { instanceId }: Pick<Member, 'instanceId'>,
  members: readonly Member[],
): readonly Member[] {
  const entry = targetEntry(target);
  return members.filter((other) => other.instanceId !== instanceId && (other.targets ?? []).includes(entry));
}

/**
 * The later member that has the target on record, and waited until this one was deregistered. A record of an earlier
 * member is left over from an instance that is gone.
 */
export function laterWith(target: RecordedTarget, member: Member, members: readonly Member[]): Member | undefined {
  const isLater = ({ claimedAt }: Member) => Date.parse(claimedAt) > Date.parse(member.claimedAt);
  return othersWith(target, member, members).find(isLater);
}

/**
 * The instance to which a target now belongs, if the instance that now has the address also took over the target. An
 * instance on its way into service registers itself later, and an instance in the warm pool is not a target. A member
 * that our launch put in service without the target on record is not a target either: the target group was not in its
 * settings. The record may be incomplete for a member that came into service otherwise, or that a restored ledger has
 * from before.
 *
 * @param bearer the instance that has the address; without a lifecycle state it is in no group, like a member that left
 * with its number. An instance that the ledger does not know counts only if it has a number: Muster has never
 * registered the others.
 * @returns its name, or its id if the ledger does not know it.
 */
export function heirAmong(
  target: RecordedTarget,
  members: readonly Member[],
  bearer: { readonly instanceId: string; readonly isNumbered: boolean; readonly state: string | undefined },
): string | undefined {
  const known = members.find(({ instanceId }) => instanceId === bearer.instanceId);
  const isDetachedMember = bearer.state === undefined && known !== undefined;
  if (!isThroughHooks(bearer.state) && !isDetachedMember) return undefined;
  if (known === undefined) return bearer.isNumbered ? bearer.instanceId : undefined;
  const mayHaveIt = known.completedToken === undefined || known.targetGroups?.includes(target.targetGroup) === true;
  return mayHaveIt ? known.name : undefined;
}

/** ELB's state of one target. */
export interface TargetHealth {
  readonly targetGroup: string;
  readonly state: string;
  readonly reason?: string;
  readonly description?: string;
}

export type HealthDecision =
  | { readonly action: 'healthy'; readonly reason: string }
  | { readonly action: 'wait'; readonly as: 'TargetPending' | 'TargetPendingLong'; readonly reason: string }
  /** As things stand, it can never become healthy. */
  | { readonly action: 'unusable'; readonly reason: string }
  /** It did not become healthy in the time allowed. */
  | { readonly action: 'unhealthy'; readonly reason: string };

/**
 * What the health of an instance's targets means. A target that can never become healthy fails the launch at once, with
 * ELB's own reason: waiting until the time is over would only hide the reason.
 *
 * Source of the states and reasons: elbv2 API, TargetHealth.
 */
export function decideHealth(targets: readonly TargetHealth[], elapsedMs: number, allowedMs: number): HealthDecision {
  const hopeless = targets.filter((target) => isHopeless(target, elapsedMs));
  if (hopeless.length > 0) return { action: 'unusable', reason: describe(hopeless) };
  const open = targets.filter((target) => target.state !== 'healthy');
  if (open.length === 0) return { action: 'healthy', reason: describe(targets) };
  if (elapsedMs >= allowedMs) {
    return { action: 'unhealthy', reason: `not healthy after ${Math.round(elapsedMs / 1000)} s: ${describe(open)}` };
  }
  return { action: 'wait', as: waitingFor(elapsedMs), reason: describe(open) };
}

// Each check adds three events to a history, which holds 25,000: a slow target is checked less often.
const soonMs = 10 * 60_000;

/** The name of the error with which a step waits for a target, given how long it has waited. */
export function waitingFor(elapsedMs: number): 'TargetPending' | 'TargetPendingLong' {
  return elapsedMs < soonMs ? 'TargetPending' : 'TargetPendingLong';
}

function isNotRegistered({ reason }: TargetHealth): boolean {
  return reason === 'Target.NotRegistered';
}

/** In ELB's words. */
export function notRegistered(targetGroup: string): TargetHealth {
  return { targetGroup, state: 'unused', reason: 'Target.NotRegistered' };
}

/** Not registered, or being deregistered. */
export function isTakenOut(target: TargetHealth): boolean {
  return isNotRegistered(target) || target.state === 'draining';
}

/** A registration shows up a moment after the call. */
export const registrationShowsAfterMs = 60_000;

/**
 * `unused`: no listener rule leads to the target group, its zone is not enabled, the instance is stopped, or the target
 * was deregistered. `draining`: it is being deregistered. Health checks that are off stay off.
 */
function isHopeless(target: TargetHealth, elapsedMs: number): boolean {
  const { state, reason } = target;
  if (isNotRegistered(target)) return elapsedMs >= registrationShowsAfterMs;
  return state === 'unused' || state === 'draining' || reason === 'Target.HealthCheckDisabled';
}

function describe(targets: readonly TargetHealth[]): string {
  return targets
    .map(({ targetGroup, state, reason, description }) => {
      const why = [reason, description].filter((part) => part !== undefined).join(': ');
      return `${targetGroupName(targetGroup)} ${state}${why === '' ? '' : ` (${why})`}`;
    })
    .join('; ');
}

/** `arn:…:targetgroup/web/0123` → `web`. */
export function targetGroupName(arn: string): string {
  return arn.split('/')[1] ?? arn;
}
