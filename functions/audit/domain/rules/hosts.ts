import ipaddr from 'ipaddr.js';

/**
 * A host as rules compare it: IPv4 within IPv6 as IPv4; without a port; `[local]` as it is; names in small letters, and
 * as one of them what only looks like an address (`010.1.2.3`, which some read as octal); `unknown` for nothing.
 */
export function normalHost(host: string): string {
  if (host === '') return 'unknown';
  const short = host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
  if (plainIpv4.test(short)) return short;
  const alone = withPort.exec(host)?.slice(1).join('') ?? host;
  const isAddress = plainIpv4.test(alone) || (alone.includes(':') && ipaddr.isValid(alone));
  return isAddress ? ipaddr.process(alone).toString() : host.toLowerCase();
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
  if (!plainIpv4.test(host) && !(host.includes(':') && ipaddr.isValid(host))) return false;
  const address = ipaddr.process(host);
  return !rangesOf(networks).some((range) => range[0].kind() === address.kind() && address.match(range));
}

const ranges = new WeakMap<readonly string[], ReturnType<typeof ipaddr.parseCIDR>[]>();

function rangesOf(networks: readonly string[]) {
  const known = ranges.get(networks) ?? networks.map((network) => ipaddr.parseCIDR(network));
  ranges.set(networks, known);
  return known;
}

/** `IAM:joe`, `IAMR:role`, `IAMA:…` as people know it. */
export function shownUser(user: string): string {
  return user.replace(/^IAM[RA]?:/, '');
}
