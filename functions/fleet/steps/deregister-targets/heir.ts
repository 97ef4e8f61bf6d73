import { isTargetGroupNotFound } from '../../../shared/aws-errors';
import { isThroughHooks } from '../../domain/lifecycle';
import { othersWith, type RecordedTarget } from '../../domain/targets';
import type { Ledger, Member } from '../../ledger/port';
import type { AutoScaling, Ec2, ElasticLoadBalancing } from '../../ports/aws';
import { findBearer, readLifecycleState } from '../../resources/instance';

interface Deps {
  readonly autoScaling: AutoScaling;
  readonly ec2: Ec2;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
}

/**
 * Which live instance a target by its address belongs to by now, if that is no longer the member: addresses go on to
 * others, and the target with them.
 *
 * A later member that has it on record has waited until this one was taken out. One that an earlier member has on record
 * is left of that one, which is dead. The ledger alone does not know: it may be an earlier state of itself, and a target
 * group can serve several groups. So EC2 is asked who has the address. Only a member on its way into service is none of
 * them: it registers itself, when it is its turn.
 *
 * @returns the name, or the instance's id if the ledger of this group does not know it.
 */
export async function heirOf(deps: Deps, target: RecordedTarget, member: Member): Promise<string | undefined> {
  const members = await deps.ledger.members(member.group);
  const isLater = ({ claimedAt }: Member) => Date.parse(claimedAt) > Date.parse(member.claimedAt);
  const later = othersWith(target, member, members).find(isLater);
  if (later !== undefined) return later.name;
  const vpc = await vpcOf(deps.elasticLoadBalancing, target);
  const bearer = vpc === undefined ? undefined : await findBearer(deps.ec2, target.id, vpc);
  if (bearer === undefined || bearer === member.instanceId) return undefined;
  const known = members.find(({ instanceId }) => instanceId === bearer);
  if (known === undefined) return bearer;
  const state = await readLifecycleState(deps.autoScaling, known);
  return state === undefined || isThroughHooks(state) ? known.name : undefined;
}

async function vpcOf(elb: ElasticLoadBalancing, { targetGroup }: RecordedTarget): Promise<string | undefined> {
  try {
    const { TargetGroups = [] } = await elb.describeTargetGroups({ TargetGroupArns: [targetGroup] });
    return TargetGroups[0]?.VpcId;
  } catch (error) {
    if (isTargetGroupNotFound(error)) return undefined;
    throw error;
  }
}
