import { isInvalidTarget, isTargetNotRunning, isTargetRefusedByType } from '../../../shared/aws-errors';
import { union } from '../../../shared/union';
import { StepError } from '../../contracts/errors';
import { stepInput, type StepInput, type StepOutput } from '../../contracts/step';
import type { Family } from '../../domain/addresses';
import { isDoneTogether } from '../../crowd/size';
import { targetGroupName } from '../../domain/health';
import { decideTargetKind, type TargetGroupKind } from '../../domain/targets';
import type { Ec2 } from '../../ports/ec2';
import type { ElasticLoadBalancing } from '../../ports/elastic-load-balancing';
import type { Ledger, Member } from '../../ledger/port';
import type { Settings } from '../../ports/settings';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';
import { takeTurn } from '../../crowd/turns';
import { ownAddress } from './address';
import { registerTogether } from './batch';
import { TargetGroupKinds } from './kinds';
import { named } from './refusal';

interface Deps extends StepDeps {
  settings: Settings;
  ec2: Ec2;
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

type Place = Deps & { readonly kinds: TargetGroupKinds };

/**
 * Ensures that the instance is registered in the group's target groups.
 *
 * Auto Scaling itself registers an instance only when the launch hook has ended, so a hook that waits for health
 * without registering waits for ever. Registered without a port, ours and the group's later one are the same target. A target
 * group of addresses is never the group's: there it is registered by its address, and taken out by its release.
 *
 * ELB takes four registrations a second. So in a crowd one launch registers all that wait, and the others find it done.
 */
export const makeHandler = (deps: Deps) => {
  const place: Place = { ...deps, kinds: new TargetGroupKinds(deps) };
  return makeMemberStep(
    'register-targets',
    deps,
    stepInput,
    async (member, input): Promise<StepOutput> => {
      const { targetGroups } = await deps.settings.read(member.group);
      if (targetGroups.length === 0)
        return { action: 'passed', reason: `${member.group} has no target groups in its settings` };

      const onRecord = union(member.targetGroups, targetGroups);
      // Before it is done: whatever happens next, the release knows where to take the instance out again.
      if (onRecord.length !== member.targetGroups?.length) await deps.ledger.update(member, { targetGroups: onRecord });
      const missing = targetGroups.filter((targetGroup) => !member.registered?.includes(targetGroup));
      const intent = { ...member, targetGroups: onRecord };
      for (const targetGroup of missing) await register(place, intent, targetGroup, input);
      return {
        action: 'registered',
        reason: `${member.name} is registered in ${targetGroups.map(targetGroupName).join(', ')}`,
      };
    },
    () => passedInPool,
  );
};

/**
 * Most target groups take instances, so that is tried without looking. ELB refuses it with nothing done if the group is
 * of another type, and only then it is asked of which.
 */
async function register(place: Place, member: Member, targetGroup: string, input: StepInput): Promise<void> {
  const { kinds } = place;
  try {
    const known = await kinds.known(member.group, targetGroup);
    if (known !== undefined) {
      await registerAs(known, place, member, targetGroup, input);
      return;
    }
    const isTaken = await isTakenAsInstance(place, member, targetGroup, input);
    if (isTaken) {
      kinds.takesInstances(targetGroup);
      return;
    }
    await registerAs(await kinds.look(member.group, targetGroup), place, member, targetGroup, input);
  } catch (error) {
    throw await named(place.ec2, error, member, targetGroup);
  }
}

async function isTakenAsInstance(place: Place, member: Member, targetGroup: string, input: StepInput) {
  try {
    await registerBy(place, member, targetGroup, input, undefined);
    return true;
  } catch (error) {
    // Also how it may refuse one of another type: ELB is asked, and its words stand if it is none.
    if (isTargetRefusedByType(error) || (isInvalidTarget(error) && !isTargetNotRunning(error))) return false;
    throw error;
  }
}

async function registerAs(
  kind: TargetGroupKind,
  place: Place,
  member: Member,
  targetGroup: string,
  input: StepInput,
): Promise<void> {
  const decision = decideTargetKind(kind);
  switch (decision.by) {
    case 'instance':
      return registerBy(place, member, targetGroup, input, undefined);
    case 'address':
      return registerBy(place, member, targetGroup, input, decision.family);
    case 'nothing':
      throw new StepError('TargetGroupUnusable', `${targetGroupName(targetGroup)}: ${decision.reason}`);
  }
}

async function registerBy(
  place: Place,
  member: Member,
  targetGroup: string,
  input: StepInput,
  family: Family | undefined,
): Promise<void> {
  if (isDoneTogether(input)) {
    if (!(await takeTurn(place, member.group, `targets ${targetGroup}`))) {
      const name = targetGroupName(targetGroup);
      throw new StepError('TurnAwaited', `the instances that are missing in ${name} are registered together`);
    }
    if (await registerTogether(place, member, targetGroup, family)) return;
  }
  const id = family === undefined ? member.instanceId : await ownAddress(place, member, { targetGroup, family }, input);
  // Registering what is registered changes nothing, so there is no need to look first.
  await place.elasticLoadBalancing.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
}
