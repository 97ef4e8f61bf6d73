import { isInvalidTarget, isTargetGroupNotFound, isTargetNotRunning, messageOf } from '../../shared/aws-errors';
import { union } from '../../shared/union';
import { StepError } from '../contracts/errors';
import { stepInput, type StepInput, type StepOutput } from '../contracts/step';
import { isDoneTogether } from '../domain/crowd';
import { targetGroupName } from '../domain/health';
import { requireInstance } from '../instances';
import type { Ec2 } from '../ports/ec2';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';
import type { Ledger, Member } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';
import { takeTurn } from '../together';
import { registerTogether } from './batch';

interface Deps extends StepDeps {
  settings: Settings;
  ec2: Ec2;
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/**
 * Ensures that the instance is registered in the group's target groups.
 *
 * Auto Scaling itself registers an instance only when the launch hook has ended, so a hook that waits for health
 * without registering waits for ever. Registered without a port, ours and the group's later one are the same target.
 *
 * ELB takes four registrations a second. So in a crowd one launch registers all that wait, and the others find it done.
 */
export const makeHandler = (deps: Deps) =>
  makeMemberStep(
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
      for (const targetGroup of missing) await register(deps, member, targetGroup, input);
      return {
        action: 'registered',
        reason: `${member.name} is registered in ${targetGroups.map(targetGroupName).join(', ')}`,
      };
    },
    () => passedInPool,
  );

async function register(deps: Deps, member: Member, targetGroup: string, input: StepInput): Promise<void> {
  if (isDoneTogether(input)) {
    if (!(await takeTurn(deps, member.group, `targets ${targetGroup}`))) {
      const name = targetGroupName(targetGroup);
      throw new StepError('TurnAwaited', `the instances that are missing in ${name} are registered together`);
    }
    if (await registerTogether(deps, member, targetGroup)) return;
  }
  await registerAlone(deps, targetGroup, member.instanceId);
}

async function registerAlone(
  { elasticLoadBalancing, ec2 }: Deps,
  targetGroup: string,
  instanceId: string,
): Promise<void> {
  try {
    // Registering what is registered changes nothing, so there is no need to look first.
    await elasticLoadBalancing.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: instanceId }] });
  } catch (error) {
    if (isTargetNotRunning(error)) {
      // It is starting, or it is dead: ELB's word is the same.
      await requireInstance(ec2, instanceId);
      throw new StepError('InstanceNotRunningYet', `ELB takes running instances only: ${messageOf(error)}`, {
        cause: error,
      });
    }
    if (isInvalidTarget(error) || isTargetGroupNotFound(error)) {
      throw new StepError(
        'TargetGroupUnusable',
        `${targetGroupName(targetGroup)} does not take ${instanceId}: ${messageOf(error)}`,
        { cause: error },
      );
    }
    throw error;
  }
}
