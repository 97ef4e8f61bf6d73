import type { World } from './world';

/** By which ids an instance can stand in a target group: its own, or its addresses while nobody else has them. */
export function targetIdsOf({ lab }: World, instanceId: string): string[] {
  const { world: ec2 } = lab.region.ec2;
  const { privateIp, ipv6 } = ec2.find(instanceId) ?? {};
  const addresses = [privateIp, ipv6].filter(isAddress);
  const own = addresses.filter((address) => [undefined, instanceId].includes(ec2.holderOf(address)?.id));
  return [instanceId, ...own];
}

/** The address by which its name leads to an instance: IPv4, or in a subnet without it IPv6. */
export function mainAddress({ lab }: World, instanceId: string): string | undefined {
  const { privateIp, ipv6 } = lab.region.ec2.world.find(instanceId) ?? {};
  return [privateIp, ipv6].find(isAddress);
}

/** An instance in a subnet of IPv6 has an empty one of IPv4. */
function isAddress(address: string | undefined): address is string {
  return address !== undefined && address !== '';
}

/** Whose target it is: an instance's, by its id or by an address that it has, or had last. */
export function instanceOfTarget({ lab }: World, targetId: string): string {
  if (targetId.startsWith('i-')) return targetId;
  const { world: ec2 } = lab.region.ec2;
  const had = ec2.instances.filter(({ privateIp, ipv6 }) => privateIp === targetId || ipv6 === targetId);
  return ec2.holderOf(targetId)?.id ?? had.at(-1)?.id ?? targetId;
}
