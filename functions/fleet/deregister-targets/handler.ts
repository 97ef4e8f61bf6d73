import { isTargetGroupNotFound } from '../../shared/aws-errors';
import type { StepOutput } from '../contracts/step';
import { targetGroupName } from '../domain/health';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';
import type { Ledger } from '../ports/ledger';
import { makeReleaseStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/**
 * Ensures that no load balancer sends the instance anything more.
 *
 * On scale-in the group has done so already. For a launch that is abandoned nobody else does it: the group takes out
 * only what it has put in.
 */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('deregister-targets', deps, async (member, { reason }): Promise<StepOutput> => {
    if (member === undefined) return { action: 'passed', reason: 'the instance holds no index' };
    if (reason === 'root-volume' && member.phase === 'launching') {
      return { action: 'passed', reason: `${member.name} has its new root volume already` };
    }
    // From here on no step of its launch touches anything, however late it comes.
    await deps.ledger.update(member, { phase: reason === 'root-volume' ? 'replacing' : 'releasing', registered: [] });
    const targetGroups = member.targetGroups ?? [];
    for (const targetGroup of targetGroups) await deregister(deps.elasticLoadBalancing, targetGroup, member.instanceId);
    return targetGroups.length === 0
      ? { action: 'passed', reason: `${member.name} was in no target group` }
      : {
          action: 'deregistered',
          reason: `${member.name} is taken out of ${targetGroups.map(targetGroupName).join(', ')}`,
        };
  });

async function deregister(elb: ElasticLoadBalancing, targetGroup: string, instanceId: string): Promise<void> {
  try {
    await elb.deregisterTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: instanceId }] });
  } catch (error) {
    if (!isTargetGroupNotFound(error)) throw error;
  }
}
