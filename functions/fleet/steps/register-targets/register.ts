import { isInvalidTarget, isTargetNotRunning, isTargetRefusedByType } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import type { StepInput } from '../../contracts/step';
import { isDoneTogether } from '../../crowd/size';
import { takeTurn } from '../../crowd/turns';
import type { Family } from '../../domain/addresses';
import { targetGroupName } from '../../domain/health';
import { decideTargetKind, type TargetGroupKind } from '../../domain/targets';
import type { Ledger, Member } from '../../ledger/port';
import type { Ec2 } from '../../ports/ec2';
import type { ElasticLoadBalancing } from '../../ports/elastic-load-balancing';
import type { StepDeps } from '../step';
import { ownAddress } from './address';
import { registerTogether } from './batch';
import type { TargetGroupKinds } from './kinds';
import { named } from './refusal';

/** Where it is done. */
export interface Place extends StepDeps {
  readonly ec2: Ec2;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Ledger;
  readonly kinds: TargetGroupKinds;
}

/** Who is to be registered where. */
export interface Registration {
  readonly member: Member;
  readonly targetGroup: string;
  readonly input: StepInput;
}

/**
 * Most target groups take instances, so that is tried without looking. ELB refuses it with nothing done if the group is
 * of another type, and only then it is asked of which.
 */
export async function register(place: Place, wanted: Registration): Promise<void> {
  const { kinds } = place;
  const { member, targetGroup } = wanted;
  try {
    const known = await kinds.known(member.group, targetGroup);
    if (known !== undefined) {
      await registerAs(known, place, wanted);
      return;
    }
    const isTaken = await isTakenAsInstance(place, wanted);
    if (isTaken) {
      kinds.takesInstances(targetGroup);
      return;
    }
    await registerAs(await kinds.look(member.group, targetGroup), place, wanted);
  } catch (error) {
    throw await named(place.ec2, error, member, targetGroup);
  }
}

async function isTakenAsInstance(place: Place, wanted: Registration) {
  try {
    await registerBy(place, wanted, undefined);
    return true;
  } catch (error) {
    // Also how it may refuse one of another type: ELB is asked, and its words stand if it is none.
    if (isTargetRefusedByType(error) || (isInvalidTarget(error) && !isTargetNotRunning(error))) return false;
    throw error;
  }
}

async function registerAs(kind: TargetGroupKind, place: Place, wanted: Registration): Promise<void> {
  const decision = decideTargetKind(kind);
  switch (decision.by) {
    case 'instance':
      return registerBy(place, wanted, undefined);
    case 'address':
      return registerBy(place, wanted, decision.family);
    case 'nothing':
      throw new StepError('TargetGroupUnusable', `${targetGroupName(wanted.targetGroup)}: ${decision.reason}`);
  }
}

async function registerBy(
  place: Place,
  { member, targetGroup, input }: Registration,
  family: Family | undefined,
): Promise<void> {
  if (isDoneTogether(input)) {
    if (!(await takeTurn(place, { group: member.group, what: `targets ${targetGroup}`, crowd: input.crowd }))) {
      const name = targetGroupName(targetGroup);
      throw new StepError('TurnAwaited', `the instances that are missing in ${name} are registered together`);
    }
    if (await registerTogether(place, member, targetGroup, family)) return;
  }
  const id = family === undefined ? member.instanceId : await ownAddress(place, member, { targetGroup, family }, input);
  // Registering what is registered changes nothing, so there is no need to look first.
  await place.elasticLoadBalancing.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
}
