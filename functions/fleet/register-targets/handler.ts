import { isInvalidTarget, isTargetGroupNotFound, isTargetNotRunning, messageOf } from '../../shared/aws-errors';
import { union } from '../../shared/union';
import { StepError } from '../contracts/errors';
import { stepInput, type StepOutput } from '../contracts/step';
import { targetGroupName } from '../domain/health';
import { requireInstance } from '../instances';
import type { Ec2 } from '../ports/ec2';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';
import type { Ledger } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';

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
 */
export const makeHandler = (deps: Deps) =>
  makeMemberStep(
    'register-targets',
    deps,
    stepInput,
    async (member): Promise<StepOutput> => {
      const { targetGroups } = await deps.settings.read(member.group);
      if (targetGroups.length === 0)
        return { action: 'passed', reason: `${member.group} has no target groups in its settings` };

      await requireInstance(deps.ec2, member.instanceId);
      // Before it is done: whatever happens next, the release knows where to take the instance out again.
      await deps.ledger.update(member, { targetGroups: union(member.targetGroups, targetGroups) });
      for (const targetGroup of targetGroups) await register(deps.elasticLoadBalancing, targetGroup, member.instanceId);
      return {
        action: 'registered',
        reason: `${member.name} is registered in ${targetGroups.map(targetGroupName).join(', ')}`,
      };
    },
    () => passedInPool,
  );

async function register(elb: ElasticLoadBalancing, targetGroup: string, instanceId: string): Promise<void> {
  try {
    // Registering what is registered changes nothing, so there is no need to look first.
    await elb.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: instanceId }] });
  } catch (error) {
    if (isTargetNotRunning(error)) {
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
