import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type awsClient, oneAttempt } from '../shared/aws-client';
import { systemClock } from '../shared/clock';
import { defaultPolicy, type Policy } from '../shared/incidents/book';
import { dynamoDbStore } from '../shared/incidents/dynamodb-store';
import { consoleLogger } from '../shared/logger';
import { sesMailer, snsMailer } from '../shared/notify/mailer';
import { defaultOptions, type RuleOptions } from './domain/rules/options';

/** What every function reads from the environment. */
export const names = ['STATE_TABLE', 'MAIL_FROM', 'MAIL_TO', 'TOPIC_ARN', 'POLICY'] as const;

/** What every function is made of: the table, and the way out by SES with SNS behind it. */
export function wired(env: Readonly<Record<(typeof names)[number], string>>, aws: ReturnType<typeof awsClient>) {
  // A repetition by the SDK would be a second mail of which neither says that it may be one.
  const ses = new SESv2Client({ ...aws, ...oneAttempt });
  const sns = new SNSClient({ ...aws, ...oneAttempt });
  const policy: Policy = { ...defaultPolicy, ...(JSON.parse(env.POLICY) as Partial<Policy>) };
  return {
    clock: systemClock,
    log: consoleLogger,
    system: 'audit',
    policy,
    store: dynamoDbStore({ client: new DynamoDBClient(aws), tableName: env.STATE_TABLE }),
    mailer: sesMailer({
      ses: { sendEmail: (input) => ses.send(new SendEmailCommand(input)) },
      from: env.MAIL_FROM,
      to: env.MAIL_TO.split(','),
    }),
    fallback: snsMailer({ sns: { publish: (input) => sns.send(new PublishCommand(input)) }, topicArn: env.TOPIC_ARN }),
  };
}

/** The rules as they are configured; they were checked when they were deployed. */
export function rulesIn(text: string): RuleOptions {
  return { ...defaultOptions, ...(JSON.parse(text) as Partial<RuleOptions>) };
}
