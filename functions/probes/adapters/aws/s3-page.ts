import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PageStore } from '../../ports/page';

const types = { 'index.html': 'text/html; charset=utf-8', 'status.json': 'application/json' } as const;

/** The page in a bucket behind CloudFront. Its cache time is short, so that readers do not see an old page for long. */
export function createS3Page(client: Pick<S3Client, 'send'>, Bucket: string): PageStore {
  return {
    put: async (Key, Body) => {
      const how = { ContentType: types[Key], CacheControl: 'public, max-age=15' };
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ...how }));
    },
  };
}
