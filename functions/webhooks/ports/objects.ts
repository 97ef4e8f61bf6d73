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
  /**
   * Up to `limit` objects (default and maximum 1000), by key in ascending order of their bytes, after `after`. Fewer than
   * `limit`: the list is complete.
   */
  list(prefix: string, options?: { readonly limit?: number; readonly after?: string }): Promise<readonly ObjectEntry[]>;
  /** One that is not there is no mistake. */
  remove(key: string): Promise<void>;
}

/** All objects under a prefix, listed a thousand at a time, as they are asked for. */
export async function* objectsUnder(
  store: Pick<ObjectStore, 'list'>,
  prefix: string,
  { after: first }: { readonly after?: string } = {},
): AsyncGenerator<ObjectEntry, void, void> {
  const limit = 1000;
  let after = first;
  let page: readonly ObjectEntry[];
  do {
    page = await store.list(prefix, { limit, ...(after !== undefined && { after }) });
    yield* page;
    after = page.at(-1)?.key;
  } while (page.length === limit);
}
