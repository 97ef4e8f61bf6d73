import type { World } from './world';

/** What still leads to an instance: targets (but for those that drain), and names in DNS that are marked as its. */
export function leftOf(world: World, group: string, instanceId: string): { targets: string[]; names: string[] } {
  const { elasticLoadBalancing } = world.lab.region;
  const targets = (world.group(group)?.targetGroups ?? []).filter((arn) =>
    elasticLoadBalancing.world
      .targetsOf(elasticLoadBalancing.world.targetGroup(arn), instanceId)
      .some(({ drainingUntil }) => drainingUntil === undefined),
  );
  const names = ownedNames(world)
    .filter(({ owner }) => owner === instanceId)
    .map(({ name }) => name);
  return { targets: targets.map((arn) => `target of ${arn.split('/')[1] ?? arn}`), names };
}

/** All names that are marked as somebody's, and whose. */
export function ownedNames({ lab }: World): { name: string; owner: string }[] {
  return lab.region.route53.world.zones.flatMap(({ records }) =>
    records.from(undefined, undefined, 10_000).flatMap(({ name, type, values: [value = ''] }) => {
      const owner = /heritage=muster,.*instance=(i-[0-9a-f]+)/.exec(value)?.[1];
      return type === 'TXT' && owner !== undefined ? [{ name, owner }] : [];
    }),
  );
}
