import { isInvalidTarget, isTargetRefusedByType } from '../../../shared/aws-errors';
import type { Clock } from '../../../shared/clock';
import { union } from '../../../shared/union';
import { StepError } from '../../contracts/errors';
import type { StepInput } from '../../contracts/step';
import { addressIn, decideTargetAddress, type Family } from '../../domain/addresses';
import { elapsedSince } from '../../domain/deadline';
import { targetGroupName } from '../../domain/health';
import { othersWith, targetEntry, type RecordedTarget } from '../../domain/targets';
import { requireAddresses, requireInstance, shownAddresses } from '../../resources/instance';
import type { Ec2 } from '../../ports/ec2';
import type { ElasticLoadBalancing } from '../../ports/elastic-load-balancing';
import type { Ledger, Member } from '../../ledger/port';
import { readTargetHealth } from '../../resources/target-health';

interface Deps {
  readonly clock: Clock;
  readonly ec2: Ec2;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
}

const releaseTakesMs = 10 * 60_000;

/**
 * The address that the instance is to be a target by, on record when this returns: its release takes out that one.
 *
 * @throws StepError `InstanceNotVisibleYet`, `TurnAwaited`, `TargetGroupUnusable`.
 */
export async function ownAddress(
  deps: Deps,
  member: Member,
  { targetGroup, family }: { readonly targetGroup: string; readonly family: Family },
  input: StepInput,
): Promise<string> {
  const id = addressIn(member.addresses, family) ?? (await lookUp(deps.ec2, member, { targetGroup, family }));
  const entry = targetEntry({ targetGroup, id });
  if (member.targets?.includes(entry)) return id;
  await requireLetGo(deps, member, { targetGroup, id }, input);
  await deps.ledger.update(member, { targets: union(member.targets, [entry]) });
  return id;
}

async function lookUp(
  ec2: Ec2,
  { instanceId }: Member,
  { targetGroup, family }: { readonly targetGroup: string; readonly family: Family },
): Promise<string> {
  const decision = decideTargetAddress(shownAddresses(await requireInstance(ec2, instanceId)), family);
  const [address = ''] = requireAddresses(decision, targetGroupName(targetGroup), 'TargetGroupUnusable');
  return address;
}

/**
 * An instance that had the address before may still be registered by it, and its release about to take it out. Until
 * then the target's health is that of the other one, and what is taken out would be ours. Once ours is on record, that
 * release leaves the target alone.
 */
async function requireLetGo(deps: Deps, member: Member, target: RecordedTarget, { run }: StepInput): Promise<void> {
  const [other] = othersWith(target, member, await deps.ledger.members(member.group));
  if (other === undefined || !(await isRegistered(deps.elasticLoadBalancing, target))) return;
  const name = targetGroupName(target.targetGroup);
  const what = `${target.id} is still registered in ${name} for ${other.name} (${other.instanceId}), which had it before`;
  if (elapsedSince(run, deps.clock.now()) < releaseTakesMs) throw new StepError('TurnAwaited', what);
  throw new StepError('TargetGroupUnusable', `${what}: see why its release has not taken it out`);
}

async function isRegistered(elb: ElasticLoadBalancing, target: RecordedTarget): Promise<boolean> {
  try {
    const health = await readTargetHealth(elb, target);
    if (health?.State === undefined || health.Reason === 'Target.NotRegistered') return false;
    return !health.State.endsWith('draining');
  } catch (error) {
    if (isInvalidTarget(error) || isTargetRefusedByType(error)) return false;
    throw error;
  }
}
