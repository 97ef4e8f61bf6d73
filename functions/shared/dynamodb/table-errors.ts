import { messageOf } from '../aws-errors';

/**
 * DynamoDB has no such table (yet), or one whose keys are others.
 *
 * Source: DynamoDB developer guide, "Error handling" (a table that is being made is not found, either). The words for
 * other keys are DynamoDB's own, of reads, of queries, and of writes.
 */
export function isTableUnusable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ResourceNotFoundException') return true;
  const isRefusal = error.name === 'ValidationException' || error.name === 'TransactionCanceledException';
  return isRefusal && ofOtherKeys.test([messageOf(error), ...reasonsIn(error)].join(' '));
}

const ofOtherKeys =
  /key element does not match the schema|missed key schema element|key condition not supported|type does not match schema type|missing the key \S+ in the item|type mismatch for key/i;

function reasonsIn(error: Error): string[] {
  if (!('CancellationReasons' in error) || !Array.isArray(error.CancellationReasons)) return [];
  return (error.CancellationReasons as { Message?: string }[]).flatMap(({ Message }) => Message ?? []);
}
