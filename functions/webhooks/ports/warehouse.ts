/** What the load of one batch is made of. */
export interface LoadOrder {
  readonly batch: string;
  readonly table: string;
  /** Names of the columns that the routes add, in their order. */
  readonly columns: readonly string[];
  /** Key of the COPY manifest in the store. */
  readonly manifest: string;
  /** The earliest `received_at` in the batch, milliseconds since 1970. */
  readonly earliestMs: number;
}

export type StatementState =
  | { readonly state: 'running' }
  | { readonly state: 'finished' }
  | { readonly state: 'failed'; readonly error: string }
  /** The warehouse knows no such statement (any more). */
  | { readonly state: 'unknown' };

/** What the ledger says of a batch. */
export type LedgerAnswer =
  | { readonly answer: 'pending' }
  | { readonly answer: 'absent' }
  | { readonly answer: 'loaded'; readonly staged: number; readonly inserted: number };

/**
 * Where events end. A load is one transaction: all of a batch is in the table and in the ledger, or nothing.
 * `token` (64 characters at most) names a request: asked again with it within 8 hours, nothing happens twice.
 */
export interface Warehouse {
  submit(order: LoadOrder, token: string): Promise<{ readonly statement: string }>;
  follow(statement: string): Promise<StatementState>;
  ledger(load: Pick<LoadOrder, 'table' | 'batch'>, token: string): Promise<LedgerAnswer>;
}
