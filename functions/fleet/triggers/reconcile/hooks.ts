import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Logger } from '../../../shared/runtime';
import { heartbeatOf, type Heartbeats } from '../../contracts/heartbeats';
import type { FleetMetrics } from '../../contracts/metrics';
import type { GroupSettings } from '../../contracts/settings';
import { hasOldRootVolume, isInHook } from '../../domain/lifecycle';
import { hookFaults, type Hook } from '../../domain/reconcile/hooks';
import type { AutoScaling } from '../../ports/aws';
import type { GroupState } from '../../resources/group-state';
import { readHooks } from './groups';
import { collectProblem } from './collect-problem';

export interface HookDeps {
  autoScaling: AutoScaling;
  log: Logger;
  metrics: FleetMetrics;
  /** The heartbeat timeouts that the hooks were deployed with; absent: not known, and not compared. */
  heartbeats?: Heartbeats;
}

interface HookedGroup extends Pick<GroupState, 'states'> {
  readonly name: string;
  /** `undefined`: Auto Scaling has no such group. */
  readonly group: AutoScalingGroup | undefined;
  /** `undefined`: they cannot be read. */
  readonly settings: GroupSettings | undefined;
}

/**
 * Reads the hooks of a group, and says what is wrong with them.
 *
 * @returns all of the group's hooks; none, if no instance waits and they could not be read.
 * @throws the error of Auto Scaling, if an instance waits: for which hook is not guessed.
 */
export async function lookAtHooks(deps: HookDeps, hooked: HookedGroup, problems: string[]): Promise<readonly Hook[]> {
  const { name, group, states } = hooked;
  const isAnyWaiting = [...states.values()].some((state) => isInHook(state) || hasOldRootVolume(state));
  if (isAnyWaiting) return told(deps, hooked, await readHooks(deps.autoScaling, name));
  if (group === undefined) return told(deps, hooked, []);
  let hooks: readonly Hook[] = [];
  await collectProblem(problems, name, async () => {
    hooks = told(deps, hooked, await readHooks(deps.autoScaling, name));
  });
  return hooks;
}

function told(deps: HookDeps, { name, group, settings }: HookedGroup, hooks: readonly Hook[]): readonly Hook[] {
  if (settings === undefined) return hooks;
  const faults = hookFaults(hooks, settings, heartbeatOf(deps.heartbeats, name));
  deps.metrics.count('HookFaults', faults.length, { Group: name });
  if (group === undefined) deps.log.error(`Auto Scaling has no group ${name}`, { group: name });
  else for (const { hook, reason } of faults) deps.log.error(reason, { group: name, hook });
  return hooks;
}
