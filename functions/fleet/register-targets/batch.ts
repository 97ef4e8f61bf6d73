import { isInvalidTarget, messageOf } from '../../shared/aws-errors';
import { forEachLimited } from '../../shared/limit';
import { union } from '../../shared/union';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';
import type { Ledger, Member } from '../ports/ledger';

interface Deps {
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
}

const targetsAtOnce = 100;
const notesAtOnce = 20;

/**
 * Registers all launches of the group that wait for it with a target group, in one call, and notes it in each member.
 * Their intent is on record. ELB refuses the call as a whole because of one that is not running, for example; it says
 * which, and those are left to themselves.
 *
 * @returns whether the leader is registered.
 */
export async function registerTogether(deps: Deps, leader: Member, targetGroup: string): Promise<boolean> {
  const all = await waiting(deps.ledger, leader, targetGroup);
  const registered = await register(deps.elasticLoadBalancing, targetGroup, all);
  const others = registered.filter((member) => member !== leader);
  await forEachLimited(others, notesAtOnce, (member) =>
    // Who cannot be told must not keep the others from being told: its own step, or its release, finds out.
    deps.ledger.update(member, { registered: union(member.registered, [targetGroup]) }).catch(() => undefined),
  );
  return registered.includes(leader);
}

/** The leader first. */
async function waiting(ledger: Ledger, leader: Member, targetGroup: string): Promise<Member[]> {
  const others = (await ledger.members(leader.group)).filter(
    ({ instanceId, phase, targetGroups = [], registered = [] }) =>
      instanceId !== leader.instanceId &&
      phase === 'launching' &&
      targetGroups.includes(targetGroup) &&
      !registered.includes(targetGroup),
  );
  return [leader, ...others].slice(0, targetsAtOnce);
}

/** @returns those who are registered. */
async function register(
  elb: ElasticLoadBalancing,
  targetGroup: string,
  members: readonly Member[],
): Promise<readonly Member[]> {
  const unfit = await refusedOf(elb, targetGroup, members);
  if (unfit === undefined) return members;
  const fit = members.filter(({ instanceId }) => !unfit.includes(instanceId));
  // Nobody is named, or nobody is left; or not even the others are taken: each for itself, then.
  if (fit.length === members.length || fit.length === 0) return [];
  return (await refusedOf(elb, targetGroup, fit)) === undefined ? fit : [];
}

/** Because of whom ELB refuses them, or `undefined` when it takes them. */
async function refusedOf(
  elb: ElasticLoadBalancing,
  TargetGroupArn: string,
  members: readonly Member[],
): Promise<readonly string[] | undefined> {
  try {
    await elb.registerTargets({ TargetGroupArn, Targets: members.map(({ instanceId }) => ({ Id: instanceId })) });
    return undefined;
  } catch (error) {
    if (!isInvalidTarget(error)) throw error;
    return messageOf(error).match(/\bi-[0-9a-f]+\b/g) ?? [];
  }
}
