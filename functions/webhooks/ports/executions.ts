export interface LoadExecution {
  readonly status: string;
  /** Milliseconds since 1970; `undefined` while it runs. */
  readonly stoppedMs: number | undefined;
}

/** The executions of `load-batch`. */
export interface LoadExecutions {
  /** The newest one of a table, among the newest hundred of all. */
  latest(table: string): Promise<LoadExecution | undefined>;
  /** One that is there by that name already is no mistake. */
  start(table: string, name: string): Promise<void>;
}
