import { ipv6In } from '../../shared/names-and-urls';

/** What kind of network an address is of. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'link-local' | 'reserved';

/**
 * The kind of network that an IPv4 or IPv6 address belongs to. Addresses of this machine, of its network and of the cloud's own
 * services are not public. Text that is no address counts as `reserved`.
 * Source: IANA special-purpose address registries (IPv4, IPv6).
 */
export function kindOfAddress(address: string): AddressKind {
  const bytes = bytesOf(address);
  if (bytes === undefined) return 'reserved';
  return bytes.length === 4 ? kindOf4(bytes) : kindOf6(bytes);
}

function kindOf4([a = 0, b = 0, c = 0]: readonly number[]): AddressKind {
  if (a === 127) return 'loopback';
  if (a === 169 && b === 254) return 'link-local';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b <= 127))
    return 'private';
  if (a === 0 || a >= 224) return 'reserved';
  const isTest =
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113) ||
    (a === 192 && b === 88 && c === 99);
  return isTest || (a === 198 && (b === 18 || b === 19)) ? 'reserved' : 'public';
}

function kindOf6(bytes: readonly number[]): AddressKind {
  const [a = 0, b = 0] = bytes;
  const isZero = (from: number, to: number) => bytes.slice(from, to).every((one) => one === 0);
  if (isZero(0, 15)) return bytes[15] === 1 ? 'loopback' : 'reserved';
  // An IPv4 address inside an IPv6 one: mapped (::ffff:0:0/96), translated (64:ff9b::/96), 6to4 (2002::/16).
  if (isZero(0, 10) && bytes[10] === 0xff && bytes[11] === 0xff) return kindOf4(bytes.slice(12));
  if (isZero(0, 12)) return kindOf4(bytes.slice(12));
  // 64:ff9b:1::/48 is a network's own translation: only that network knows where the IPv4 address stands in it.
  if (a === 0x00 && b === 0x64 && bytes[2] === 0xff && bytes[3] === 0x9b)
    return isZero(4, 12) ? kindOf4(bytes.slice(12)) : 'reserved';
  if (a === 0x20 && b === 0x02) return kindOf4(bytes.slice(2, 6));
  if (a === 0xfe && (b & 0xc0) === 0x80) return 'link-local';
  // AWS's services of each machine (fd00:ec2::254 is the metadata service) count as 169.254.0.0/16 does: never probed.
  if (a === 0xfd && b === 0x00 && bytes[2] === 0x0e && bytes[3] === 0xc2) return 'link-local';
  // Unique local.
  if ((a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0xc0)) return 'private';
  if (a === 0xff) return 'reserved';
  const [, , c = 0, d = 0] = bytes;
  // 2000::/3 is public, except what protocols use themselves (2001::/23; Teredo has an IPv4 address in it) and documentation.
  const isSpecial =
    (a === 0x20 && b === 0x01 && (c < 2 || (c === 0x0d && d === 0xb8))) || (a === 0x3f && b === 0xff && c < 0x10);
  return (a & 0xe0) === 0x20 && !isSpecial ? 'public' : 'reserved';
}

/** The 4 bytes of an IPv4 address or the 16 of an IPv6 one; `undefined` for text that is no address. */
export function bytesOf(address: string): readonly number[] | undefined {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (/^\d+(\.\d+){3}$/.test(bare)) {
    const parts = bare.split('.').map(Number);
    return parts.every((part) => part <= 255) ? parts : undefined;
  }
  // Brings every spelling into one, with an IPv4 ending in hexadecimal.
  const address6 = ipv6In(bare);
  if (address6 === undefined) return undefined;
  const [head = '', tail] = address6.split('::');
  const groups = (part: string) =>
    part
      .split(':')
      .filter((group) => group !== '')
      .map((group) => Number.parseInt(group, 16));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const middle = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => 0);
  return [...left, ...middle, ...right].flatMap((group) => [group >> 8, group & 0xff]);
}

/** Why a target may not be looked at under this address; `undefined` where it may. */
export function addressRefusal(address: string, internal: boolean): string | undefined {
  const kind = kindOfAddress(address);
  if (kind === 'public') return undefined;
  if (internal && (kind === 'private' || kind === 'loopback')) return undefined;
  const help =
    kind === 'private' || kind === 'loopback'
      ? ': mark the target as internal if that is meant ("internal": true, or --internal)'
      : '';
  return `${address} is ${kind}${help}`;
}
