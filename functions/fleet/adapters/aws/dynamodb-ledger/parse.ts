import { NamedError } from '../../../../shared/named-error';
import { ledgerTable } from '../../../ledger/table';
import {
  phases,
  type BuildOutcome,
  type BuildRecord,
  type HistoryEntry,
  type Member,
  type Slot,
} from '../../../ledger/port';
import { fromItem, type Attributes } from '../../../../shared/dynamodb/attribute-values';
import type { Item } from './items';
import { Reader } from './reader';

// What is read was written by some version of this code, by an operator's hand, or by a restore. Attributes that we
// do not know are left alone; one that we need and that is not as it should be is an error that says where.

/** @throws NamedError `LedgerCorrupt` */
export function parseMember(item: Item): Member {
  const read = readerOf(item);
  return {
    group: read.text('group'),
    instanceId: read.text('instanceId'),
    index: read.count('index'),
    name: read.text('name'),
    ...read.ifPresent('fqdn', (name) => read.text(name)),
    execution: read.text('execution'),
    phase: read.oneOf('phase', phases),
    claimedAt: read.text('claimedAt'),
    ...read.ifPresent('inServiceAt', (name) => read.text(name)),
    ...read.ifPresent('addresses', (name) => read.texts(name)),
    ...read.ifPresent('dnsChanges', (name) => read.texts(name)),
    ...read.ifPresent('dnsNames', (name) => read.texts(name)),
    ...read.ifPresent('dnsBatch', (name) => read.texts(name)),
    ...read.ifPresent('targetGroups', (name) => read.texts(name)),
    ...read.ifPresent('targets', (name) => read.texts(name)),
    ...read.ifPresent('registered', (name) => read.texts(name)),
    ...read.ifPresent('completedToken', (name) => read.text(name)),
    ...read.ifPresent('endingSince', (name) => read.text(name)),
    builds: read.nested('builds').map(parseBuild),
  };
}

/** The index of a slot. @throws NamedError `LedgerCorrupt` */
export function parseSlot(item: Item): Slot {
  const read = readerOf(item);
  return { index: read.count('index'), instanceId: read.text('instanceId') };
}

/** @throws NamedError `LedgerCorrupt` */
export function parseHistory(item: Item): HistoryEntry {
  const read = readerOf(item);
  return {
    group: read.text('group'),
    index: read.count('index'),
    name: read.text('name'),
    instanceId: read.text('instanceId'),
    event: read.oneOf('event', ['claimed', 'freed']),
    reason: read.text('reason'),
    at: read.text('at'),
  };
}

/** `LedgerCorrupt`: what is stored is not what any version of this code writes. */
export function corrupt(item: Attributes, problem: string): NamedError {
  const where = `${String(item[ledgerTable.partitionKey])} ${String(item[ledgerTable.sortKey])}`;
  return new NamedError('LedgerCorrupt', `ledger item ${where}: ${problem}`, { fault: 'bug' });
}

/**
 * The record is passed on whole: what a newer version has put into it must survive that we store it again.
 *
 * @throws NamedError `LedgerCorrupt`
 */
export function parseBuild(read: Reader): BuildRecord {
  return {
    ...(read.attributes as Partial<BuildRecord>),
    revision: read.count('revision'),
    attempt: read.count('attempt'),
    execution: read.text('execution'),
    redrive: read.count('redrive'),
    correlation: read.text('correlation'),
    startedAt: read.text('startedAt'),
    ...read.ifPresent('outcome', (name) => parseOutcome(read.nested(name))),
  };
}

function parseOutcome(read: Reader): BuildOutcome {
  return {
    ...(read.attributes as Partial<BuildOutcome>),
    succeeded: read.flag('succeeded'),
    result: read.text('result'),
    message: read.text('message'),
  };
}

/** Reads an item; what it refuses is `LedgerCorrupt`, with the item's key. */
export function readerOf(item: Item): Reader {
  const attributes = fromItem(item);
  return new Reader(attributes, (problem) => corrupt(attributes, problem));
}
