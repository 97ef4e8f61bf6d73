import type { DnsSettings } from '../../contracts/settings';
import { addressIn, decideNameAddresses } from '../../domain/addresses';
import type { Identity } from '../../domain/identity';
import { reverseName, type WantedName } from '../../domain/owned-records';
import { requireAddresses, requireInstance, shownAddresses } from '../../resources/instance';
import type { Ec2 } from '../../ports/ec2';
import type { Member } from '../../ledger/port';

/** A name, and the zone that it is to stand in. */
export interface PlacedName {
  readonly zoneId: string;
  readonly wanted: WantedName;
}

/** As the ledger has it: the zone's id, `/`, the name. */
export function placeOf({ zoneId, wanted }: PlacedName): string {
  return `${zoneId}/${wanted.name}`;
}

/** The addresses that are on record, if they are all that the settings ask for. */
export function knownAddresses({ addresses }: Member, { ipv6 }: DnsSettings): readonly string[] | undefined {
  return addressIn(addresses, ipv6 ? 'ipv6' : 'ipv4') === undefined ? undefined : addresses;
}

/** The same as EC2 shows them. @throws StepError `InstanceNotVisibleYet`, `InstanceGone`, `AddressUnavailable`. */
export async function readAddresses(ec2: Ec2, instanceId: string, dns: DnsSettings): Promise<readonly string[]> {
  const shown = shownAddresses(await requireInstance(ec2, instanceId));
  return requireAddresses(decideNameAddresses(shown, dns.ipv6), instanceId);
}

/** What to say of a PTR record that the settings ask for and an instance without IPv4 cannot have. */
export function withoutPtr(dns: DnsSettings, addresses: readonly string[]): string {
  const lacks = dns.reverseZone !== undefined && addressIn(addresses, 'ipv4') === undefined;
  return lacks ? '; no PTR record: it has no IPv4 address' : '';
}

/** The names that a member is to have, the forward one first. The IPv6 address counts only if the settings say so. */
export function wantedNames(
  member: Member,
  dns: DnsSettings,
  addresses: readonly string[],
  identity: Identity,
): PlacedName[] {
  const ipv4 = addressIn(addresses, 'ipv4');
  const ipv6 = dns.ipv6 ? addressIn(addresses, 'ipv6') : undefined;
  const owner = { identity, group: member.group, instanceId: member.instanceId };
  const ttl = dns.ttlSeconds;
  const name = member.fqdn ?? `${member.name}.${dns.zoneName}`;
  const forward: WantedName = {
    name,
    ttl,
    owner,
    addresses,
    records: [
      ...(ipv4 === undefined ? [] : [{ type: 'A' as const, values: [ipv4] }]),
      ...(ipv6 === undefined ? [] : [{ type: 'AAAA' as const, values: [ipv6] }]),
    ],
  };
  if (dns.reverseZone === undefined || ipv4 === undefined) return [{ zoneId: dns.zoneId, wanted: forward }];
  const reverse: WantedName = { name: reverseName(ipv4), ttl, owner, records: [{ type: 'PTR', values: [`${name}.`] }] };
  return [
    { zoneId: dns.zoneId, wanted: forward },
    { zoneId: dns.reverseZone.zoneId, wanted: reverse },
  ];
}
