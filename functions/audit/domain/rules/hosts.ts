import ipaddr from 'ipaddr.js';

/** A host as rules compare it: IPv4 within IPv6 as IPv4; `[local]` as it is; names in small letters; `unknown` for nothing. */
export function normalHost(host: string): string {
  return remembered(normal, host, () => normalized(host));
}

function normalized(host: string): string {
  if (host === '') return 'unknown';
  return ipaddr.isValid(host) && /[.:]/.test(host) ? ipaddr.process(host).toString() : host.toLowerCase();
}

/** A client elsewhere: counted for brute force by address. What is `[local]` is the cluster itself. */
export function isElsewhere(host: string): boolean {
  return host !== '[local]' && host !== 'unknown';
}

/** Whether it is an address, and in none of the networks. Of a name nothing is known. */
export function isOutside(host: string, networks: readonly string[]): boolean {
  let known = outside.get(networks);
  if (known === undefined) outside.set(networks, (known = new Map<string, boolean>()));
  return remembered(known, host, () => isOutsideNow(host, networks));
}

// Addresses are parsed by trial and error, which is slow, and come again and again.
const normal = new Map<string, string>();
const outside = new WeakMap<readonly string[], Map<string, boolean>>();

function remembered<Value>(known: Map<string, Value>, host: string, find: () => Value): Value {
  const value = known.get(host) ?? find();
  if (known.size > 10_000) known.clear();
  known.set(host, value);
  return value;
}

function isOutsideNow(host: string, networks: readonly string[]): boolean {
  if (!/[.:]/.test(host) || !ipaddr.isValid(host)) return false;
  const address = ipaddr.process(host);
  return !networks.some((network) => {
    const range = ipaddr.parseCIDR(network);
    return range[0].kind() === address.kind() && address.match(range);
  });
}

/** `IAM:joe`, `IAMR:role`, `IAMA:…` as people know it. */
export function shownUser(user: string): string {
  return user.replace(/^IAM[RA]?:/, '');
}
