import { ipv6In, shorten } from '../../../shared/names-and-urls';
import { describeIdentity, identityText, isSameIdentity, readIdentity, type Identity } from '../identity';

// The records at a name in a zone, and the mark in a TXT record that says who owns the name; and how an instance's own
// records are removed.

/** The instance that a name is registered for. */
export interface Owner {
  readonly identity: Identity;
  readonly group: string;
  readonly instanceId: string;
}

/** What a TXT value says about the name's owner. The group is as written there. */
export type OwnerRecord =
  | { readonly form: 'current'; readonly identity: Identity; readonly group: string; readonly instanceId: string }
  /** Written by an earlier version, which did not write the deployment: the owner can be any deployment. */
  | { readonly form: 'old'; readonly group: string; readonly instanceId: string }
  /** Written by a later version of Muster, damaged, or another system's mark of ownership. */
  | { readonly form: 'unknown' };

// A string of a TXT record has at most 255 characters. An identity has at most 80, and the rest takes 60; before there
// were identities, a group had more room. A group's name can be longer, and can contain quotes, commas and non-ASCII
// characters.
const illegal = /[^\w.:/@+-]/g;
const groupInText = (group: string) => shorten(group, 110, illegal);
const groupInOldText = (group: string) => shorten(group, 190, illegal);

/** The value of an owner's TXT record. */
export function ownerText({ identity, group, instanceId }: Owner): string {
  return `"heritage=muster,deployment=${identityText(identity)},group=${groupInText(group)},instance=${instanceId}"`;
}

/**
 * The comment of a change: who makes it, and for what. CloudTrail records it, with the changes of all who write into a
 * zone. Route 53 allows 256 characters; this has at most 235.
 */
export function changeComment(doing: string, { identity, group }: Pick<Owner, 'identity' | 'group'>): string {
  return `muster ${identityText(identity)}: ${doing} of group ${groupInText(group)}`;
}

/** Reads a value of a TXT record; `undefined` if it is no owner record. */
export function parseOwnerRecord(value: string): OwnerRecord | undefined {
  const text = plainText(value);
  if (!/^\s*heritage\s*=/i.test(text)) return undefined;
  const current = /^heritage=muster,deployment=([^,]*),group=([\w.:/@+-]+),instance=(i-[0-9a-f]+)$/.exec(text);
  const identity = readIdentity(current?.[1] ?? '');
  if (current !== null && identity !== undefined) {
    return { form: 'current', identity, group: current[2] ?? '', instanceId: current[3] ?? '' };
  }
  const old = /^heritage=muster,group=([\w.:/@+-]+),instance=(i-[0-9a-f]+)$/.exec(text);
  if (old === null) return { form: 'unknown' };
  return { form: 'old', group: old[1] ?? '', instanceId: old[2] ?? '' };
}

/** Whether an owner record belongs to a group of this deployment, as far as the record says. */
export function isOfGroup(ownerRecord: OwnerRecord, { identity, group }: Pick<Owner, 'identity' | 'group'>): boolean {
  if (ownerRecord.form === 'unknown') return false;
  if (ownerRecord.form === 'old') return ownerRecord.group === groupInOldText(group);
  return ownerRecord.group === groupInText(group) && isSameIdentity(ownerRecord.identity, identity);
}

/** Whether an owner record names this deployment, for any group. */
export function isOfDeployment(ownerRecord: OwnerRecord, identity: Identity): boolean {
  return ownerRecord.form === 'current' && isSameIdentity(ownerRecord.identity, identity);
}

/** Whether it is the mark of exactly that instance. */
export function isOwn(ownerRecord: OwnerRecord, owner: Owner): boolean {
  return isOfGroup(ownerRecord, owner) && ownerRecord.form !== 'unknown' && ownerRecord.instanceId === owner.instanceId;
}

/** The owner of a name, in words. */
export function describeOwnerRecord(ownerRecord: OwnerRecord, value: string): string {
  switch (ownerRecord.form) {
    case 'current':
      return `${ownerRecord.instanceId} of group ${ownerRecord.group} of ${describeIdentity(ownerRecord.identity)}`;
    case 'old':
      return `${ownerRecord.instanceId} of group ${ownerRecord.group} of a deployment that the record does not name`;
    case 'unknown':
      return `an owner whose mark is not understood: ${value}`;
  }
}

/** The text of a TXT value: its quoted strings put together, escapes (`\"`, `\\`, `\054`) read. */
function plainText(value: string): string {
  const strings = value.match(/"(?:[^"\\]|\\.)*"/g)?.map((text) => text.slice(1, -1)) ?? [value];
  return strings
    .join('')
    .replace(/\\([0-7]{3})|\\(.)/g, (_, octal: string | undefined, plain: string) =>
      octal === undefined ? plain : String.fromCharCode(parseInt(octal, 8)),
    );
}

/** A record set as Route 53 lists it, with the fields that we need. Names end in a dot; TXT values are in quotes. */
export interface RecordSet {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR' | 'TXT';
  readonly ttl: number;
  readonly values: readonly string[];
}

/** Other records at a name, which we never write: a CNAME, an alias, a weighted record … */
export interface ForeignSet {
  /** In words: `CNAME elsewhere.example.com.` */
  readonly text: string;
  /** The addresses that it points to, if the record has them. */
  readonly addresses: readonly string[];
}

export interface Change {
  readonly action: 'CREATE' | 'DELETE';
  readonly record: RecordSet;
}

/** An owner record, and the value of the TXT record that contains it. */
export interface Mark {
  readonly ownerRecord: OwnerRecord;
  readonly value: string;
}

/** All owner records of a name in its TXT values, in any order. */
export function marksAt(existing: readonly RecordSet[]): Mark[] {
  const values = existing.filter(({ type }) => type === 'TXT').flatMap((record) => record.values);
  return values.flatMap((value) => {
    const ownerRecord = parseOwnerRecord(value);
    return ownerRecord === undefined ? [] : [{ ownerRecord, value }];
  });
}

export function creation(record: RecordSet): Change {
  return { action: 'CREATE', record };
}

export function deletion(record: RecordSet): Change {
  return { action: 'DELETE', record };
}

/** Record sets in words. */
export function describeRecords(existing: readonly RecordSet[], foreign: readonly ForeignSet[]): string {
  const own = existing.map(({ type, values }) => `${type} ${values.join(' ')}`);
  return [...own, ...foreign.map(({ text }) => text)].join(', ');
}

/** Which values of other owners stay, for the reason of a plan; empty if there are none. */
export function leaving(kept: readonly RecordSet[]): string {
  const left = kept.filter(({ values }) => values.length > 0);
  return left.length === 0 ? '' : `, and what is not ours stays: ${describeRecords(left, [])}`;
}

/** Whether a value is among these, in any spelling. */
export function holds(values: readonly string[], value: string): boolean {
  return values.some((one) => sameForm(one) === sameForm(value));
}

/** An IPv6 address can be written in many ways, and a name with capitals. */
function sameForm(value: string): string {
  return ipv6In(value) ?? value.toLowerCase();
}

/** The records that an instance has had at one name, according to the ledger. */
export interface HeldName {
  readonly name: string;
  readonly owner: Owner;
  /** Its addresses, and the name that its reverse name points to. */
  readonly values: readonly string[];
  /** Its records were certainly written: the change is on record. Then they belong to it even without the mark. */
  readonly wasWritten: boolean;
}

export type RemovalPlan =
  | { readonly action: 'remove'; readonly reason: string; readonly changes: readonly Change[] }
  | { readonly action: 'none'; readonly reason: string }
  /** The name still points to the instance, by a record that is not ours to delete. */
  | { readonly action: 'stuck'; readonly reason: string };

/**
 * How to remove an instance's values, and no others: its mark, and the addresses that it has had. The same batch writes
 * the values of other owners back.
 */
export function planRemoval(
  held: HeldName,
  existing: readonly RecordSet[],
  foreign: readonly ForeignSet[],
): RemovalPlan {
  const { name, owner, values, wasWritten } = held;
  const marks = marksAt(existing);
  const own = marks.filter(({ ownerRecord }) => isOwn(ownerRecord, owner));
  const [other] = marks.filter(({ ownerRecord }) => !isOwn(ownerRecord, owner) && ownerRecord.form !== 'unknown');
  if (own.length === 0 && other !== undefined) {
    return {
      action: 'none',
      reason: `${name} is not its: it belongs to ${describeOwnerRecord(other.ownerRecord, other.value)}`,
    };
  }
  const isOurs = ({ type }: RecordSet, value: string) =>
    type === 'TXT' ? own.some((mark) => mark.value === value) : holds(values, value);
  const ours = existing.filter((record) => record.values.some((value) => isOurs(record, value)));
  const bent = foreign.filter(({ addresses }) => addresses.some((address) => holds(values, address)));
  if (bent.length > 0) return stuck(name, owner, bent.map(({ text }) => text).join(', '));
  if (own.length === 0 && !wasWritten) {
    const leads = ours.filter(({ type }) => type === 'A' || type === 'AAAA');
    if (leads.length > 0) return stuck(name, owner, describeRecords(leads, []));
    return { action: 'none', reason: `${name} has no record of ours` };
  }
  if (ours.length === 0) return { action: 'none', reason: `${name} has no record of ours` };
  const kept = ours.map((record) => ({ ...record, values: record.values.filter((one) => !isOurs(record, one)) }));
  const others = existing.filter((record) => !ours.includes(record));
  return {
    action: 'remove',
    reason: `${name} is removed${leaving([...kept, ...others])}`,
    changes: [...ours.map(deletion), ...kept.filter((record) => record.values.length > 0).map(creation)],
  };
}

function stuck(name: string, { instanceId }: Owner, what: string): RemovalPlan {
  const todo = 'remove it, or let it lead elsewhere';
  return {
    action: 'stuck',
    reason: `${name} still leads to ${instanceId} by a record that is not ours, ${what}: ${todo}`,
  };
}
