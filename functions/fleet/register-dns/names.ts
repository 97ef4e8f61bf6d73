import type { DnsSettings } from '../contracts/settings';
import type { Identity } from '../domain/identity';
import { reverseName, type WantedName } from '../domain/owned-records';
import { StepError } from '../contracts/errors';
import { addressOf, requireInstance } from '../instances';
import type { Ec2 } from '../ports/ec2';
import type { Member } from '../ports/ledger';

/** A name, and the zone that it is to stand in. */
export interface PlacedName {
  readonly zoneId: string;
  readonly wanted: WantedName;
}

/** As the ledger has it: the zone's id, `/`, the name. */
export function placeOf({ zoneId, wanted }: PlacedName): string {
  return `${zoneId}/${wanted.name}`;
}

/** The addresses that are on record, if they are all that the settings ask for: IPv4 first, then IPv6. */
export function knownAddresses({ addresses }: Member, { ipv6 }: DnsSettings): readonly string[] | undefined {
  return addresses !== undefined && addresses.length >= (ipv6 ? 2 : 1) ? addresses : undefined;
}

/** The same as EC2 shows them. @throws StepError `InstanceNotVisibleYet`, `InstanceGone`. */
export async function readAddresses(ec2: Ec2, instanceId: string, dns: DnsSettings): Promise<readonly string[]> {
  const instance = await requireInstance(ec2, instanceId);
  const ipv4 = addressOf(instance);
  if (!dns.ipv6) return [ipv4];
  const ipv6 = instance.NetworkInterfaces?.[0]?.Ipv6Addresses?.[0]?.Ipv6Address;
  if (ipv6 !== undefined) return [ipv4, ipv6];
  throw new StepError(
    'InstanceNotVisibleYet',
    'EC2 shows no IPv6 address of the instance yet, and dns.ipv6 asks for one',
  );
}

/** The names that a member is to have, the forward one first. The second address counts only if the settings say so. */
export function wantedNames(
  member: Member,
  dns: DnsSettings,
  addresses: readonly string[],
  identity: Identity,
): PlacedName[] {
  const [ipv4 = '', ipv6] = addresses;
  const owner = { identity, group: member.group, instanceId: member.instanceId };
  const ttl = dns.ttlSeconds;
  const name = member.fqdn ?? `${member.name}.${dns.zoneName}`;
  const forward: WantedName = {
    name,
    ttl,
    owner,
    records: [
      { type: 'A', values: [ipv4] },
      ...(dns.ipv6 && ipv6 !== undefined ? [{ type: 'AAAA' as const, values: [ipv6] }] : []),
    ],
  };
  if (dns.reverseZone === undefined) return [{ zoneId: dns.zoneId, wanted: forward }];
  const reverse: WantedName = { name: reverseName(ipv4), ttl, owner, records: [{ type: 'PTR', values: [`${name}.`] }] };
  return [
    { zoneId: dns.zoneId, wanted: forward },
    { zoneId: dns.reverseZone.zoneId, wanted: reverse },
  ];
}
