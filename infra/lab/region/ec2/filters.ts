import type { Filter } from '@aws-sdk/client-ec2';
import { invalidValue } from './errors';
import type { Instance } from './instance';

type ReadAttribute = (instance: Instance, now: number) => readonly string[];

const gone = (instance: Instance) => instance.state.current === 'terminated';
const live = (value: string | undefined, instance: Instance) => (value === undefined || gone(instance) ? [] : [value]);

const interfacesOf = (instance: Instance) => [instance, ...instance.moreInterfaces];

const readers: Readonly<Record<string, ReadAttribute>> = {
  'instance-id': (instance) => [instance.id],
  'instance-state-name': (instance) => [instance.state.current],
  'availability-zone': (instance) => [instance.subnet.availabilityZone],
  'vpc-id': (instance) => live(instance.subnet.vpcId, instance),
  'subnet-id': (instance) => live(instance.subnet.id, instance),
  'private-ip-address': (instance) => live(instance.privateIp, instance),
  'network-interface.addresses.private-ip-address': (instance) =>
    interfacesOf(instance).flatMap((one) => live(one.privateIp || undefined, instance)),
  'network-interface.ipv6-addresses.ipv6-address': (instance) =>
    interfacesOf(instance).flatMap((one) => live(one.ipv6, instance)),
  'private-dns-name': (instance) => live(instance.privateDnsName, instance),
  'tag-key': (instance, now) => [...instance.tags.visible(now).keys()],
};

/** A test of all filters: within one, any value may match; `*` and `?` are wildcards. */
export function filterBy(filters: readonly Filter[], now: number): (instance: Instance) => boolean {
  const tests = filters.map((filter) => {
    const read = readerOf(filter.Name ?? '');
    const patterns = (filter.Values ?? []).map(toPattern);
    return (instance: Instance) => read(instance, now).some((value) => patterns.some((pattern) => pattern.test(value)));
  });
  return (instance) => tests.every((test) => test(instance));
}

function readerOf(name: string): ReadAttribute {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (instance, now) => {
      const value = instance.tags.visible(now).get(key);
      return value === undefined ? [] : [value];
    };
  }
  const reader = readers[name];
  if (reader === undefined) throw invalidValue(`The filter '${name}' is invalid`);
  return reader;
}

function toPattern(value: string): RegExp {
  const escaped = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's');
}
