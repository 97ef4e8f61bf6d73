import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { awsClient, oneAttempt } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import { defaultPolicy } from '../../../shared/incidents/book';
import { dynamoDbStore } from '../../../shared/incidents/dynamodb-store';
import { sesMailer, snsMailer } from '../../../shared/notify/mailer';
import { readPlan } from '../../contracts/plan';
import { runtime } from '../../runtime';
import { makeHandler } from './handler';

const names = ['PLAN_FILE', 'DEPLOYMENT', 'STATE_TABLE', 'MAIL_FROM', 'MAIL_TO', 'TOPIC_ARN'] as const;
const env = parseEnvironment(process.env, names);
const aws = awsClient(process.env);
// A repetition by the SDK would be a second mail of which neither says that it may be one.
const ses = new SESv2Client({ ...aws, ...oneAttempt });
const sns = new SNSClient({ ...aws, ...oneAttempt });

export const handler = makeHandler({
  ...runtime,
  system: 'probes',
  plan: readPlan(readFileSync(env.PLAN_FILE, 'utf8')),
  policy: defaultPolicy,
  deployment: env.DEPLOYMENT,
  store: dynamoDbStore({ client: new DynamoDBClient(aws), tableName: env.STATE_TABLE }),
  mailer: sesMailer({
    ses: { sendEmail: (input) => ses.send(new SendEmailCommand(input)) },
    from: env.MAIL_FROM,
    to: env.MAIL_TO.split(','),
  }),
  fallback: snsMailer({ sns: { publish: (input) => sns.send(new PublishCommand(input)) }, topicArn: env.TOPIC_ARN }),
});
