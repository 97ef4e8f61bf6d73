import type { GroupInstance, TerminationPolicy } from './group';

/** Which of the instances go first, when `count` have to. Protected ones never do. */
export function chooseVictims(
  instances: readonly GroupInstance[],
  policy: TerminationPolicy,
  count: number,
): GroupInstance[] {
  const left = instances.filter((instance) => !instance.protectedFromScaleIn);
  const victims: GroupInstance[] = [];
  while (victims.length < count) {
    const victim = next(left, policy);
    if (victim === undefined) break;
    left.splice(left.indexOf(victim), 1);
    victims.push(victim);
  }
  return victims;
}

function next(instances: readonly GroupInstance[], policy: TerminationPolicy): GroupInstance | undefined {
  const byAge = [...instances].sort((left, right) => left.joinedAt - right.joinedAt || compare(left.id, right.id));
  if (policy === 'NewestInstance') return byAge.at(-1);
  if (policy === 'OldestInstance') return byAge[0];
  // Default: from the zone that has most instances, then the oldest (all share one launch template here).
  const zone = fullestZone(instances);
  return byAge.find((instance) => instance.availabilityZone === zone);
}

function fullestZone(instances: readonly GroupInstance[]): string | undefined {
  const sizes = new Map<string, number>();
  for (const { availabilityZone } of instances) sizes.set(availabilityZone, (sizes.get(availabilityZone) ?? 0) + 1);
  const zones = [...sizes].sort(([left, many], [right, more]) => more - many || compare(left, right));
  return zones[0]?.[0];
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
