export interface ObjectEntry {
  readonly key: string;
  readonly bytes: number;
}

/** The bucket, or a folder. What is written is seen by every later read and listing (S3 since December 2020). */
export interface ObjectStore {
  /** Replaces what there is. */
  put(key: string, body: Uint8Array): Promise<void>;
  /** `undefined`: there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Up to `limit` (default 1000), by key in ascending order of their bytes, after `after`. */
  list(prefix: string, options?: { readonly limit?: number; readonly after?: string }): Promise<readonly ObjectEntry[]>;
  /** One that is not there is no mistake. */
  remove(key: string): Promise<void>;
}
