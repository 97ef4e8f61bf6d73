import { BlockList, isIPv6 } from 'node:net';
import { ipv6In } from './names-and-urls';

// IP addresses as text: which are the same, and which networks they are in. By Node itself, since a library for it is 13 KB of
// each bundle; nothing is connected to.

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** IPv4 in its only valid spelling: `010.1.2.3`, which some programs read as octal, does not count. */
const plainIpv4 = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

/** An address in its canonical spelling, IPv4 within IPv6 as IPv4; `undefined`: no address, or one with a zone (`fe80::1%eth0`). */
export function canonicalAddress(text: string): string | undefined {
  const short = text.startsWith('::ffff:') ? text.slice('::ffff:'.length) : text;
  // Most are, and need no parser.
  if (plainIpv4.test(short)) return short;
  const address = ipv6In(text);
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(address ?? '') ?? [];
  if (high === undefined || low === undefined) return address;
  return [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]).join('.');
}

/** Whether text is an address, and in none of the networks (`10.0.0.0/8`, `2001:db8::/32`). Of a name nothing is known. */
export function isOutside(text: string, networks: readonly string[]): boolean {
  const family = familyOf(text);
  return family !== undefined && !listOf(networks).check(text, family);
}

const lists = new WeakMap<readonly string[], BlockList>();

function listOf(networks: readonly string[]): BlockList {
  const known = lists.get(networks);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  lists.set(networks, list);
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (plainIpv4.test(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}
