/**
 * A partial batch response: what the function of an SQS event source returns with `ReportBatchItemFailures` (Lambda
 * developer guide, "Using Lambda with Amazon SQS", "Handling errors").
 */
export interface SqsBatchResponse {
  /** The messages that SQS delivers again, by their ids; it deletes the others. */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** @param failed the ids of the messages that are to be delivered again. */
export function batchResponse(failed: readonly string[]): SqsBatchResponse {
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
