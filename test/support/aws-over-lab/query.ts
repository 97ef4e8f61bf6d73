/** AWS's query protocols (Auto Scaling, Elastic Load Balancing, EC2): parameters in, XML out. */
export interface Dialect {
  /** What a parameter is called in the SDK's input, if it is not the same there. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What an element is called on the wire. */
  readonly element: (key: string) => string;
  /** The element of a list's items. */
  readonly item: string;
}

export const query: Dialect = { parameters: {}, element: (key) => key, item: 'member' };

const sets: Readonly<Record<string, string>> = {
  Reservations: 'reservationSet',
  Instances: 'instancesSet',
  Tags: 'tagSet',
  NetworkInterfaces: 'networkInterfaceSet',
  Ipv6Addresses: 'ipv6AddressesSet',
  PrivateIpAddresses: 'privateIpAddressesSet',
  State: 'instanceState',
};
export const ec2: Dialect = {
  parameters: { Filter: 'Filters', InstanceId: 'InstanceIds', ResourceId: 'Resources', Tag: 'Tags' },
  element: (key) => sets[key] ?? `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
  item: 'item',
};

type Tree = { [key: string]: Tree | string };

/** `Filter.1.Value.2=x` → `{ Filters: [{ Values: ['…', 'x'] }] }`; what is a count becomes a number. */
export function inputOf(form: URLSearchParams, dialect: Dialect): Record<string, unknown> {
  const tree: Tree = {};
  for (const [key, value] of form) {
    if (key === 'Action' || key === 'Version') continue;
    const parts = key.split('.').filter((part) => part !== 'member');
    let at = tree;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Tree;
    at[parts.at(-1) ?? ''] = value;
  }
  return untangle(tree, dialect) as Record<string, unknown>;
}

function untangle(tree: Tree | string, dialect: Dialect): unknown {
  if (typeof tree === 'string') return tree;
  const keys = Object.keys(tree);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key)))
    return keys.sort((left, right) => Number(left) - Number(right)).map((key) => untangle(tree[key]!, dialect));
  return Object.fromEntries(
    keys.map((key) => {
      const value = untangle(tree[key]!, dialect);
      // The values of a filter are `Value.1`; that of a tag is `Value`.
      const name = key === 'Value' && Array.isArray(value) ? 'Values' : (dialect.parameters[key] ?? key);
      return [name, /^Max(Records|Results)$/.test(key) ? Number(value) : value];
    }),
  );
}

/** A value as the content of an element. */
export function xmlOf(value: unknown, dialect: Dialect): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return value.map((one) => `<${dialect.item}>${xmlOf(one, dialect)}</${dialect.item}>`).join('');
  if (typeof value === 'object')
    return Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => `<${dialect.element(key)}>${xmlOf(one, dialect)}</${dialect.element(key)}>`)
      .join('');
  return escapeXml(typeof value === 'string' ? value : JSON.stringify(value));
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
