import { capacityOf, type GroupInstance, type TerminationPolicy } from './group';

/**
 * Which of the instances go first, when so much capacity has to. Protected ones never do, nor one with more units than
 * are too many: a group does not shrink below what is desired.
 */
export function chooseVictims(
  instances: readonly GroupInstance[],
  policy: TerminationPolicy,
  excess: number,
): GroupInstance[] {
  const left = instances.filter((instance) => !instance.protectedFromScaleIn);
  let tooMany = excess;
  const victims: GroupInstance[] = [];
  while (tooMany > 0) {
    const victim = next(left, policy);
    if (victim === undefined || capacityOf([victim]) > tooMany) break;
    tooMany -= capacityOf([victim]);
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
