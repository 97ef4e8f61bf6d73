import { readFileSync } from 'node:fs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createLooksQueue } from '../../adapters/aws/sqs-queues';
import { parsePlan } from '../../contracts/plan';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const env = parseEnvironment(process.env, ['PLAN_FILE', 'LOOKS_QUEUE_URL']);

export const handler = makeHandler({
  clock: runtime.clock,
  plan: parsePlan(readFileSync(env.PLAN_FILE, 'utf8')),
  looks: createLooksQueue(new SQSClient(awsClient(process.env)), env.LOOKS_QUEUE_URL),
});
