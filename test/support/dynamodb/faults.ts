import { answer, cancelled, refusal } from './answers';
import type { Reply } from './backend';

/**
 * What a request may meet instead of its ordinary answer.
 *
 * `lost-answer`: it is carried out, and then the connection breaks. In all other cases nothing is carried out:
 * `throttled`, `unavailable` (an internal error), `conflict` (another transaction is at work on an item).
 */
export type Fault = 'lost-answer' | 'throttled' | 'unavailable' | 'conflict';

/** Faults to come, by operation, first in, first out. */
export class Faults {
  readonly #queues = new Map<string, Fault[]>();

  add(operation: string, faults: readonly Fault[]): void {
    this.#queues.set(operation, [...(this.#queues.get(operation) ?? []), ...faults]);
  }

  /** Those that no request has met. */
  forget(): void {
    this.#queues.clear();
  }

  take(operation: string): Fault | undefined {
    return this.#queues.get(operation)?.shift();
  }
}

/** The answer in place of the ordinary one, for the faults that are answers. */
export function faultReply(fault: Exclude<Fault, 'lost-answer'>, operation: string, actions: number): Reply {
  switch (fault) {
    case 'throttled':
      return refusal('ProvisionedThroughputExceededException', 'The level of configured throughput was exceeded');
    case 'unavailable':
      return answer(500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'internal error' });
    case 'conflict':
      return operation === 'TransactWriteItems'
        ? cancelled(conflictReasons(actions))
        : refusal('TransactionConflictException', 'Transaction is ongoing for the item');
  }
}

function conflictReasons(actions: number) {
  return Array.from({ length: actions }, (_, position) =>
    position === 0
      ? ({ Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' } as const)
      : ({ Code: 'None' } as const),
  );
}
