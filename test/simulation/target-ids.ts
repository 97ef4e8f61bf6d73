import type { World } from './world';

/** By which ids an instance can stand in a target group: its own, or its addresses while nobody else has them. */
export function targetIdsOf({ lab }: World, instanceId: string): string[] {
  const { world: ec2 } = lab.region.ec2;
  const { privateIp, ipv6 } = ec2.find(instanceId) ?? {};
  const addresses = [privateIp, ipv6].flatMap((address) => address ?? []);
  const own = addresses.filter((address) => [undefined, instanceId].includes(ec2.holderOf(address)?.id));
  return [instanceId, ...own];
}

/** Whose target it is: an instance's, by its id or by an address that it has, or had last. */
export function instanceOfTarget({ lab }: World, targetId: string): string {
  if (targetId.startsWith('i-')) return targetId;
  const { world: ec2 } = lab.region.ec2;
  const had = ec2.instances.filter(({ privateIp, ipv6 }) => privateIp === targetId || ipv6 === targetId);
  return ec2.holderOf(targetId)?.id ?? had.at(-1)?.id ?? targetId;
}
