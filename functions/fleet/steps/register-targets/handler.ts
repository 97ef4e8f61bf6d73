import { union } from '../../../shared/lists';
import { stepInput, type StepOutput } from '../../contracts/inputs';
import { targetGroupName } from '../../domain/targets';
import { makeMemberStep, passedInPool } from '../step';
import { registerDepsOf, registerTarget, type TargetDeps } from './register';

/**
 * Ensures that the instance is registered in the group's target groups.
 *
 * Auto Scaling itself registers an instance only when the launch hook has ended, so a hook that waits for health
 * without registering waits for ever. Registered without a port, ours and the group's later one are the same target. A target
 * group of addresses is never the group's: there it is registered by its address, and taken out by its release.
 *
 * ELB takes four registrations a second. So in a crowd one launch registers all that wait, and the others find it done.
 */
export const makeHandler = (deps: TargetDeps) => {
  const place = registerDepsOf(deps);
  return makeMemberStep('register-targets', deps, stepInput, {
    ofMember: async (member, input): Promise<StepOutput> => {
      const { targetGroups } = await deps.settings.read(member.group);
      if (targetGroups.length === 0)
        return { action: 'passed', reason: `${member.group} has no target groups in its settings` };

      const onRecord = union(member.targetGroups, targetGroups);
      // Recorded before the call, so that the release knows where to deregister the instance even if this run dies.
      if (onRecord.length !== member.targetGroups?.length) await deps.ledger.update(member, { targetGroups: onRecord });
      const missing = targetGroups.filter((targetGroup) => !member.registered?.includes(targetGroup));
      const intent = { ...member, targetGroups: onRecord };
      for (const targetGroup of missing) await registerTarget(place, { member: intent, targetGroup, input });
      return {
        action: 'registered',
        reason: `${member.name} is registered in ${targetGroups.map(targetGroupName).join(', ')}`,
      };
    },
    inPool: () => passedInPool,
  });
};
