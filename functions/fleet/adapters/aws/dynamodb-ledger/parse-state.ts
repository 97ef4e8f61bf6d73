import { ledgerTable } from '../../../ledger/table';
import {
  notificationStates,
  reservePhases,
  type Breaker,
  type GroupRecords,
  type Hold,
  type Observation,
  type Notification,
  type Reserve,
} from '../../../ledger/port';
import type { Attributes } from '../../../../shared/dynamodb/attribute-values';
import { breakerSortKey, prefixes, type Item } from './items';
import { parseBuild, readerOf } from './parse';
import type { Reader } from './reader';

// These records are stored whole. So they are passed on whole, like a build's: what a newer version has put into one
// must survive that we store it again.

/** @throws NamedError `LedgerCorrupt` */
export function parseHold(item: Item): Hold {
  const read = readerOf(item);
  return {
    ...(contentOf(read) as Partial<Hold>),
    group: read.text('group'),
    instanceId: read.text('instanceId'),
    revision: read.count('revision'),
    ...read.ifPresent('name', (name) => read.text(name)),
    execution: read.text('execution'),
    redrive: read.count('redrive'),
    state: read.text('state'),
    error: read.text('error'),
    reason: read.text('reason'),
    failedAt: read.text('failedAt'),
    ...read.ifPresent('endsAt', (name) => read.text(name)),
    ...read.ifPresent('hookEndsAt', (name) => read.text(name)),
    report: parseReport(read.nested('report')),
  };
}

/** @throws NamedError `LedgerCorrupt` */
export function parseReserve(item: Item): Reserve {
  const read = readerOf(item);
  return {
    ...(contentOf(read) as Partial<Reserve>),
    group: read.text('group'),
    instanceId: read.text('instanceId'),
    revision: read.count('revision'),
    execution: read.text('execution'),
    phase: read.oneOf('phase', reservePhases),
    ...read.ifPresent('addresses', (name) => read.texts(name)),
    ...read.ifPresent('completedToken', (name) => read.text(name)),
    ...read.ifPresent('endingSince', (name) => read.text(name)),
    builds: read.nested('builds').map(parseBuild),
  };
}

/** @throws NamedError `LedgerCorrupt` */
export function parseBreaker(item: Item): Breaker {
  const read = readerOf(item);
  return {
    ...(contentOf(read) as Partial<Breaker>),
    group: read.text('group'),
    revision: read.count('revision'),
    failed: read.texts('failed'),
    ...read.ifPresent('openedAt', (name) => read.text(name)),
    ...read.ifPresent('report', (name) => parseReport(read.nested(name))),
  };
}

/** @throws NamedError `LedgerCorrupt` */
export function parseObservation(item: Item): Observation {
  const read = readerOf(item);
  return {
    group: read.text('group'),
    key: read.text('key'),
    revision: read.count('revision'),
    at: read.text('at'),
    value: read.text('value'),
  };
}

/**
 * The records among `items`, in their order. Records of a kind that this version does not know are skipped.
 *
 * @throws NamedError `LedgerCorrupt`
 */
export function parseState(items: readonly Item[]): Omit<GroupRecords, 'members'> {
  const below = (prefix: string) => items.filter((item) => sortKeyOf(item).startsWith(prefix));
  const breaker = items.find((item) => sortKeyOf(item) === breakerSortKey);
  return {
    holds: below(prefixes.holds).map(parseHold),
    reserves: below(prefixes.reserves).map(parseReserve),
    ...(breaker === undefined ? {} : { breaker: parseBreaker(breaker) }),
  };
}

const sortKeyOf = (item: Item): string => item[ledgerTable.sortKey]?.S ?? '';

function parseReport(read: Reader): Notification {
  return {
    ...(read.attributes as Partial<Notification>),
    state: read.oneOf('state', notificationStates),
    at: read.text('at'),
  };
}

/** All attributes but the key. */
function contentOf({ attributes }: Reader): Attributes {
  const keys: readonly string[] = [ledgerTable.partitionKey, ledgerTable.sortKey];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !keys.includes(name)));
}
