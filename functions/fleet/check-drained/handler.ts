import { isInvalidTarget, isTargetGroupNotFound } from '../../shared/aws-errors';
import { answered } from '../answered';
import { StepError } from '../contracts/errors';
import type { StepOutput } from '../contracts/step';
import { targetGroupName } from '../domain/health';
import { isTakenOver } from '../domain/release';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';
import type { Ledger } from '../ports/ledger';
import { makeReleaseStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/** Ensures that the load balancer has let the instance's connections end. */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('check-drained', deps, async (member, { reason, instanceId }): Promise<StepOutput> => {
    const targetGroups = member !== undefined && isTakenOver(member, reason) ? (member.targetGroups ?? []) : [];
    const states = await Promise.all(targetGroups.map((arn) => stateIn(deps.elasticLoadBalancing, arn, instanceId)));
    const draining = targetGroups.filter((_, at) => states[at]?.endsWith('draining'));
    if (draining.length > 0)
      throw new StepError('TargetDraining', `draining: ${draining.map(targetGroupName).join(', ')}`);
    return { action: 'drained', reason: 'no target group has connections to it' };
  });

async function stateIn(
  elb: ElasticLoadBalancing,
  targetGroup: string,
  instanceId: string,
): Promise<string | undefined> {
  try {
    const answer = await elb.describeTargetHealth({ TargetGroupArn: targetGroup, Targets: [{ Id: instanceId }] });
    const [described] = answer.TargetHealthDescriptions ?? [];
    return answered(described?.TargetHealth?.State, `the state of target ${instanceId}`);
  } catch (error) {
    // A target group that is gone has no targets, and an instance that is long gone is none.
    if (isTargetGroupNotFound(error) || isInvalidTarget(error)) return undefined;
    throw error;
  }
}
