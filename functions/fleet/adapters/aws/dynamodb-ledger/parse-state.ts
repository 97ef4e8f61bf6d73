import * as z from '../../../../shared/schema';
import { ledgerTable } from '../../../ledger/table';
import {
  notificationStates,
  reservePhases,
  type Breaker,
  type GroupRecords,
  type Hold,
  type Observation,
  type Reserve,
} from '../../../ledger/port';
import { breakerSortKey, prefixes, type Item } from './items';
import { builds, count, oneOf, optional, parse, text, texts, whole } from './parse';

// Holds, reserves and the breaker are stored whole, so they are passed on whole, like a build's record.

/** The message about a record. */
const notification = whole({ state: oneOf(notificationStates), at: text });

const hold = whole({
  group: text,
  instanceId: text,
  revision: count,
  name: optional(text),
  execution: text,
  redrive: count,
  state: text,
  error: text,
  reason: text,
  failedAt: text,
  endsAt: optional(text),
  hookEndsAt: optional(text),
  report: notification,
});

const reserve = whole({
  group: text,
  instanceId: text,
  revision: count,
  execution: text,
  phase: oneOf(reservePhases),
  addresses: optional(texts),
  completedToken: optional(text),
  endingSince: optional(text),
  builds,
});

const breaker = whole({
  group: text,
  revision: count,
  failed: texts,
  openedAt: optional(text),
  report: optional(notification),
});

const observation = z.object({ group: text, key: text, revision: count, at: text, value: text });

/** @throws NamedError `LedgerCorrupt` */
export const parseHold = (item: Item): Hold => withoutKey(parse(hold, item));

/** @throws NamedError `LedgerCorrupt` */
export const parseReserve = (item: Item): Reserve => withoutKey(parse(reserve, item));

/** @throws NamedError `LedgerCorrupt` */
export const parseBreaker = (item: Item): Breaker => withoutKey(parse(breaker, item));

/** @throws NamedError `LedgerCorrupt` */
export const parseObservation = (item: Item): Observation => parse(observation, item);

/**
 * The records among `items`, in their order. Records of a kind that this version does not know are skipped.
 *
 * @throws NamedError `LedgerCorrupt`
 */
export function parseState(items: readonly Item[]): Omit<GroupRecords, 'members'> {
  const below = (prefix: string) => items.filter((item) => sortKeyOf(item).startsWith(prefix));
  const open = items.find((item) => sortKeyOf(item) === breakerSortKey);
  return {
    holds: below(prefixes.holds).map(parseHold),
    reserves: below(prefixes.reserves).map(parseReserve),
    ...(open === undefined ? {} : { breaker: parseBreaker(open) }),
  };
}

const sortKeyOf = (item: Item): string => item[ledgerTable.sortKey]?.S ?? '';

/** All attributes but the key. */
function withoutKey<Attributes extends object>(record: Attributes): Attributes {
  const keys: readonly string[] = [ledgerTable.partitionKey, ledgerTable.sortKey];
  return Object.fromEntries(Object.entries(record).filter(([name]) => !keys.includes(name))) as Attributes;
}
