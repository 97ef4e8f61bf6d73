import { NamedError } from '../../../../functions/shared/named-error';

export interface SubnetOptions {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  /** `10.0.16.0/20` */
  readonly cidr: string;
  /** A /64, written `2001:db8:0:1::/64`: gives each instance an IPv6 address too. */
  readonly ipv6Cidr?: string;
  /** Instances get no IPv4 address. It has an `ipv6Cidr` then; `cidr` only numbers its places. */
  readonly ipv6Only?: boolean;
}

/** A subnet, and which of its addresses are free. */
export class Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly ipv6Only: boolean;
  readonly #ipv6Prefix: string | undefined;
  readonly #base: number;
  readonly #size: number;
  readonly #used = new Set<number>();
  /** No address below it is free. AWS keeps the first four, and the last one, of each subnet for itself. */
  #lowest = 4;

  constructor(options: SubnetOptions) {
    const [address = '', bits = ''] = options.cidr.split('/');
    this.id = options.id;
    this.vpcId = options.vpcId;
    this.availabilityZone = options.availabilityZone;
    this.#base = toNumber(address);
    this.#size = 2 ** (32 - Number(bits));
    this.ipv6Only = options.ipv6Only ?? false;
    this.#ipv6Prefix = options.ipv6Cidr?.replace(/::\/64$/, '');
  }

  /** The lowest free address: so one that was just freed comes back at once, which is when stale records hurt. */
  allocate(wanted?: string): string {
    if (wanted !== undefined) return this.#take(toNumber(wanted) - this.#base);
    for (; this.#lowest < this.#size - 1; this.#lowest += 1) {
      if (!this.#used.has(this.#lowest)) return this.#take(this.#lowest);
    }
    throw new NamedError('SubnetFull', `subnet ${this.id} has no free address`, { fault: 'bug' });
  }

  free(address: string): void {
    const offset = toNumber(address) - this.#base;
    this.#used.delete(offset);
    this.#lowest = Math.max(4, Math.min(this.#lowest, offset));
  }

  /** The IPv6 address that goes with an IPv4 one, if the subnet has them. */
  ipv6Of(address: string): string | undefined {
    if (this.#ipv6Prefix === undefined) return undefined;
    return `${this.#ipv6Prefix}::${(toNumber(address) - this.#base).toString(16)}`;
  }

  #take(offset: number): string {
    if (offset < 0 || offset >= this.#size || this.#used.has(offset)) {
      throw new NamedError('AddressTaken', `subnet ${this.id} cannot give address ${offset}`, { fault: 'bug' });
    }
    this.#used.add(offset);
    return toText(this.#base + offset);
  }
}

/** Each address that an interface has. */
export interface InterfaceAddresses {
  readonly privateIp: string | undefined;
  readonly ipv6: string | undefined;
}

/** The addresses that go with a place in a subnet, as `allocate` gives it. */
export function addressesAt(subnet: Subnet, place: string): InterfaceAddresses {
  return { privateIp: subnet.ipv6Only ? undefined : place, ipv6: subnet.ipv6Of(place) };
}

/** `ip-10-0-16-4.eu-central-1.compute.internal`; us-east-1 has the shorter `ec2.internal`. Without IPv4 it is made of the instance's id. */
export function privateDnsName(address: string, region: string): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return address.startsWith('i-') ? `${address}.${domain}` : `ip-${address.replaceAll('.', '-')}.${domain}`;
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
