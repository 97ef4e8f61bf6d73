import { S3Client } from '@aws-sdk/client-s3';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { s3Objects } from '../../adapters/aws/s3-objects';
import { keepHeapSmall } from '../../../shared/small-heap';
import { environmentNames, parseRules, wired } from '../../wiring';
import { makeHandler } from './handler';

keepHeapSmall();
const env = parseEnvironment(process.env, [...environmentNames, 'RULES']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...wired(env, aws),
  objects: s3Objects(new S3Client(aws)),
  options: parseRules(env.RULES),
});
