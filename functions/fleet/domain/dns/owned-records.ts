import { union } from '../../../shared/lists';
import {
  creation,
  deletion,
  describeRecords,
  describeOwnerRecord,
  holds,
  isOfDeployment,
  isOfGroup,
  isOwn,
  leaving,
  marksAt,
  ownerText,
  type Change,
  type ForeignSet,
  type Mark,
  type Owner,
  type RecordSet,
} from './record-sets';

/** A name that the instance is to own, with all its records except the owner's TXT record, which is added. */
export interface WantedName {
  readonly name: string;
  readonly ttl: number;
  readonly records: readonly { readonly type: 'A' | 'AAAA' | 'PTR'; readonly values: readonly string[] }[];
  /** All addresses of the instance, including those that get no record. */
  readonly addresses?: readonly string[];
  readonly owner: Owner;
}

export type NamePlan =
  | { readonly action: 'none'; readonly reason: string; readonly change: string }
  | { readonly action: 'create' | 'replace' | 'confirm'; readonly reason: string; readonly changes: readonly Change[] }
  | { readonly action: 'taken'; readonly reason: string };

/** What is known about another instance, whose mark is at a name. */
export interface Predecessor {
  readonly instanceId: string;
  /** EC2 shows it as gone. EC2 says the same about an instance of another region, so this alone proves nothing. */
  readonly isDead: boolean;
  /** This ledger has held the name for it, so it was in our region. */
  readonly wasHeld: boolean;
  /**
   * The name that this ledger has for it, if it is another one: then the instance has left this name behind, alive or
   * not.
   */
  readonly nowNamed?: string;
}

/**
 * The other instance that a name is marked for, if that one may have left the name behind: EC2 and the ledger know. A
 * name belongs to its group. A reverse name belongs to its address, which can pass from one group's instance to
 * another's.
 */
export function predecessorAt(
  existing: readonly RecordSet[],
  wanted: Pick<WantedName, 'owner' | 'records'>,
): string | undefined {
  const { owner } = wanted;
  const [mark, ...others] = marksAt(existing);
  if (mark === undefined || others.length > 0) return undefined;
  const { ownerRecord } = mark;
  const isOurs = isOfGroup(ownerRecord, owner) || (isReverse(wanted) && isOfDeployment(ownerRecord, owner.identity));
  return ownerRecord.form === 'unknown' || isOwn(ownerRecord, owner) || !isOurs ? undefined : ownerRecord.instanceId;
}

/** Whether it is the name of an address. */
export function isReverse({ records }: Pick<WantedName, 'records'>): boolean {
  return records.some(({ type }) => type === 'PTR');
}

/** What else is known about a name, beside the zone. */
export interface NameHistory {
  /** About the instance that `predecessorAt` returns. */
  readonly predecessor?: Predecessor | undefined;
  /** The change that made the name ours, if an earlier run of the step recorded it. */
  readonly knownChange?: string | undefined;
}

/**
 * How to make a name ours. Existing records are replaced only if their owner is this instance, or the instance that
 * `predecessorAt` returns and that is gone or now has another name. Records of other owners stay unchanged, and so do
 * the values that they have added beside ours.
 *
 * Every change names the exact records that it removes, and creates the new ones in the same batch. Route 53 refuses
 * the whole batch if anything has changed meanwhile: this is a compare-and-swap.
 *
 * @param existing all record sets of that very name, of any type that we could read.
 * @param foreign other records at the name.
 */
export function planName(
  wanted: WantedName,
  existing: readonly RecordSet[],
  foreign: readonly ForeignSet[],
  { predecessor, knownChange }: NameHistory = {},
): NamePlan {
  const { name, owner } = wanted;
  if (existing.length === 0 && foreign.length === 0) {
    return { action: 'create', reason: `${name} is free`, changes: creationsOf(wanted) };
  }
  const marks = marksAt(existing);
  if (foreign.length > 0 || (marks.length === 0 && existing.some(({ type }) => type !== 'TXT'))) {
    return { action: 'taken', reason: `${name} has records that are not ours: ${describeRecords(existing, foreign)}` };
  }
  // Only texts that name no owner, such as a site's verification: they can stay beside ours.
  if (marks.length === 0) {
    const made = { action: 'create', reason: `${name} has only texts of others` } as const;
    return write(made, wanted, existing, { isOurs: () => false });
  }
  if (marks.some(({ ownerRecord }) => isOwn(ownerRecord, owner))) return planOwn(wanted, existing, marks, knownChange);
  return planTakeOver(wanted, existing, marks, predecessor);
}

function planOwn(
  wanted: WantedName,
  existing: readonly RecordSet[],
  marks: readonly Mark[],
  knownChange: string | undefined,
): NamePlan {
  const others = marks.filter(({ ownerRecord }) => !isOwn(ownerRecord, wanted.owner));
  const isOurs = (record: RecordSet, value: string): boolean => {
    if (record.type === 'TXT') return marks.some((mark) => mark.value === value && !others.includes(mark));
    const ofType = wanted.records.find(({ type }) => type === record.type);
    // A single value beside our mark is the one that we wrote, or a manual change of it.
    if (ofType !== undefined && others.length === 0 && record.values.length === 1) return true;
    // Otherwise only the wanted values are ours; of a type that is not wanted (any more), the instance's own addresses.
    return holds(ofType?.values ?? wanted.addresses ?? [], value);
  };
  const isLost = existing.some((set) => set.type !== 'TXT' && !set.values.some((value) => isOurs(set, value)));
  if (isLost) return takenBy(wanted, existing, others);
  const reason = `${wanted.name} is this instance's already`;
  // The records were written before, but the id of the change is not known. The same change again returns an id to wait
  // for.
  return write({ action: 'confirm', reason }, wanted, existing, { isOurs, knownChange });
}

function planTakeOver(
  wanted: WantedName,
  existing: readonly RecordSet[],
  marks: readonly Mark[],
  predecessor: Predecessor | undefined,
): NamePlan {
  const [mark] = marks;
  if (mark === undefined || predecessor === undefined || predecessorAt(existing, wanted) === undefined) {
    return takenBy(wanted, existing, marks);
  }
  const { instanceId, isDead, wasHeld, nowNamed } = predecessor;
  if (!isDead && nowNamed === undefined) {
    return { action: 'taken', reason: `${wanted.name} belongs to ${instanceId}, which is still alive` };
  }
  if (mark.ownerRecord.form === 'old' && !wasHeld) return takenBy(wanted, existing, marks);
  // It is no longer on record which of several addresses was the predecessor's, nor whether it had one of another type.
  const isClear = ({ type, values }: RecordSet) =>
    type === 'TXT' || (values.length === 1 && wanted.records.some((record) => record.type === type));
  if (!existing.every(isClear)) return takenBy(wanted, existing, marks);
  const isOurs = ({ type }: RecordSet, value: string) => type !== 'TXT' || value === mark.value;
  const who = nowNamed === undefined ? instanceId : `${instanceId}, which is ${nowNamed} by now`;
  const reason = `${wanted.name} was left behind by ${who}`;
  return write({ action: 'replace', reason }, wanted, existing, { isOurs });
}

interface Ownership {
  readonly isOurs: (record: RecordSet, value: string) => boolean;
  readonly knownChange?: string | undefined;
}

/** Removes our values from the existing records, and adds the wanted ones. */
function write(
  { action, reason }: { readonly action: 'create' | 'replace' | 'confirm'; readonly reason: string },
  wanted: WantedName,
  existing: readonly RecordSet[],
  { isOurs, knownChange }: Ownership,
): NamePlan {
  const kept = existing.map((record) => ({ ...record, values: record.values.filter((one) => !isOurs(record, one)) }));
  const records = wantedRecords(wanted).map((record) => {
    const beside = kept.find(({ type, values }) => type === record.type && values.length > 0);
    return beside === undefined ? record : { ...record, ttl: beside.ttl, values: union(record.values, beside.values) };
  });
  const left = kept.filter(({ type, values }) => values.length > 0 && !records.some((record) => record.type === type));
  const after = [...records, ...left];
  if (knownChange !== undefined && isSame(existing, after)) return { action: 'none', reason, change: knownChange };
  return { action, reason: reason + leaving(kept), changes: [...existing.map(deletion), ...after.map(creation)] };
}

function takenBy({ name }: WantedName, existing: readonly RecordSet[], marks: readonly Mark[]): NamePlan {
  const owners = marks.map(({ ownerRecord, value }) => describeOwnerRecord(ownerRecord, value)).join(', and to ');
  const todo = 'let that deployment release it, give one of the two groups another name, or remove the records by hand';
  const belongs = owners === '' ? `${name} is not ours alone` : `${name} belongs to ${owners}`;
  return { action: 'taken', reason: `${belongs} (${describeRecords(existing, [])}): ${todo}` };
}

/** The changes that give a free name to an instance. */
export function creationsOf(wanted: WantedName): Change[] {
  return wantedRecords(wanted).map(creation);
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
    records.map(({ type, ttl, values }) => [type, ttl, ...[...values].sort()].join(' ')).sort();
  return keys(existing).join('\n') === keys(wanted).join('\n');
}
