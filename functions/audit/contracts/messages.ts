import type { ObjectRef } from '../ports/objects';

/** What a message of the queue means. */
export type QueueMessage =
  | { readonly kind: 'objects'; readonly objects: readonly ObjectRef[] }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/**
 * Reads a message: S3's notification (its keys form-URL-encoded), the same through SNS, EventBridge's *Object Created*
 * (plain keys), or `{ bucket, key }` of a backfill. S3's test event says nothing.
 */
export function readMessage(body: string): QueueMessage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { kind: 'refused', reason: 'a message that is no JSON' };
  }
  if (!isFields(parsed)) return { kind: 'refused', reason: 'a message that is no object' };
  if (parsed.Event === 's3:TestEvent') return { kind: 'ignored', reason: "S3's test event" };
  if (parsed.Type === 'Notification' && typeof parsed.Message === 'string' && parsed.Message !== body)
    return readMessage(parsed.Message);
  if (Array.isArray(parsed.Records)) return objects(parsed.Records.map((one) => notified(fieldsOf(one))));
  if (parsed['detail-type'] !== undefined) {
    if (parsed['detail-type'] !== 'Object Created')
      return {
        kind: 'ignored',
        reason: `not an object created: ${JSON.stringify(parsed['detail-type']).slice(0, 60)}`,
      };
    const detail = fieldsOf(parsed.detail);
    return objects([refOf(fieldsOf(detail.bucket).name, fieldsOf(detail.object), (key) => key, 'version-id')]);
  }
  return objects([refOf(parsed.bucket, parsed, (key) => key, 'versionId')]);
}

function objects(found: readonly (ObjectRef | 'ignored' | undefined)[]): QueueMessage {
  if (found.includes(undefined)) return { kind: 'refused', reason: 'a message without bucket and key' };
  const all = found.filter((one): one is ObjectRef => one !== undefined && one !== 'ignored');
  return all.length === 0 ? { kind: 'ignored', reason: 'no object created' } : { kind: 'objects', objects: all };
}

function notified(record: Fields): ObjectRef | 'ignored' | undefined {
  const name = textOf(record.eventName);
  if (name !== undefined && !/^(s3:)?ObjectCreated:/.test(name)) return 'ignored';
  const s3 = fieldsOf(record.s3);
  return refOf(fieldsOf(s3.bucket).name, fieldsOf(s3.object), decoded, 'versionId');
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

function refOf(
  bucket: unknown,
  object: Fields,
  plain: (key: string) => string,
  version: string,
): ObjectRef | undefined {
  const [name, key] = [textOf(bucket), textOf(object.key)];
  if (name === undefined || key === undefined) return undefined;
  const etag = (textOf(object.etag) ?? textOf(object.eTag))?.replaceAll('"', '');
  const versionId = textOf(object[version]);
  return {
    bucket: name,
    key: plain(key),
    ...(etag !== undefined && { etag }),
    ...(versionId !== undefined && { versionId }),
  };
}
