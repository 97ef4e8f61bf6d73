/** Whether an IPv4 address is in one of the networks (CIDR). One that is no IPv4 address is in none. */
export function isIn(address: string, networks: readonly string[]): boolean {
  const value = numberOf(address);
  if (value === undefined) return false;
  return networks.some((network) => {
    const [base = '', bits = '32'] = network.split('/');
    const start = numberOf(base);
    const size = 2 ** (32 - Number(bits));
    return start !== undefined && Math.floor(value / size) === Math.floor(start / size);
  });
}

/** Whether it is an address of the internet: neither private nor this machine's own. */
export function isPublic(address: string): boolean {
  const inside = [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '0.0.0.0/8',
  ];
  return numberOf(address) !== undefined && !isIn(address, inside);
}

function numberOf(address: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((whole, part) => whole * 256 + part, 0);
}
