import { StepError } from '../../contracts/errors';
import { stepInput, type StepInput, type StepOutput } from '../../contracts/inputs';
import { isCrowd } from '../../crowd/size';
import { elapsedSince } from '../../domain/deadline';
import { decideHealth, targetGroupName, type TargetHealth, idIn } from '../../domain/targets';
import type { ElasticLoadBalancing, Settings } from '../../ports/aws';
import type { Ledger, Member } from '../../ledger/port';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';
import { healthFor, healthOf } from './health';

interface Deps extends StepDeps {
  settings: Settings;
  elasticLoadBalancing: ElasticLoadBalancing;
  ledger: Ledger;
}

/**
 * Ensures that the instance is healthy in each of the group's target groups that it was registered in: one that came into
 * the settings since is for launches that have not come so far, as it is for the instances in service.
 */
export const makeHandler = (deps: Deps) =>
  makeMemberStep(
    'check-health',
    deps,
    stepInput,
    async (member, input): Promise<StepOutput> => {
      const { targetGroups, healthTimeoutMinutes } = await deps.settings.read(member.group);
      if (targetGroups.length === 0)
        return { action: 'passed', reason: `${member.group} has no target groups in its settings` };

      const later = cameLater(targetGroups, member);
      const asked = targetGroups.filter((targetGroup) => !later.includes(targetGroup));
      const targets = await Promise.all(asked.map((targetGroup) => look(deps, targetGroup, member, input)));
      const elapsedMs = elapsedSince(input.run, deps.clock.now());
      const decision = decideHealth(targets, elapsedMs, healthTimeoutMinutes * 60_000);
      switch (decision.action) {
        case 'healthy':
          return { action: 'healthy', reason: [decision.reason, ...later.map(notIn)].filter(Boolean).join('; ') };
        case 'wait':
          throw new StepError(decision.as, decision.reason);
        case 'unusable':
          throw new StepError('TargetUnusable', decision.reason);
        case 'unhealthy':
          throw new StepError('TargetUnhealthy', decision.reason);
      }
    },
    () => passedInPool,
  );

/** Without a record of it (the ledger was restored to an earlier state) it is not known: then all are asked for. */
function cameLater(targetGroups: readonly string[], { targetGroups: onRecord }: Member): readonly string[] {
  return onRecord === undefined ? [] : targetGroups.filter((targetGroup) => !onRecord.includes(targetGroup));
}

function notIn(targetGroup: string): string {
  return `${targetGroupName(targetGroup)} came into the settings after the instance was registered: it is not in it`;
}

function look(deps: Deps, targetGroup: string, member: Member, input: StepInput): Promise<TargetHealth> {
  const target = { targetGroup, id: idIn(member, targetGroup) };
  return isCrowd(input.crowd) ? healthFor(deps, target, input) : healthOf(deps.elasticLoadBalancing, target);
}
