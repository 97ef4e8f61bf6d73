import { S3Client } from '@aws-sdk/client-s3';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createS3Store } from '../../adapters/aws/s3-store';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['BUCKET']);

export const handler = makeHandler({
  ...runtime,
  store: createS3Store(new S3Client(awsClient(process.env)), env.BUCKET),
  bucket: env.BUCKET,
});
