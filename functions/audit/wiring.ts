import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { awsClient } from '../shared/aws-client';
import { systemClock } from '../shared/clock';
import { parseVariable } from '../shared/environment';
import type { Policy } from '../shared/incidents/book';
import { dynamoDbStore } from '../shared/incidents/dynamodb-store';
import { consoleLogger } from '../shared/log';
import { awsMailers, mailNames } from '../shared/notify/aws-mailers';
import * as z from '../shared/schema';
import type { RuleOptions } from './domain/rules/options';

/** What every function reads from the environment. */
export const names = ['STATE_TABLE', ...mailNames, 'POLICY'] as const;

// As the deployment writes them, whole.
const policySchema = z.object({
  digestMs: z.number(),
  updateMs: z.number(),
  quietMs: z.number(),
  perHour: z.number(),
  perDay: z.number(),
  proofAt: z.number(),
  timeZone: z.exactOptional(z.string()),
});

const failures = z.object({ failures: z.number(), minutes: z.number() });
const rulesSchema = z.object({
  ignoredUsers: z.array(z.string()),
  allowedNetworks: z.array(z.string()),
  unloadBuckets: z.array(z.string()),
  disabled: z.array(z.string()),
  bruteForce: failures,
  spray: z.object({ users: z.number(), minutes: z.number() }),
  success: failures,
  shortLivedHours: z.number(),
});

/** What every function is made of: the table, and the way out by SES with SNS behind it. */
export function wired(env: Readonly<Record<(typeof names)[number], string>>, aws: ReturnType<typeof awsClient>) {
  const policy: Policy = parseVariable(policySchema, env.POLICY, 'POLICY');
  return {
    clock: systemClock,
    log: consoleLogger,
    system: 'audit',
    policy,
    store: dynamoDbStore({ client: new DynamoDBClient(aws), tableName: env.STATE_TABLE }),
    ...awsMailers(env, aws),
  };
}

/** RULES: the rules as they are configured. @throws EnvironmentInvalid */
export function rulesIn(text: string): RuleOptions {
  return parseVariable(rulesSchema, text, 'RULES');
}

/** CLUSTERS: those that are known to write logs. @throws EnvironmentInvalid */
export function clustersIn(text: string): string[] {
  return parseVariable(z.array(z.string()), text, 'CLUSTERS');
}
