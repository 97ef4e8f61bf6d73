import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectEntry, ObjectStore } from '../../ports/objects';

/** The ObjectStore port on a bucket. S3 is consistent: what was written is read and listed at once. */
export function createS3Store(client: Pick<S3Client, 'send'>, Bucket: string): ObjectStore {
  return {
    put: async (Key, Body) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    get: async (Key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name)) return undefined;
        throw error;
      }
    },
    list: async (Prefix, { limit = 1000, after } = {}) => {
      const found: ObjectEntry[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            ...{ Bucket, Prefix, MaxKeys: limit - found.length },
            ...(after !== undefined && { StartAfter: after }),
            ...(ContinuationToken !== undefined && { ContinuationToken }),
          }),
        );
        for (const { Key, Size } of page.Contents ?? [])
          if (Key !== undefined) found.push({ key: Key, bytes: Size ?? 0 });
        // S3 may answer with fewer than there are: it says itself whether these were all.
        ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined && found.length < limit);
      return found;
    },
    remove: async (Key) => {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
}
