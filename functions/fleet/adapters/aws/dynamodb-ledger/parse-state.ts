import * as z from '../../../../shared/schema';
import { ledgerTable } from '../../../ledger/table';
import {
  notificationStates,
  reservePhases,
  type Breaker,
  type GroupRecords,
  type Hold,
  type Notification,
  type Observation,
  type Reserve,
} from '../../../ledger/port';
import { breakerSortKey, sortKeyPrefixes, type Item } from './items';
import {
  builds,
  countAttribute,
  oneOf,
  optional,
  optionalText,
  optionalTexts,
  parse,
  textAttribute,
  textsAttribute,
  mapAttribute,
  type SchemaOf,
} from './parse';

// Holds, reserves and the breaker are stored whole, so they are passed on whole, like a build's record.

/** The message about a record. */
const notification = mapAttribute({
  state: oneOf(notificationStates),
  at: textAttribute,
} satisfies SchemaOf<Notification>);

const hold = mapAttribute({
  group: textAttribute,
  instanceId: textAttribute,
  revision: countAttribute,
  name: optionalText,
  execution: textAttribute,
  redrive: countAttribute,
  state: textAttribute,
  error: textAttribute,
  reason: textAttribute,
  failedAt: textAttribute,
  endsAt: optionalText,
  hookEndsAt: optionalText,
  report: notification,
} satisfies SchemaOf<Hold>);

const reserve = mapAttribute({
  group: textAttribute,
  instanceId: textAttribute,
  revision: countAttribute,
  execution: textAttribute,
  phase: oneOf(reservePhases),
  addresses: optionalTexts,
  completedToken: optionalText,
  endingSince: optionalText,
  builds,
} satisfies SchemaOf<Reserve>);

const breaker = mapAttribute({
  group: textAttribute,
  revision: countAttribute,
  failed: textsAttribute,
  openedAt: optionalText,
  report: optional(notification),
} satisfies SchemaOf<Breaker>);

const observation = z.object({
  group: textAttribute,
  key: textAttribute,
  revision: countAttribute,
  at: textAttribute,
  value: textAttribute,
} satisfies SchemaOf<Observation>);

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
    holds: below(sortKeyPrefixes.holds).map(parseHold),
    reserves: below(sortKeyPrefixes.reserves).map(parseReserve),
    ...(open === undefined ? {} : { breaker: parseBreaker(open) }),
  };
}

const sortKeyOf = (item: Item): string => item[ledgerTable.sortKey]?.S ?? '';

/** All attributes but the key. */
function withoutKey<Attributes extends object>(record: Attributes): Attributes {
  const keys: readonly string[] = [ledgerTable.partitionKey, ledgerTable.sortKey];
  return Object.fromEntries(Object.entries(record).filter(([name]) => !keys.includes(name))) as Attributes;
}
