import { readFileSync } from 'node:fs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { createLooksQueue, createReportsQueue } from '../../adapters/aws/sqs-queues';
import { createProber } from '../../adapters/prober';
import { pause } from '../../adapters/timing';
import { parsePlan } from '../../contracts/plan';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const names = ['PLAN_FILE', 'DEPLOYMENT', 'LOOKS_QUEUE_URL', 'REPORTS_QUEUE_URL', 'HOME_REGION', 'AWS_REGION'] as const;
const env = parseEnvironment(process.env, names);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  plan: parsePlan(readFileSync(env.PLAN_FILE, 'utf8')),
  region: env.AWS_REGION,
  deployment: env.DEPLOYMENT,
  prober: createProber({ clock: runtime.clock }),
  pause,
  looks: createLooksQueue(new SQSClient(aws), env.LOOKS_QUEUE_URL),
  reports: createReportsQueue(new SQSClient({ ...aws, region: env.HOME_REGION }), env.REPORTS_QUEUE_URL),
});
