// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- addresses are compared there, and nothing is connected to: ipaddr.js is 13 KB of each bundle
import { BlockList, isIPv6, SocketAddress } from 'node:net';

/**
 * A host as rules compare it: IPv4 within IPv6 as IPv4; without a port; `[local]` as it is; names in small letters, and
 * as one of them what only looks like an address (`010.1.2.3`, which some read as octal); `unknown` for nothing.
 */
export function normalHost(host: string): string {
  if (host === '') return 'unknown';
  const short = host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
  if (plainIpv4.test(short)) return short;
  const alone = withPort.exec(host)?.slice(1).join('') ?? host;
  if (plainIpv4.test(alone)) return alone;
  if (!isIPv6(alone) || alone.includes('%')) return host.toLowerCase();
  const { address } = new SocketAddress({ address: alone, family: 'ipv6' });
  const mapped = address.replace(/^::ffff:/, '');
  return plainIpv4.test(mapped) ? mapped : address;
}

/** `192.0.2.1:5439`, `[2001:db8::1]:5439` */
const withPort = /^(?:([\d.]+)|\[([\da-f.:]+)\]):\d{1,5}$/i;

/** Most addresses, as they are written in one way only; what parses others is slow. */
const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const plainIpv4 = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

/** A client elsewhere: counted for brute force by address. What is `[local]` is the cluster itself. */
export function isElsewhere(host: string): boolean {
  return host !== '[local]' && host !== 'unknown';
}

/** Whether it is an address, and in none of the networks. Of a name nothing is known. */
export function isOutside(host: string, networks: readonly string[]): boolean {
  const family = familyOf(host);
  return family !== undefined && !listOf(networks).check(host, family);
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

/** `IAM:joe`, `IAMR:role`, `IAMA:…` as people know it. */
export function shownUser(user: string): string {
  return user.replace(/^IAM[RA]?:/, '');
}
