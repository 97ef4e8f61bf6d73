/** One object as it was stored. */
export interface ObjectRef {
  readonly bucket: string;
  /** Plain, not URL-encoded. */
  readonly key: string;
  readonly etag?: string;
  readonly versionId?: string;
}

export interface OpenObject {
  /** Without quotes. */
  readonly etag: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where logs are kept. Rejects with the error of the service, also for an object that is gone. */
export interface Objects {
  open(object: ObjectRef): Promise<OpenObject>;
}
