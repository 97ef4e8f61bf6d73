import {
  creation,
  deletion,
  describe,
  describeClaim,
  holds,
  isOwn,
  leaving,
  marksAt,
  type Change,
  type ForeignSet,
  type Owner,
  type RecordSet,
} from './record-sets';

/** What an instance has had in DNS at one name, by the ledger. */
export interface HeldName {
  readonly name: string;
  readonly owner: Owner;
  /** Its addresses, and what its reverse name leads to. */
  readonly values: readonly string[];
  /** Its records were certainly written: the change is on record. Then they are its also without the mark. */
  readonly wasWritten: boolean;
}

export type RemovalPlan =
  | { readonly action: 'remove'; readonly reason: string; readonly changes: readonly Change[] }
  | { readonly action: 'none'; readonly reason: string }
  /** It still leads to the instance by a record that is not ours to take away. */
  | { readonly action: 'stuck'; readonly reason: string };

/**
 * How to take an instance's values away, and no others: its mark, and the addresses that it has had. What others have
 * put beside them is written back in the same batch.
 */
export function planRemoval(
  held: HeldName,
  existing: readonly RecordSet[],
  foreign: readonly ForeignSet[],
): RemovalPlan {
  const { name, owner, values, wasWritten } = held;
  const marks = marksAt(existing);
  const own = marks.filter(({ claim }) => isOwn(claim, owner));
  const [other] = marks.filter(({ claim }) => !isOwn(claim, owner) && claim.form !== 'unknown');
  if (own.length === 0 && other !== undefined) {
    return { action: 'none', reason: `${name} is not its: it belongs to ${describeClaim(other.claim, other.value)}` };
  }
  const isOurs = ({ type }: RecordSet, value: string) =>
    type === 'TXT' ? own.some((mark) => mark.value === value) : holds(values, value);
  const ours = existing.filter((record) => record.values.some((value) => isOurs(record, value)));
  const bent = foreign.filter(({ addresses }) => addresses.some((address) => holds(values, address)));
  if (bent.length > 0) return stuck(name, owner, bent.map(({ text }) => text).join(', '));
  if (own.length === 0 && !wasWritten) {
    const leads = ours.filter(({ type }) => type === 'A' || type === 'AAAA');
    if (leads.length > 0) return stuck(name, owner, describe(leads, []));
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
