import { StepError } from '../../contracts/errors';
import { stepInput, type StepInput, type StepOutput, elapsedSince, wasRedriven } from '../../contracts/inputs';
import { isCrowd } from '../../crowd/size';
import { decideHealth, type TargetHealth, idIn, isNotRegistered, targetGroupName } from '../../domain/targets';
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
      // Of a member without any on record it is not known (the ledger was restored): ELB is asked, until a person retries.
      if (member.targetGroups !== undefined || wasRedriven(input.run)) requireIntent(member, targetGroups);

      const targets = await Promise.all(targetGroups.map((targetGroup) => look(deps, targetGroup, member, input)));
      if (wasRedriven(input.run)) await requireRegistered(deps.ledger, member, targets);
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

/**
 * A launch can wait here for days, on hold, and settings change meanwhile. Where it was never registered it would wait for
 * ever: the state machine goes back to the step that registers it.
 */
function requireIntent({ name, targetGroups: registered = [] }: Member, wanted: readonly string[]): void {
  const added = wanted.filter((targetGroup) => !registered.includes(targetGroup)).map(targetGroupName);
  if (added.length === 0) return;
  throw new StepError('TargetMissing', `${name} was registered before ${added.join(', ')} came into the settings`);
}

/** What was taken out of a target group by hand is put back when a person retries, and once: then it is said again. */
async function requireRegistered(ledger: Ledger, member: Member, targets: readonly TargetHealth[]): Promise<void> {
  const missing = targets.filter(isNotRegistered).map(({ targetGroup }) => targetGroup);
  if (missing.length === 0) return;
  const registered = (member.registered ?? []).filter((targetGroup) => !missing.includes(targetGroup));
  await ledger.update(member, { registered });
  const names = missing.map(targetGroupName).join(', ');
  throw new StepError('TargetMissing', `${member.name} is no longer registered in ${names}`);
}

function look(deps: Deps, targetGroup: string, member: Member, input: StepInput): Promise<TargetHealth> {
  const target = { targetGroup, id: idIn(member, targetGroup) };
  return isCrowd(input.crowd) ? healthFor(deps, target, input) : healthOf(deps.elasticLoadBalancing, target);
}
