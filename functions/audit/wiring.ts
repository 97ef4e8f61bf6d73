import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { awsClient } from '../shared/aws-client';
import { consoleLogger, embeddedMetrics, systemClock, writeLine } from '../shared/runtime';
import { parseLike } from '../shared/environment';
import { defaultPolicy, type Policy } from '../shared/incidents/book';
import { dynamoDbStore } from '../shared/incidents/dynamodb-store';
import { awsMailers, mailNames } from '../shared/notify/aws-mailers';
import { countingMailer } from '../shared/notify/mailer';
import { auditMetrics, metricNamespace } from './contracts/metrics';
import { defaultOptions, type RuleOptions } from './domain/rules/options';

/** What every function reads from the environment. */
export const environmentNames = ['STATE_TABLE', ...mailNames, 'POLICY'] as const;

const rest = '`muster audit inspect` shows all that is in the log files that this mail names.';

/** What every function is made of: the table, and the way out by SES with SNS behind it. */
export function wired(
  env: Readonly<Record<(typeof environmentNames)[number], string>>,
  aws: ReturnType<typeof awsClient>,
) {
  const policy: Policy = parseLike(defaultPolicy, env.POLICY, 'POLICY', { timeZone: 'UTC' });
  const metrics = embeddedMetrics({
    namespace: metricNamespace,
    definitions: auditMetrics,
    clock: systemClock,
    write: writeLine,
  });
  const { mailer, fallback } = awsMailers(env, aws, rest);
  return {
    clock: systemClock,
    log: consoleLogger,
    system: 'audit',
    policy,
    store: dynamoDbStore({ client: new DynamoDBClient(aws), tableName: env.STATE_TABLE }),
    metrics,
    mailer,
    fallback: countingMailer(fallback, () => metrics.count('LettersByFallback', 1, { Table: env.STATE_TABLE })),
  };
}

/** RULES: the rules as they are configured. @throws EnvironmentInvalid */
export function parseRules(text: string): RuleOptions {
  return parseLike(defaultOptions, text, 'RULES');
}

/** CLUSTERS: those that are known to write logs. @throws EnvironmentInvalid */
export function parseClusters(text: string): string[] {
  return parseLike([''], text, 'CLUSTERS');
}
