import type { Release } from '../../../functions/fleet/contracts/inputs';
import type { Entry } from '../world/observed-ledger';
import type { World } from '../world/world';
import type { Checker } from './checker';

export const holds: Checker = {
  name: 'holds-are-kept',
  holds: 'only an operator abandons a launch before its hold is over, or while the breaker is open',
  watch: ({ world }, violate) => {
    return (seen) => {
      if (seen.kind !== 'call' || seen.error !== undefined) return;
      if (seen.name !== 'stepFunctions.startExecution' || seen.by?.function !== 'reconcile') return;
      const release = JSON.parse(String((seen.input as { input?: string }).input)) as Partial<Release>;
      if (release.reason !== 'abandoned') return;
      const { group = '', instanceId = '', lifecycle } = release;
      // A run that was held up acts on what was so when it looked; and an instance that is gone is not abandoned.
      if (seen.by.faults > 0 || world.lab.region.autoScaling.world.member(instanceId) === undefined) return;
      // What was begun continues, whatever the hold says: a release that stopped, or that an operator could not start.
      const member = world.observedLedger.member(group, instanceId);
      const isBegun = member?.phase === 'releasing' || member?.endingSince !== undefined;
      if (lifecycle === null || isBegun || wasStoppedFor(world, member)) return;
      const hold = world.observedLedger.holds.get(`${group}/${instanceId}`);
      const now = world.clock.millis();
      if (hold?.endsAt === undefined || Date.parse(hold.endsAt) > now)
        violate(`${instanceId} of ${group} was abandoned, and its hold ends ${hold?.endsAt ?? 'never'}`);
      // What the reconciler decides by was read a moment before; so was the breaker.
      const since = world.observedLedger.openBreakers.get(group);
      if (since !== undefined && now > since)
        violate(`${instanceId} of ${group} was abandoned while the breaker is open`);
    };
  },
};

/** Whether its launch was stopped in order to abandon it. */
function wasStoppedFor({ lab }: World, member: Entry | undefined): boolean {
  if (member === undefined) return false;
  const { status, error } = lab.muster.engine.describeExecution({ executionArn: member.execution });
  return status === 'ABORTED' && error === 'InstanceGone';
}
