/**
 * The schema of the ledger's table: what CDK creates and the ledger relies on. Both keys are strings.
 *
 * `timeToLive` is a number, in seconds since the epoch, and only history and observations have it: DynamoDB must never
 * expire a holder, a hold, a reserve or a breaker.
 */
export const ledgerTable = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' } as const;
