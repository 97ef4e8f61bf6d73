import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Objects } from '../../ports/objects';

/** Objects in S3. A version that the event names is read as it was, even if the object has changed since. */
export function s3Objects(client: S3Client): Objects {
  return {
    async open({ bucket, key, versionId }) {
      const { Body, ETag = '' } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) }),
      );
      return { etag: ETag.replaceAll('"', ''), body: (Body ?? []) as AsyncIterable<Uint8Array> };
    },
  };
}
