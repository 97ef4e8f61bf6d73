import { StepError } from '../../contracts/errors';
import { stepInput, type StepInput, type StepOutput, elapsedSince } from '../../contracts/inputs';
import { isCrowd } from '../../crowd/size';
import { decideHealth, type TargetHealth, idIn } from '../../domain/targets';
import type { ElasticLoadBalancing, Settings } from '../../ports/aws';
import type { Ledger, Member } from '../../ledger/port';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';
import { healthFor, healthOf } from './health';

interface Deps extends StepDeps {
  settings: Settings;
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/** Ensures that the instance is healthy in each of the group's target groups. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep('check-health', deps, stepInput, {
    ofMember: async (member, input): Promise<StepOutput> => {
      const { targetGroups, healthTimeoutMinutes } = await deps.settings.read(member.group);
      if (targetGroups.length === 0)
        return { action: 'passed', reason: `${member.group} has no target groups in its settings` };

      const targets = await Promise.all(targetGroups.map((targetGroup) => look(deps, targetGroup, member, input)));
      const elapsedMs = elapsedSince(input.run, deps.clock.now());
      const decision = decideHealth(targets, elapsedMs, healthTimeoutMinutes * 60_000);
      switch (decision.action) {
        case 'healthy':
          return { action: 'healthy', reason: decision.reason };
        case 'wait':
          throw new StepError(decision.as, decision.reason);
        case 'unusable':
          throw new StepError('TargetUnusable', decision.reason);
        case 'unhealthy':
          throw new StepError('TargetUnhealthy', decision.reason);
      }
    },
    inPool: () => passedInPool,
  });

function look(deps: Deps, targetGroup: string, member: Member, input: StepInput): Promise<TargetHealth> {
  const target = { targetGroup, id: idIn(member, targetGroup) };
  return isCrowd(input.crowd) ? healthFor(deps, target, input) : healthOf(deps.elasticLoadBalancing, target);
}
