import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PageStore } from '../../ports/page';

const types = { 'index.html': 'text/html; charset=utf-8', 'status.json': 'application/json' } as const;

/** The page in a bucket, behind CloudFront: both keep a file for no longer than a reader may be misled. */
export function createS3Page(client: Pick<S3Client, 'send'>, Bucket: string): PageStore {
  return {
    put: async (Key, Body) => {
      const how = { ContentType: types[Key], CacheControl: 'public, max-age=15' };
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ...how }));
    },
  };
}
