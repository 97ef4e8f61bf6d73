import { shorten } from '../../shared/shorten';

/** A record set as Route 53 lists it, as far as we need it. Names end in a dot; TXT values are in quotes. */
export interface RecordSet {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR' | 'TXT';
  readonly ttl: number;
  readonly values: readonly string[];
}

/** Whoever a name was registered for, as its TXT record says. */
export interface Owner {
  readonly group: string;
  readonly instanceId: string;
}

/** A name that is to be ours, with all its records (but for the owner's TXT, which is added). */
export interface WantedName {
  readonly name: string;
  readonly ttl: number;
  readonly records: readonly { readonly type: 'A' | 'AAAA' | 'PTR'; readonly values: readonly string[] }[];
  readonly owner: Owner;
}

export interface Change {
  readonly action: 'CREATE' | 'DELETE';
  readonly record: RecordSet;
}

export type NamePlan =
  | { readonly action: 'none'; readonly reason: string; readonly change: string }
  | { readonly action: 'create' | 'replace' | 'confirm'; readonly reason: string; readonly changes: readonly Change[] }
  | { readonly action: 'taken'; readonly reason: string };

// A string of a TXT record has at most 255 characters; the rest of ours takes less than 60. A group's name can be
// longer than that and have quotes, commas and letters beyond ASCII in it.
const groupInText = (group: string) => shorten(group, 190, /[^\w.:/@+-]/g);

/** The value of an owner's TXT record. */
export function ownerText(owner: Owner): string {
  return `"heritage=muster,group=${groupInText(owner.group)},instance=${owner.instanceId}"`;
}

/** Reads an owner's TXT record; `undefined` if it is somebody else's TXT. The group is as it stands there. */
export function parseOwner(value: string): Owner | undefined {
  const match = /^"heritage=muster,group=(.*),instance=(i-[0-9a-f]+)"$/.exec(value);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { group: match[1], instanceId: match[2] };
}

/** Who owns a name, by the records that stand there; `undefined` where nobody has put an owner's record. */
export function ownerOf(existing: readonly RecordSet[]): Owner | undefined {
  const text = existing.find((record) => record.type === 'TXT');
  return text?.values.length === 1 ? parseOwner(text.values[0] ?? '') : undefined;
}

/**
 * How to make a name ours: what is there is replaced only if its owner is this instance, or one of the same group
 * that is dead. Anybody else's records stay untouched.
 *
 * Every change names the exact records that it removes, and creates the new ones in the same batch. Route 53 refuses
 * the whole batch when anything has changed meanwhile, so this is compare-and-swap.
 *
 * @param existing all record sets of that very name, of any type that we could read.
 * @param foreign what else stands at the name and we never write (an alias, a CNAME …), in words.
 * @param ownerIsDead whether the instance that owns the name is known to be gone; asked only for another one's name.
 * @param knownChange the change that made the name ours, if an earlier run of the step lived to remember it.
 */
export function planName(
  wanted: WantedName,
  existing: readonly RecordSet[],
  foreign: readonly string[],
  ownerIsDead: boolean,
  knownChange?: string,
): NamePlan {
  const records = wantedRecords(wanted);
  if (existing.length === 0 && foreign.length === 0) {
    return { action: 'create', reason: `${wanted.name} is free`, changes: records.map(creation) };
  }
  const owner = ownerOf(existing);
  if (owner === undefined || foreign.length > 0) {
    return {
      action: 'taken',
      reason: `${wanted.name} has records that are not ours: ${describe(existing, foreign)}`,
    };
  }
  if (owner.group !== groupInText(wanted.owner.group)) {
    return { action: 'taken', reason: `${wanted.name} belongs to ${owner.instanceId} of group ${owner.group}` };
  }
  const changes = [...existing.map(deletion), ...records.map(creation)];
  if (owner.instanceId === wanted.owner.instanceId) {
    const reason = `${wanted.name} is this instance's already`;
    if (knownChange !== undefined && isSame(existing, records)) return { action: 'none', reason, change: knownChange };
    // Written before, but with which change is not known: the same once more gives one to wait for.
    return { action: 'confirm', reason, changes };
  }
  if (ownerIsDead)
    return { action: 'replace', reason: `${wanted.name} was left behind by ${owner.instanceId}`, changes };
  return { action: 'taken', reason: `${wanted.name} belongs to ${owner.instanceId}, which is still alive` };
}

export type RemovalPlan =
  | { readonly action: 'remove'; readonly reason: string; readonly changes: readonly Change[] }
  | { readonly action: 'none'; readonly reason: string };

/** How to take an instance's records away: those that stand at a name, exactly as read, if they are marked as its. */
export function planRemoval(name: string, existing: readonly RecordSet[], instanceId: string): RemovalPlan {
  const owner = ownerOf(existing);
  if (owner === undefined) return { action: 'none', reason: `${name} has no record of ours` };
  if (owner.instanceId !== instanceId) return { action: 'none', reason: `${name} is ${owner.instanceId}'s now` };
  return { action: 'remove', reason: `${name} is removed`, changes: existing.map(deletion) };
}

/** What makes a free name an instance's. */
export function creationsOf(wanted: WantedName): Change[] {
  return wantedRecords(wanted).map(creation);
}

/** The name under which an IPv4 address is looked up: `7.1.0.10.in-addr.arpa`. */
export function reverseName(ipv4: string): string {
  return `${ipv4.split('.').reverse().join('.')}.in-addr.arpa`;
}

function wantedRecords(wanted: WantedName): RecordSet[] {
  const name = `${wanted.name}.`;
  return [
    ...wanted.records.map(({ type, values }) => ({ name, type, ttl: wanted.ttl, values })),
    { name, type: 'TXT' as const, ttl: wanted.ttl, values: [ownerText(wanted.owner)] },
  ];
}

function isSame(existing: readonly RecordSet[], wanted: readonly RecordSet[]): boolean {
  const keys = (records: readonly RecordSet[]) =>
    records.map(({ type, ttl, values }) => [type, ttl, ...values].join(' ')).sort();
  return keys(existing).join('\n') === keys(wanted).join('\n');
}

function creation(record: RecordSet): Change {
  return { action: 'CREATE', record };
}

function deletion(record: RecordSet): Change {
  return { action: 'DELETE', record };
}

function describe(existing: readonly RecordSet[], foreign: readonly string[]): string {
  return [...existing.map(({ type, values }) => `${type} ${values.join(' ')}`), ...foreign].join(', ');
}
