import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { awsClient } from '../shared/aws-client';
import { systemClock } from '../shared/clock';
import { defaultPolicy, type Policy } from '../shared/incidents/book';
import { dynamoDbStore } from '../shared/incidents/dynamodb-store';
import { consoleLogger } from '../shared/log';
import { awsMailers, mailNames } from '../shared/notify/aws-mailers';
import { defaultOptions, type RuleOptions } from './domain/rules/options';

/** What every function reads from the environment. */
export const names = ['STATE_TABLE', ...mailNames, 'POLICY'] as const;

/** What every function is made of: the table, and the way out by SES with SNS behind it. */
export function wired(env: Readonly<Record<(typeof names)[number], string>>, aws: ReturnType<typeof awsClient>) {
  const policy: Policy = { ...defaultPolicy, ...(JSON.parse(env.POLICY) as Partial<Policy>) };
  return {
    clock: systemClock,
    log: consoleLogger,
    system: 'audit',
    policy,
    store: dynamoDbStore({ client: new DynamoDBClient(aws), tableName: env.STATE_TABLE }),
    ...awsMailers(env, aws),
  };
}

/** The rules as they are configured; they were checked when they were deployed. */
export function rulesIn(text: string): RuleOptions {
  return { ...defaultOptions, ...(JSON.parse(text) as Partial<RuleOptions>) };
}
