import type { GroupInstance } from '../../../infra/lab/region/auto-scaling/groups/group';
import { foreignHook } from '../world/groups';
import type { Cast } from '../world/scene';
import type { Checker } from './checker';

const minute = 60_000;
const longest = 60 * minute;
/** The alarm looks at the least of some minutes: what was counted once in the last half hour rings in time. */
const countedWithin = 30 * minute;

export const unserved: Checker = {
  name: 'none-waits-untold',
  holds:
    'nothing waits in a hook of ours for an hour, unserved and without a word, unless the reconciler counts it for its alarm',
  watch: (cast, violate) => {
    const since = new Map<string, number>();
    return (seen) => {
      if (seen.kind !== 'ended' || seen.invocation.function !== 'reconcile') return;
      const { world } = cast;
      const now = world.clock.millis();
      const still = new Set<string>();
      for (const { plan } of world.groups) {
        for (const instance of world.lab.region.autoScaling.world.group(plan.name).instances.values()) {
          if (!isUnserved(cast, plan.name, instance)) continue;
          still.add(instance.id);
          const began = since.get(instance.id) ?? now;
          since.set(instance.id, began);
          if (now - began > longest && now - world.unservedCountedAt > countedWithin)
            violate(
              `${instance.id} of ${plan.name} waits (${instance.state}) for an hour, and nothing serves or counts it`,
            );
        }
      }
      for (const id of since.keys()) if (!still.has(id)) since.delete(id);
    };
  },
};

/** Whether it waits in a hook of ours, and no launch, release, hold or breaker says why. */
function isUnserved({ world, redeployments }: Cast, group: string, { id, state }: GroupInstance): boolean {
  if (!state.endsWith(':Wait') || redeployments?.isOut(group) === true) return false;
  const hooks = Object.keys(world.lab.region.autoScaling.world.actions.tokens(id));
  // Its launch can be done: then it waits for the hook of another owner.
  if (!hooks.some((hook) => hook !== foreignHook)) return false;
  const { ledger, muster } = world.lab;
  if (world.observedLedger.holds.has(`${group}/${id}`)) return false;
  const { engine, stateMachineArn, releaseArn } = muster;
  const runs = [stateMachineArn, releaseArn].some((arn) => {
    const { executions = [] } = engine.listExecutions({ stateMachineArn: arn, statusFilter: 'RUNNING' });
    return executions.some(({ name = '' }) => name.includes(`_${id}_`));
  });
  return !runs && ledger.snapshot()[group]?.breaker?.openedAt === undefined;
}
