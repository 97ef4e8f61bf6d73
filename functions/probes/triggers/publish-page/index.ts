import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { dynamoDbStore } from '../../../shared/incidents/dynamodb-store';
import { createS3Page } from '../../adapters/aws/s3-page';
import { parsePlan } from '../../contracts/plan';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['PLAN_FILE', 'STATE_TABLE', 'PAGE_BUCKET']);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  plan: parsePlan(readFileSync(env.PLAN_FILE, 'utf8')),
  store: dynamoDbStore({ client: new DynamoDBClient(aws), tableName: env.STATE_TABLE }),
  page: createS3Page(new S3Client(aws), env.PAGE_BUCKET),
});
