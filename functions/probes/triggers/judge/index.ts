import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { defaultPolicy } from '../../../shared/incidents/book';
import { dynamoDbStore } from '../../../shared/incidents/dynamodb-store';
import { awsMailers, mailNames } from '../../../shared/notify/aws-mailers';
import { parsePlan } from '../../contracts/plan';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const names = ['PLAN_FILE', 'DEPLOYMENT', 'STATE_TABLE', ...mailNames] as const;
const env = parseEnvironment(process.env, names);
const aws = awsClient(process.env);

export const handler = makeHandler({
  ...runtime,
  system: 'probes',
  plan: parsePlan(readFileSync(env.PLAN_FILE, 'utf8')),
  policy: defaultPolicy,
  deployment: env.DEPLOYMENT,
  store: dynamoDbStore({ client: new DynamoDBClient(aws), tableName: env.STATE_TABLE }),
  ...awsMailers(env, aws, 'The status page and its history show all targets.'),
});
