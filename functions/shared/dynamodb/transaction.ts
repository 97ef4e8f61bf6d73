import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type CancellationReason,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';

import type { Item } from './attribute-values';

/** How a transaction ended. Unless it is `done`, nothing was written. */
export type TransactionVerdict =
  | { readonly kind: 'done' }
  /** `refused`: of each action, in order, whether its condition was not met, and the item as it is, if asked for. */
  | { readonly kind: 'refused'; readonly refused: readonly (ConditionFailure | undefined)[] }
  /** Another transaction was at work on one of the items. */
  | { readonly kind: 'contended'; readonly cause: TransactionCanceledException };

export interface ConditionFailure {
  readonly item?: Item;
}

/**
 * Carries out `actions`, all or none.
 *
 * The SDK puts a ClientRequestToken of its own into every call, the same in each of its retries. So when an answer is
 * lost, DynamoDB answers the retry of a transaction that was carried out with success, and a run does not mistake its own
 * write for another's. The token is deliberately not made of the content: within the 10 minutes that DynamoDB remembers it, to
 * claim, free and claim the same again would be reported as done without being done.
 *
 * @throws the SDK's errors, for everything that is neither a condition nor a conflict.
 */
export async function transact(client: DynamoDBClient, actions: TransactWriteItem[]): Promise<TransactionVerdict> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: actions }));
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    return verdictOf(error);
  }
}

function verdictOf(error: TransactionCanceledException): TransactionVerdict {
  const reasons = error.CancellationReasons ?? [];
  const refused = reasons.map(refusalOf);
  if (refused.some((refusal) => refusal !== undefined)) return { kind: 'refused', refused };
  if (reasons.some(({ Code }) => Code === 'TransactionConflict')) return { kind: 'contended', cause: error };
  throw error;
}

function refusalOf({ Code, Item }: CancellationReason): ConditionFailure | undefined {
  if (Code !== 'ConditionalCheckFailed') return undefined;
  return Item === undefined ? {} : { item: Item };
}
