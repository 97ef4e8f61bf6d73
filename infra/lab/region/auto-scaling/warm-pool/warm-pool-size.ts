import { isLeaving, isWarm, type Group, type GroupInstance } from '../groups/group';

/** The instances that count for the pool's size: those in it and those on their way into it. */
export function pooled(group: Group): GroupInstance[] {
  return [...group.instances.values()].filter((instance) => isWarm(instance) && !isLeaving(instance));
}

/** Those that rest: only they can be taken, and only they are ended when the pool is too large. */
export function ready(group: Group): GroupInstance[] {
  return pooled(group).filter(({ state }) => state === 'Warmed:Stopped' || state === 'Warmed:Running');
}

/** How many the pool should have. It shrinks as the group grows, down to its minimum. */
export function poolSize(group: Group): number {
  if (group.warmPool === undefined) return 0;
  const { minSize = 0, maxGroupPreparedCapacity = -1 } = group.warmPool;
  const prepared = maxGroupPreparedCapacity === -1 ? group.maxSize : maxGroupPreparedCapacity;
  return Math.max(prepared - group.desired, minSize);
}
