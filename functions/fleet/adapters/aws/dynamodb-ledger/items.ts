import { historyKey, instant, paddedIndex } from '../../../ledger/rules';
import { ledgerTable } from '../../../ledger/table';
import type { Breaker, HistoryEntry, Hold, Holder, Member, Observation, Reserve } from '../../../ledger/port';
import { toItem, type Item } from '../../../../shared/dynamodb/attribute-values';

// One partition a group, so that one query reads all of its members, or all of its slots:
//
//   pk            sk                                        what
//   GROUP#<group> SLOT#<index>                              group, index, instanceId
//   GROUP#<group> MEMBER#<instanceId>                       the port's Member
//   GROUP#<group> HISTORY#<index>#<at>#<event>#…            the port's HistoryEntry, expiresAt
//   GROUP#<group> TIMELINE#<at>#<event>#<index>#…           the same entry again
//   GROUP#<group> STATE#BREAKER                             the port's Breaker
//   GROUP#<group> STATE#HOLD#<instanceId>                   the port's Hold
//   GROUP#<group> STATE#RESERVE#<instanceId>                the port's Reserve
//   GROUP#<group> OBSERVED#<key>                            the port's Observation, expiresAt
//
// History is written twice because it is read in two orders, by index and by time. The alternative, one copy and a
// local secondary index, costs the same write and fixes the table's shape for ever.
//
// What has a revision and is stored whole begins with STATE#, so that one more query reads the rest of a group.
// Observations do not: no caller reads all of them, and one can be as large as everything else together.
//
// A claim, tried or done, is four items in a transaction: 8 write units of the 1,000 a second that DynamoDB gives to a
// partition. So a group can try some 125 claims a second. EC2 takes 10 CreateTags a second from the same launches.

export type { Item };

/** The prefix of the sort keys of each kind of item. */
export const sortKeyPrefixes = {
  slots: 'SLOT#',
  members: 'MEMBER#',
  historyOf: (index: number) => `HISTORY#${paddedIndex(index)}#`,
  timeline: 'TIMELINE#',
  state: 'STATE#',
  holds: 'STATE#HOLD#',
  reserves: 'STATE#RESERVE#',
  observations: 'OBSERVED#',
};

/** The one sort key of a group's breaker. */
export const breakerSortKey = 'STATE#BREAKER';

export const partitionOf = (group: string) => `GROUP#${group}`;

export function slotKey({ group, index }: Pick<Holder, 'group' | 'index'>): Item {
  return key(group, sortKeyPrefixes.slots + paddedIndex(index));
}

export function memberKey({ group, instanceId }: Pick<Holder, 'group' | 'instanceId'>): Item {
  return key(group, sortKeyPrefixes.members + instanceId);
}

export function holdKey({ group, instanceId }: Pick<Hold, 'group' | 'instanceId'>): Item {
  return key(group, sortKeyPrefixes.holds + instanceId);
}

export function reserveKey({ group, instanceId }: Pick<Reserve, 'group' | 'instanceId'>): Item {
  return key(group, sortKeyPrefixes.reserves + instanceId);
}

export function breakerKey({ group }: Pick<Breaker, 'group'>): Item {
  return key(group, breakerSortKey);
}

export function observationKey(group: string, name: string): Item {
  return key(group, sortKeyPrefixes.observations + name);
}

/** The attribute beside an observation's own: when DynamoDB deletes it. */
export function observationExpiry({ at }: Observation, days: number): object {
  return { [ledgerTable.timeToLive]: daysAfter(at, days) };
}

export function slotItem({ group, index, instanceId }: Holder): Item {
  return { ...slotKey({ group, index }), ...toItem({ group, index, instanceId }) };
}

export function memberItem(member: Member): Item {
  return { ...memberKey(member), ...toItem(member) };
}

/** The two copies of a history entry, to be gone `days` after it happened. */
export function historyItems(entry: HistoryEntry, days: number): Item[] {
  const content = toItem({ ...entry, [ledgerTable.timeToLive]: daysAfter(entry.at, days) });
  return [sortKeyPrefixes.historyOf(entry.index), sortKeyPrefixes.timeline].map((prefix) => ({
    ...key(entry.group, prefix + historyKey(entry)),
    ...content,
  }));
}

/** In seconds since the epoch, as DynamoDB's time to live wants it. */
function daysAfter(at: string, days: number): number {
  return Math.floor(Date.parse(instant(at)) / 1000) + days * 86_400;
}

function key(group: string, sortKey: string): Item {
  return toItem({ [ledgerTable.partitionKey]: partitionOf(group), [ledgerTable.sortKey]: sortKey });
}
