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

/** A column of a table that is there. */
export interface FoundColumn {
  readonly table: string;
  readonly column: string;
  /** As the catalog calls it: `character varying`. */
  readonly type: string;
  readonly length: number | undefined;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  /** It takes no null, and has no default. */
  readonly isRequired: boolean;
}

export type ColumnsAnswer =
  | { readonly answer: 'pending' }
  /** None of a table that is not there, or that the user may not see. */
  | { readonly answer: 'columns'; readonly columns: readonly FoundColumn[] };

/**
 * Where events end. A load is one transaction: all of a batch is in the table and in the ledger, or nothing.
 * `token` (64 characters at most) names a request: asked again with it within 8 hours, nothing happens twice.
 */
export interface Warehouse {
  /** The columns of a route's table, its conflicts and its stage. */
  columns(table: string, token: string): Promise<ColumnsAnswer>;
  submit(order: LoadOrder, token: string): Promise<{ readonly statement: string }>;
  follow(statement: string): Promise<StatementState>;
  ledger(load: Pick<LoadOrder, 'table' | 'batch'>, token: string): Promise<LedgerAnswer>;
}
