import type { GroupInstance } from '../../../infra/lab/region/auto-scaling/groups/group';
import type { Builds } from './builds';
import type { DetachedInstances } from './detached-instances';
import type { GroupInWorld } from './group-in-world';
import type { Losses } from './losses';
import type { Neighbour } from './neighbour';
import type { Action } from '../plan';
import type { Redeployments } from './redeployments';
import type { ForeignResources } from './foreign-resources';
import type { World } from './world';

/** Those who act in a world. */
export interface Cast {
  readonly world: World;
  readonly builds: Builds;
  readonly foreign: ForeignResources;
  readonly detached: DetachedInstances;
  /** Only in worlds that have one. */
  readonly neighbour: Neighbour | undefined;
  readonly losses: Losses;
  /** Only in worlds that are deployed again. */
  readonly redeployments: Redeployments | undefined;
}

export interface Scene extends Cast, Action {
  readonly group: GroupInWorld;
  readonly name: string;
}

export function scalingOf({ lab }: World) {
  return lab.region.autoScaling.world;
}

export function withOne(
  { world, name, extent }: Scene,
  suits: (instance: GroupInstance) => boolean,
  use: (instance: GroupInstance) => void,
): void {
  const suitable = [...scalingOf(world).group(name).instances.values()].filter(suits);
  const one = pickOf(suitable, extent);
  if (one !== undefined) use(one);
}

export function alive({ state }: GroupInstance): boolean {
  return !/Terminating|Warmed/.test(state);
}

export function inService({ state }: GroupInstance): boolean {
  return state === 'InService';
}

export function pickOf<Item>(items: readonly Item[], draw: number): Item | undefined {
  return items[Math.floor(draw * items.length)];
}

/** How an execution ends that can be redriven. */
export const badEnds = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/** ARNs of a machine's executions in one of these states, the oldest first. */
export function executionsOf({ lab }: World, stateMachineArn: string, statuses: readonly string[]): string[] {
  const { executions = [] } = lab.muster.engine.listExecutions({ stateMachineArn });
  return executions
    .filter(({ status = '' }) => statuses.includes(status))
    .map(({ executionArn = '' }) => executionArn)
    .reverse();
}

/** The last launch of an instance that an operator could let continue. */
export function endedLaunchOf(world: World, id: string): string | undefined {
  const ended = executionsOf(world, world.lab.muster.stateMachineArn, badEnds);
  return ended.filter((arn) => arn.includes(`_${id}_`)).at(-1);
}
