import { ipv6In } from '../../shared/text';
import type { Member } from '../ledger/port';
import { isThroughHooks } from './lifecycle';

/** One thing that is registered, or was about to be. */
export interface RecordedTarget {
  readonly targetGroup: string;
  readonly id: string;
}

type TargetHolder = Pick<Member, 'instanceId' | 'targetGroups' | 'targets'>;

/** As the member has it. */
export function targetEntry({ targetGroup, id }: RecordedTarget): string {
  return `${targetGroup} ${id}`;
}

/**
 * Under which ids the instance is a target of the group, by its record: whatever the settings and its addresses are by
 * now, what was put in is taken out.
 */
export function idsIn({ instanceId, targets = [] }: TargetHolder, targetGroup: string): readonly string[] {
  const start = targetEntry({ targetGroup, id: '' });
  const ids = targets.filter((entry) => entry.startsWith(start)).map((entry) => entry.slice(start.length));
  return ids.length === 0 ? [instanceId] : ids;
}

/** Under which it was registered last. */
export function idIn(member: TargetHolder, targetGroup: string): string {
  return idsIn(member, targetGroup).at(-1) ?? member.instanceId;
}

/** Whether ELB means the same target: IPv6 addresses have several spellings. */
export function isSameId(left: string | undefined, right: string): boolean {
  return left !== undefined && (ipv6In(left) ?? left) === (ipv6In(right) ?? right);
}

/** Everything that is on record of a member. */
export function recordedTargets(member: TargetHolder): readonly RecordedTarget[] {
  return (member.targetGroups ?? []).flatMap((targetGroup) =>
    idsIn(member, targetGroup).map((id) => ({ targetGroup, id })),
  );
}

/**
 * Which other members have the same target on record. An address is one instance's at a time, but the next one can get
 * it before the release of the last one has run.
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
 * The later member that has the target on record, and has waited until this one was taken out. What an earlier member has
 * on record is left of that one, which is dead.
 */
export function laterWith(target: RecordedTarget, member: Member, members: readonly Member[]): Member | undefined {
  const isLater = ({ claimedAt }: Member) => Date.parse(claimedAt) > Date.parse(member.claimedAt);
  return othersWith(target, member, members).find(isLater);
}

/**
 * Whose a target is by now, if the instance that has its address has the target with it. One on its way into service
 * registers itself when it is its turn, and one in the warm pool is no target. Nor is a member that a launch of ours has
 * put in service without having it on record: the target group was not in its settings. Of one that came into service
 * otherwise, or that a restored ledger has from before that, the record may be incomplete.
 *
 * @param bearer who has the address; without a lifecycle state it is in no group, as a member that left with its number.
 *   One that the ledger does not know is an heir only if it has a number: the others Muster has never registered.
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

/** What ELB says of one target. */
export interface TargetHealth {
  readonly targetGroup: string;
  readonly state: string;
  readonly reason?: string;
  readonly description?: string;
}

export type HealthDecision =
  | { readonly action: 'healthy'; readonly reason: string }
  | { readonly action: 'wait'; readonly as: 'TargetPending' | 'TargetPendingLong'; readonly reason: string }
  /** It can never become healthy as things stand. */
  | { readonly action: 'unusable'; readonly reason: string }
  /** It could have become healthy, but did not within the time allowed. */
  | { readonly action: 'unhealthy'; readonly reason: string };

/**
 * What the health of an instance's targets means. One that can never pass fails the launch at once, with ELB's own
 * reason: waiting for the time to run out would only hide it.
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

// Each look is three events of a history that holds 25,000: a target that takes long is looked at more rarely.
const soonMs = 10 * 60_000;

/** Under which name a step waits for a target that it has waited for so long. */
export function waitingFor(elapsedMs: number): 'TargetPending' | 'TargetPendingLong' {
  return elapsedMs < soonMs ? 'TargetPending' : 'TargetPendingLong';
}

function isNotRegistered({ reason }: TargetHealth): boolean {
  return reason === 'Target.NotRegistered';
}

/** As ELB says it. */
export function notRegistered(targetGroup: string): TargetHealth {
  return { targetGroup, state: 'unused', reason: 'Target.NotRegistered' };
}

/** Not registered, or about not to be. */
export function isTakenOut(target: TargetHealth): boolean {
  return isNotRegistered(target) || target.state === 'draining';
}

/** A registration shows up a moment after it was made. */
export const registrationShowsAfterMs = 60_000;

/**
 * `unused`: no listener rule leads to the target group, its zone is not enabled, the instance is stopped, or it
 * was deregistered. `draining`: it is being deregistered. A health check that is off stays off.
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
