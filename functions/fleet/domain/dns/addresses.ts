export type Family = 'ipv4' | 'ipv6';

/** The private addresses that EC2 shows of an instance's primary network interface, at most one of each family. */
export interface ShownAddresses {
  readonly addresses: readonly string[];
  /**
   * Whether a missing address will never come: an interface gets its addresses when it is created, and an instance that
   * is no longer `pending` has its primary interface. Before that, EC2 may not show the addresses yet.
   */
  readonly isFinal: boolean;
}

export type AddressDecision =
  | { readonly action: 'use'; readonly addresses: readonly string[] }
  | { readonly action: 'wait'; readonly reason: string }
  /** The instance has no address of the kind, and never gets one. The reason says what to change. */
  | { readonly action: 'unavailable'; readonly reason: string };

/** The address of that family, also in a list that an earlier version stored in another order. */
export function addressIn(addresses: readonly string[] | undefined, family: Family): string | undefined {
  return addresses?.find((address) => familyOf(address) === family);
}

/** What `{address}` stands for: the IPv4 address or, if there is none, the IPv6 address. */
export function mainAddress(addresses: readonly string[] | undefined): string | undefined {
  return addressIn(addresses, 'ipv4') ?? addressIn(addresses, 'ipv6');
}

/** For templates with `{address}`. */
export function decideMainAddress({ addresses, isFinal }: ShownAddresses): AddressDecision {
  if (addressIn(addresses, 'ipv4') !== undefined || (isFinal && addresses.length > 0))
    return { action: 'use', addresses };
  return isFinal
    ? { action: 'unavailable', reason: 'EC2 shows no private address of it: take {address} out of the settings' }
    : { action: 'wait', reason: 'EC2 shows no private address of it yet' };
}

/** For the records of its name: an A record by default; with `ipv6` an AAAA record, and an A record if it has IPv4. */
export function decideNameAddresses({ addresses, isFinal }: ShownAddresses, ipv6: boolean): AddressDecision {
  const families: readonly Family[] = ipv6 ? ['ipv4', 'ipv6'] : ['ipv4'];
  // Beside IPv6, the step waits for an IPv4 address while one may come, and continues without it when none will.
  const needed = ipv6 && isFinal ? (['ipv6'] as const) : families;
  const lacking = needed.filter((family) => addressIn(addresses, family) === undefined);
  if (lacking.length === 0) return { action: 'use', addresses };
  if (!isFinal) return { action: 'wait', reason: `EC2 shows no ${wordsOf(lacking)} address of it yet` };
  const change = ipv6
    ? 'set dns.ipv6 to false, or give its subnet an IPv6 range that launches take an address of'
    : 'set dns.ipv6 to true for an AAAA record, or launch it into a subnet with IPv4';
  return { action: 'unavailable', reason: `it has no ${wordsOf(lacking)} address and never gets one: ${change}` };
}

/** What a target group accepts, according to ELB. Neither field ever changes. */
export interface TargetGroupKind {
  readonly targetType: string;
  readonly ipAddressType: string;
}

export type TargetKindDecision =
  | { readonly by: 'instance' }
  | { readonly by: 'address'; readonly family: Family }
  | { readonly by: 'nothing'; readonly reason: string };

/** What an instance is registered by: its id, its address of one family, or nothing, if the target group is of no use. */
export function decideTargetKind({ targetType, ipAddressType }: TargetGroupKind): TargetKindDecision {
  if (targetType === 'instance') return { by: 'instance' };
  if (targetType === 'ip') return { by: 'address', family: ipAddressType === 'ipv6' ? 'ipv6' : 'ipv4' };
  return {
    by: 'nothing',
    reason: `it is a target group of type ${targetType}, which takes no instances: name one of type instance or ip in targetGroups`,
  };
}

/** For a target group of addresses. */
export function decideTargetAddress({ addresses, isFinal }: ShownAddresses, family: Family): AddressDecision {
  const address = addressIn(addresses, family);
  if (address !== undefined) return { action: 'use', addresses: [address] };
  const words = wordsOf([family]);
  if (!isFinal) return { action: 'wait', reason: `EC2 shows no ${words} address of it yet` };
  return {
    action: 'unavailable',
    reason: `it takes ${words} addresses, and the instance has none and never gets one: use a target group of the other address type, or a subnet with ${words}`,
  };
}

function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

function wordsOf(families: readonly Family[]): string {
  return families.map((family) => (family === 'ipv4' ? 'IPv4' : 'IPv6')).join(' and no ');
}

/** The reverse name of an IPv4 address: `7.1.0.10.in-addr.arpa`. */
export function reverseName(ipv4: string): string {
  return `${ipv4.split('.').reverse().join('.')}.in-addr.arpa`;
}
