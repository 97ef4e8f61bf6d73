import { canonicalAddress } from '../../../shared/addresses';

/**
 * A host as rules compare it: IPv4 within IPv6 as IPv4; without a port; `[local]` as it is; names in small letters, and
 * as one of them what only looks like an address (`010.1.2.3`, which some read as octal); `unknown` for nothing.
 */
export function normalHost(host: string): string {
  if (host === '') return 'unknown';
  return canonicalAddress(host) ?? canonicalAddress(withPort.exec(host)?.slice(1).join('') ?? '') ?? host.toLowerCase();
}

/** `192.0.2.1:5439`, `[2001:db8::1]:5439` */
const withPort = /^(?:([\d.]+)|\[([\da-f.:]+)\]):\d{1,5}$/i;

/** A client elsewhere: counted for brute force by address. What is `[local]` is the cluster itself. */
export function isElsewhere(host: string): boolean {
  return host !== '[local]' && host !== 'unknown';
}

/** `IAM:joe`, `IAMR:role`, `IAMA:…` as people know it. */
export function shownUser(user: string): string {
  return user.replace(/^IAM[RA]?:/, '');
}
