import { StepError, stepErrors } from '../../contracts/errors';
import { stepInput, type StepInput, type StepOutput, elapsedSince, wasRedriven } from '../../contracts/inputs';
import { isCrowd } from '../../crowd/size';
import {
  decideHealth,
  idIn,
  isTakenOut,
  notRegistered,
  registrationShowsAfterMs,
  targetGroupName,
  type TargetHealth,
} from '../../domain/targets';
import type { Member } from '../../ledger/port';
import { makeMemberStep, passedInPool } from '../step';
import { registerDepsOf, registerTarget, type RegisterDeps, type TargetDeps } from '../register-targets/register';
import { union } from '../../../shared/lists';
import { healthFor, healthOf } from './health';

/** Ensures that the instance is healthy in each of the group's target groups. */
export const makeHandler = (deps: TargetDeps) => {
  const place = registerDepsOf(deps);
  return makeMemberStep('check-health', deps, stepInput, {
    ofMember: async (member, input): Promise<StepOutput> => {
      const { targetGroups, healthTimeoutMinutes } = await deps.settings.read(member.group);
      if (targetGroups.length === 0)
        return { action: 'passed', reason: `${member.group} has no target groups in its settings` };
      const added = addedSince(targetGroups, member, input);
      if (added.length > 0) await putIn(place, member, added, input);

      const elapsedMs = elapsedSince(input.run, deps.clock.now());
      const isRetried = wasRedriven(input.run) && elapsedMs < registrationShowsAfterMs;
      const targets = await Promise.all(
        targetGroups.map((targetGroup) =>
          look(deps, targetGroup, member, input).catch((error: unknown) => {
            // By what is on record ELB knows no target there: the ledger may have lost its address.
            if (isRetried && error instanceof StepError && error.name === 'TargetUnusable')
              return notRegistered(targetGroup);
            throw error;
          }),
        ),
      );
      const takenOut = targets.filter(isTakenOut).map(({ targetGroup }) => targetGroup);
      if (isRetried && takenOut.length > 0) await putIn(place, member, takenOut, input);
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
};

/** Of a member without any on record it is not known (the ledger was restored): ELB is asked, until a person retries. */
function addedSince(targetGroups: readonly string[], { targetGroups: onRecord }: Member, { run }: StepInput): string[] {
  if (onRecord === undefined && !wasRedriven(run)) return [];
  return targetGroups.filter((targetGroup) => !onRecord?.includes(targetGroup));
}

/**
 * A launch can wait here for days, on hold. A target group that comes into the settings meanwhile, and one that it was taken
 * out of by hand, would be waited for in vain; and a redrive begins here, not at the step that registers. So what is missing
 * is put in: at once what is new, and what was taken out when a person retries.
 */
async function putIn(
  place: RegisterDeps,
  member: Member,
  targetGroups: readonly string[],
  input: StepInput,
): Promise<never> {
  const names = targetGroups.map(targetGroupName).join(', ');
  const onRecord = union(member.targetGroups, targetGroups);
  await place.ledger.update(member, { targetGroups: onRecord });
  const intent = { ...member, targetGroups: onRecord };
  // For itself: those that wait together have come by here already.
  const alone = { ...input, crowd: 0, run: { ...input.run, retries: 0 } };
  try {
    for (const targetGroup of targetGroups) await registerTarget(place, { member: intent, targetGroup, input: alone });
  } catch (error) {
    if (!(error instanceof StepError && stepErrors[error.name].kind === 'waits')) throw error;
    throw new StepError('TargetPending', error.message, { cause: error });
  }
  throw new StepError('TargetPending', `${member.name} is registered in ${names}, which it was not (any more)`);
}

function look(deps: TargetDeps, targetGroup: string, member: Member, input: StepInput): Promise<TargetHealth> {
  const target = { targetGroup, id: idIn(member, targetGroup) };
  return isCrowd(input.crowd) ? healthFor(deps, target, input) : healthOf(deps.elasticLoadBalancing, target);
}
