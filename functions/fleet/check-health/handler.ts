import { isTargetGroupNotFound, messageOf } from '../../shared/aws-errors';
import { StepError } from '../contracts/errors';
import { stepInput, type StepOutput } from '../contracts/step';
import { elapsedSince } from '../domain/deadline';
import { decideHealth, targetGroupName, type TargetHealth } from '../domain/health';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';
import type { Ledger } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';

interface Deps extends StepDeps {
  settings: Settings;
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/** Ensures that the instance is healthy in each of the group's target groups. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep(
    'check-health',
    deps,
    stepInput,
    async (member, input): Promise<StepOutput> => {
      const { targetGroups, healthTimeoutMinutes } = await deps.settings.read(member.group);
      if (targetGroups.length === 0)
        return { action: 'passed', reason: `${member.group} has no target groups in its settings` };

      const targets = await Promise.all(
        targetGroups.map((arn) => healthIn(deps.elasticLoadBalancing, arn, member.instanceId)),
      );
      const elapsedMs = elapsedSince(input.run, deps.clock.now());
      const decision = decideHealth(targets, elapsedMs, healthTimeoutMinutes * 60_000);
      switch (decision.action) {
        case 'healthy':
          return { action: 'healthy', reason: decision.reason };
        case 'wait':
          throw new StepError('TargetPending', decision.reason);
        case 'unusable':
          throw new StepError('TargetUnusable', decision.reason);
        case 'unhealthy':
          throw new StepError('TargetUnhealthy', decision.reason);
      }
    },
    () => passedInPool,
  );

async function healthIn(elb: ElasticLoadBalancing, targetGroup: string, instanceId: string): Promise<TargetHealth> {
  try {
    const { TargetHealthDescriptions } = await elb.describeTargetHealth({
      TargetGroupArn: targetGroup,
      Targets: [{ Id: instanceId }],
    });
    const health = TargetHealthDescriptions?.[0]?.TargetHealth;
    return {
      targetGroup,
      state: health?.State ?? 'unknown',
      ...(health?.Reason === undefined ? {} : { reason: health.Reason }),
      ...(health?.Description === undefined ? {} : { description: health.Description }),
    };
  } catch (error) {
    if (!isTargetGroupNotFound(error)) throw error;
    throw new StepError('TargetUnusable', `${targetGroupName(targetGroup)}: ${messageOf(error)}`, { cause: error });
  }
}
