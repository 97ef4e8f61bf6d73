import type { World } from './world';

/** By which ids an instance can stand in a target group: its own, or addresses that are on record for it. */
export function targetIdsOf({ observedLedger }: World, targetGroup: string, instanceId: string): string[] {
  return [instanceId, ...observedLedger.addressesIn(targetGroup, instanceId)];
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

/** Whose target it is: an instance's by its id, or by an address that is on record for it. */
export function instanceOfTarget({ observedLedger }: World, targetGroup: string, targetId: string): string {
  return observedLedger.holderOfTarget(targetGroup, targetId) ?? targetId;
}
