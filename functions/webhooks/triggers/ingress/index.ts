import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createRouteParameters } from '../../adapters/aws/route-parameters';
import { createS3Store } from '../../adapters/aws/s3-store';
import { createSecretSource } from '../../adapters/aws/secrets';
import { createSqsQueue } from '../../adapters/aws/sqs-queue';
import { SecretsCache } from '../../ingress/secrets-cache';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['ROUTES_PATH', 'QUEUE_URL', 'BUCKET']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  routes: createRouteParameters({ ...runtime, client: new SSMClient(aws), path: env.ROUTES_PATH }),
  queue: createSqsQueue(new SQSClient(aws), env.QUEUE_URL),
  store: createS3Store(new S3Client(aws), env.BUCKET),
  secrets: new SecretsCache(createSecretSource(new SecretsManagerClient(aws)), runtime.clock),
  newId: randomUUID,
});
