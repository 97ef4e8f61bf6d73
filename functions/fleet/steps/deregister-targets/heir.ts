import { isThroughHooks } from '../../domain/lifecycle';
import { othersWith, type RecordedTarget } from '../../domain/targets';
import type { Member } from '../../ledger/port';
import type { AutoScaling, Ec2 } from '../../ports/aws';
import { findBearer, readLifecycleState } from '../../resources/instance';

interface Deps {
  readonly autoScaling: AutoScaling;
  readonly ec2: Ec2;
}

/**
 * Which live instance of the group a target by its address belongs to by now, if that is no longer the member: addresses
 * go on to others, and the target with them.
 *
 * A later member that has it on record has waited until this one was taken out. One that an earlier member has on record
 * is left of that one, which is dead. A ledger that was restored may know nothing of who has it: so EC2 is asked, too.
 * Who is on the way into service registers itself when it is its turn, and who is in the warm pool is no target.
 *
 * @param members of its group.
 * @returns its name, or the instance's id if the ledger does not know it.
 */
export async function heirOf(
  deps: Deps,
  target: RecordedTarget,
  member: Member,
  members: readonly Member[],
): Promise<string | undefined> {
  const { group } = member;
  const isLater = ({ claimedAt }: Member) => Date.parse(claimedAt) > Date.parse(member.claimedAt);
  const later = othersWith(target, member, members).find(isLater);
  if (later !== undefined) return later.name;
  const bearer = await findBearer(deps.ec2, group, target.id);
  if (bearer === undefined || bearer === member.instanceId) return undefined;
  const known = members.find(({ instanceId }) => instanceId === bearer);
  const state = await readLifecycleState(deps.autoScaling, { group, instanceId: bearer });
  const isDetachedMember = state === undefined && known !== undefined;
  return isThroughHooks(state) || isDetachedMember ? (known?.name ?? bearer) : undefined;
}
