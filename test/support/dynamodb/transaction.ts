import * as db from 'dynalite/db';
import type { Item, Table } from 'dynalite/db';

import { isMet, keyOf, parseActions, type Action } from './action';
import { answer, cancelled, isApiError, type Reason } from './answers';
import type { Reply } from './backend';

/** Asks dynalite. Throws an ApiError for anything but success. */
export type Call = (operation: string, input: object) => Promise<Item>;

/** An action together with the item that it is about. */
interface Target extends Action {
  readonly key: Item;
  readonly existing: Item | undefined;
}

/**
 * TransactWriteItems, made of dynalite's own operations: all conditions are judged first, then all is written.
 *
 * The caller sees to it that nothing else happens meanwhile. Throws the ApiError that DynamoDB would answer.
 */
export async function transactWriteItems(items: unknown, call: Call): Promise<Reply> {
  const targets = await readTargets(parseActions(items), call);
  const reasons = targets.map(reasonOf);
  if (reasons.some(({ Code }) => Code !== 'None')) return cancelled(reasons);
  return write(targets, call);
}

async function readTargets(actions: Action[], call: Call): Promise<Target[]> {
  const tables = new Map<string, Table>();
  const seen = new Set<string>();
  const targets: Target[] = [];
  for (const action of actions) {
    const table = tables.get(action.tableName) ?? (await describe(action.tableName, call));
    tables.set(action.tableName, table);
    const key = keyOf(action, table);
    const identity = `${action.tableName} ${db.createKey(key, table)}`;
    if (seen.has(identity)) {
      throw db.validationError('Transaction request cannot include multiple operations on one item');
    }
    seen.add(identity);
    const found = await call('GetItem', { TableName: action.tableName, Key: key, ConsistentRead: true });
    targets.push({ ...action, key, existing: found.Item as Item | undefined });
  }
  return targets;
}

async function describe(tableName: string, call: Call): Promise<Table> {
  return (await call('DescribeTable', { TableName: tableName })).Table as Table;
}

function reasonOf(target: Target): Reason {
  if (isMet(target, target.existing)) return { Code: 'None' };
  const item = target.returnsItemOnFailure && target.existing !== undefined ? { Item: target.existing } : {};
  return { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...item };
}

// Some mistakes show only when an update meets its item (a path that is not there). What was written before is then
// put back as it was.
async function write(targets: Target[], call: Call): Promise<Reply> {
  for (const [position, target] of targets.entries()) {
    try {
      if (target.operation !== undefined) await call(target.operation, target.input);
    } catch (error) {
      for (const written of targets.slice(0, position)) await restore(written, call);
      if (!isApiError(error)) throw error;
      const reason: Reason = { Code: 'ValidationError', Message: error.message };
      return cancelled(targets.map((each) => (each === target ? reason : { Code: 'None' })));
    }
  }
  return answer(200, {});
}

async function restore({ tableName, key, existing }: Target, call: Call): Promise<void> {
  if (existing === undefined) await call('DeleteItem', { TableName: tableName, Key: key });
  else await call('PutItem', { TableName: tableName, Item: existing });
}
