import type { ApiError, Item } from 'dynalite/db';

import type { Reply } from './backend';

/** An answer of DynamoDB that dynalite did not give. */
export function answer(status: number, content: object): Reply {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(content)),
  };
}

export function refusal(name: string, message: string, more: object = {}): Reply {
  return answer(400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more });
}

export interface Reason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError' | 'TransactionConflict';
  readonly Message?: string;
  readonly Item?: Item;
}

export function cancelled(reasons: readonly Reason[]): Reply {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return refusal(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

/** Whether an error carries the answer that DynamoDB would give. */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}
