import type { TransactWriteItem, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';

import { entryOf, memberOf } from '../../../ledger/rules';
import { ledgerTable } from '../../../ledger/table';
import {
  changeableFields,
  type BuildRecord,
  type Claim,
  type HistoryEntry,
  type Holder,
  type MemberChanges,
} from '../../../ledger/port';
import { toAttribute, toItem } from '../../../../shared/dynamodb/attribute-values';
import { historyItems, memberItem, memberKey, slotItem, slotKey } from './items';

// Every name is an alias (`#index`): many of ours are reserved words, and the list of those grows.

export interface LedgerTarget {
  readonly tableName: string;
  readonly historyDays: number;
}

/** Slot, member, history: in this order. */
export function claimActions(target: LedgerTarget, claim: Claim): TransactWriteItem[] {
  const free = {
    TableName: target.tableName,
    ConditionExpression: 'attribute_not_exists(#pk)',
    ExpressionAttributeNames: { '#pk': ledgerTable.partitionKey },
  };
  const entry = entryOf(claim, { name: claim.name, event: 'claimed', reason: claim.execution, at: claim.at });
  return [
    { Put: { ...free, Item: slotItem(claim) } },
    { Put: { ...free, Item: memberItem(memberOf(claim)) } },
    ...historyActions(target, entry),
  ];
}

/** `execution`: only as the holder that this launch has made of it. */
type FencedHolder = Holder & { readonly execution?: string | undefined };

/** Slot, member, history: in this order. */
export function freeActions(target: LedgerTarget, holder: FencedHolder, entry: HistoryEntry): TransactWriteItem[] {
  const slot = {
    TableName: target.tableName,
    Key: slotKey(holder),
    ConditionExpression: '#instanceId = :instanceId',
    ExpressionAttributeNames: { '#instanceId': 'instanceId' },
    ExpressionAttributeValues: toItem({ ':instanceId': holder.instanceId }),
  };
  return [
    { Delete: slot },
    { Delete: { TableName: target.tableName, Key: memberKey(holder), ...fence(holder) } },
    ...historyActions(target, entry),
  ];
}

export function saveBuildAction(
  { tableName }: LedgerTarget,
  holder: Holder,
  { job, record, hasEnded }: { readonly job: string; readonly record: BuildRecord; readonly hasEnded: boolean },
) {
  const { group, instanceId, index } = holder;
  const own = { group, instanceId, index };
  const held = hasEnded ? fenceOfEnded(own) : fenceOfLaunch(own);
  const first = record.revision === 1;
  return {
    Update: {
      TableName: tableName,
      Key: memberKey(holder),
      UpdateExpression: 'SET #builds.#job = :record',
      ConditionExpression: `${held.ConditionExpression} AND ${
        first ? 'attribute_not_exists(#builds.#job)' : '#builds.#job.#revision = :previous'
      }`,
      ExpressionAttributeNames: {
        ...held.ExpressionAttributeNames,
        '#builds': 'builds',
        '#job': job,
        ...(first ? {} : { '#revision': 'revision' }),
      },
      ExpressionAttributeValues: {
        ...held.ExpressionAttributeValues,
        ':record': toAttribute(record),
        ...(first ? {} : { ':previous': toAttribute(record.revision - 1) }),
      },
      // Tells "not the holder" from "not the next revision".
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  } satisfies TransactWriteItem;
}

/** Without changes it still asks whether the instance is the holder. */
export function updateInput(
  { tableName }: LedgerTarget,
  holder: FencedHolder,
  changes: MemberChanges,
): UpdateItemCommandInput {
  const held = fenceFor(holder, changes);
  const given = changeableFields.filter((name) => changes[name] !== undefined);
  const input = { TableName: tableName, Key: memberKey(holder), ...held };
  if (given.length === 0) return input;
  const [set, removed] = [
    given.filter((name) => changes[name] !== null),
    given.filter((name) => changes[name] === null),
  ];
  const clauses = [
    ...(set.length > 0 ? [`SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
  ];
  return {
    ...input,
    UpdateExpression: clauses.join(' '),
    ExpressionAttributeNames: {
      ...held.ExpressionAttributeNames,
      ...Object.fromEntries(given.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ...held.ExpressionAttributeValues,
      ...toItem(Object.fromEntries(set.map((name) => [`:${name}`, changes[name]]))),
    },
  };
}

function fenceFor(holder: FencedHolder, { phase, endingSince }: MemberChanges) {
  if (phase === 'releasing') return fence(holder);
  return endingSince === undefined ? fenceOfLaunch(holder) : fenceOfStaying(holder);
}

// The member alone is proof: it exists exactly while its slot is held.
function fence({ index, execution }: FencedHolder) {
  const isBound = execution !== undefined;
  return {
    ConditionExpression: isBound ? '#index = :index AND #execution = :bound' : '#index = :index',
    ExpressionAttributeNames: { '#index': 'index', ...(isBound && { '#execution': 'execution' }) },
    ExpressionAttributeValues: toItem({ ':index': index, ...(isBound && { ':bound': execution }) }),
  };
}

/** The same for one that is not being released. */
function fenceOfStaying(holder: FencedHolder) {
  const held = fence(holder);
  return {
    ConditionExpression: `${held.ConditionExpression} AND #phase <> :releasing`,
    ExpressionAttributeNames: { ...held.ExpressionAttributeNames, '#phase': 'phase' },
    ExpressionAttributeValues: { ...held.ExpressionAttributeValues, ...toItem({ ':releasing': 'releasing' }) },
  };
}

/** The same for a member that is still its launch's: a step that acts for it after a release has begun comes too late. */
function fenceOfLaunch(holder: FencedHolder) {
  const held = fenceOfStaying(holder);
  return {
    ...held,
    ConditionExpression: `${held.ConditionExpression} AND attribute_not_exists(#endingSince)`,
    ExpressionAttributeNames: { ...held.ExpressionAttributeNames, '#endingSince': 'endingSince' },
  };
}

/** The same for one whose launch is over, and can write nothing more. */
function fenceOfEnded(holder: Holder) {
  const held = fence(holder);
  return {
    ConditionExpression: `${held.ConditionExpression} AND #phase IN (:releasing, :replacing)`,
    ExpressionAttributeNames: { ...held.ExpressionAttributeNames, '#phase': 'phase' },
    ExpressionAttributeValues: {
      ...held.ExpressionAttributeValues,
      ...toItem({ ':releasing': 'releasing', ':replacing': 'replacing' }),
    },
  };
}

function historyActions({ tableName, historyDays }: LedgerTarget, entry: HistoryEntry): TransactWriteItem[] {
  return historyItems(entry, historyDays).map((item) => ({ Put: { TableName: tableName, Item: item } }));
}
