export type Family = 'ipv4' | 'ipv6';

/** The private addresses that EC2 shows of an instance's primary network interface, at most one of each family. */
export interface ShownAddresses {
  readonly addresses: readonly string[];
  /**
   * Whether what is missing never comes: an interface gets its addresses when it is made, and an instance that has
   * begun to run has its primary interface. Before that, EC2 may not show them yet.
   */
  readonly isFinal: boolean;
}

export type AddressDecision =
  | { readonly action: 'use'; readonly addresses: readonly string[] }
  | { readonly action: 'wait'; readonly reason: string }
  /** It has none of the kind, and never gets one. The reason says what to change. */
  | { readonly action: 'unavailable'; readonly reason: string };

/** The one of that family. Also of a list that an older version has stored, wherever it stands in there. */
export function addressIn(addresses: readonly string[] | undefined, family: Family): string | undefined {
  return addresses?.find((address) => familyOf(address) === family);
}

/** What `{address}` stands for: the IPv4 address, or where there is none the IPv6 one. */
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
  // Beside IPv6 an IPv4 address is waited for while it may come, and done without when it does not.
  const needed = ipv6 && isFinal ? (['ipv6'] as const) : families;
  const lacking = needed.filter((family) => addressIn(addresses, family) === undefined);
  if (lacking.length === 0) return { action: 'use', addresses };
  if (!isFinal) return { action: 'wait', reason: `EC2 shows no ${wordsOf(lacking)} address of it yet` };
  const change = ipv6
    ? 'set dns.ipv6 to false, or give its subnet an IPv6 range that launches take an address of'
    : 'set dns.ipv6 to true for an AAAA record, or launch it into a subnet with IPv4';
  return { action: 'unavailable', reason: `it has no ${wordsOf(lacking)} address and never gets one: ${change}` };
}

/** What a target group takes, as ELB says. Neither ever changes. */
export interface TargetGroupKind {
  readonly targetType: string;
  readonly ipAddressType: string;
}

export type TargetKindDecision =
  | { readonly by: 'instance' }
  | { readonly by: 'address'; readonly family: Family }
  | { readonly by: 'nothing'; readonly reason: string };

/** What an instance is registered by. */
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

/** The name under which an IPv4 address is looked up: `7.1.0.10.in-addr.arpa`. */
export function reverseName(ipv4: string): string {
  return `${ipv4.split('.').reverse().join('.')}.in-addr.arpa`;
}
