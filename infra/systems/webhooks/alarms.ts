import { Duration } from 'aws-cdk-lib';
import { Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { metricNamespace, type webhookMetrics } from '../../../functions/webhooks/contracts/metrics';

export interface WebhookAlarm {
  /** The heading in RUNBOOK.md. */
  readonly heading: string;
  readonly about?: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** So many periods in a row. Default 1. */
  readonly periods?: number;
  /** The metric is written each minute: that it is missing is as bad as a high value. */
  readonly mustBeWritten?: true;
}

export interface WatchedWebhooks {
  readonly routes: readonly string[];
  readonly tables: readonly string[];
  /** Of the HTTP API. */
  readonly apiId: string;
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  readonly stateMachine: IStateMachine;
  readonly functions: Readonly<Record<'ingress' | 'stage-events' | 'start-loads', IFunction>>;
}

const period = Duration.minutes(5);

/** Every alarm of the system. A new one is an entry in one of the lists below and a heading in RUNBOOK.md. */
export function webhookAlarms(watched: WatchedWebhooks): WebhookAlarm[] {
  return [...loadAlarms(watched), ...requestAlarms(watched), ...functionAlarms(watched)];
}

/** What is accepted reaches its table too late, or not at all. */
function loadAlarms({ tables, queue, stateMachine }: WatchedWebhooks): WebhookAlarm[] {
  return [
    ...tables.map((about) => ({
      heading: 'Webhooks not loaded',
      about,
      says: 'Staged events have waited ten minutes to be loaded into the table, or nothing has measured it. No event is lost.',
      metric: of('OldestUnloaded', { Table: about }, 'Maximum'),
      threshold: 600,
      periods: 2,
      mustBeWritten: true as const,
    })),
    {
      heading: 'Webhooks not staged',
      says: 'An accepted event has waited in the queue for ten minutes: the stager does not write it. No event is lost.',
      metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period }),
      threshold: 600,
    },
    ...(['ExecutionsFailed', 'ExecutionsTimedOut'] as const).map((name) => ({
      heading: 'Webhook load failed',
      about: name,
      says: 'A load failed for a reason other than its data. It can be redriven; a new one is tried after 15 minutes.',
      metric: stateMachine.metric(name, { statistic: 'Sum', period }),
      threshold: 1,
    })),
  ];
}

/** Senders are refused, or what they send does not fit. */
function requestAlarms({ routes, apiId }: WatchedWebhooks): WebhookAlarm[] {
  return [
    ...routes.map((about) => ({
      heading: 'Webhooks refused',
      about,
      says: 'Many requests of a route are refused: a secret that no longer matches, or forged requests.',
      metric: of('Refused', { Route: about }),
      threshold: 20,
      periods: 2,
    })),
    ...routes.map((about) => ({
      heading: 'Webhooks unavailable',
      about,
      says: 'Requests are answered with 503: queue, store or secrets did not answer, or the route cannot be used. Senders try again.',
      metric: of('Unavailable', { Route: about }),
      threshold: 5,
    })),
    {
      // Source: API Gateway developer guide, "Monitor CloudWatch metrics for HTTP APIs".
      heading: 'Webhooks unavailable',
      about: 'API',
      says: 'The API answers with 5xx: its function is throttled, does not start or takes too long. Its own metrics do not count that.',
      metric: new Metric({
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensionsMap: { ApiId: apiId },
        statistic: 'Sum',
        period,
      }),
      threshold: 5,
    },
    ...routes.map((about) => ({
      heading: 'Webhooks in quarantine',
      about,
      says: 'Authentic events do not fit their table and wait for a person.',
      metric: of('Quarantined', { Route: about }),
      threshold: 1,
    })),
  ];
}

function functionAlarms({ deadLetters, functions }: WatchedWebhooks): WebhookAlarm[] {
  return [
    {
      heading: 'Webhook dead letter',
      says: 'The stager gave up on messages: accepted events that are in no file.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period }),
      threshold: 1,
    },
    ...Object.entries(functions).map(([about, one]) => ({
      heading: 'Webhook function error',
      about,
      says: 'A function threw or timed out.',
      metric: one.metricErrors({ statistic: 'Sum', period }),
      threshold: 1,
    })),
  ];
}

function of(metricName: keyof typeof webhookMetrics, dimensionsMap: Record<string, string>, statistic = 'Sum'): Metric {
  return new Metric({ namespace: metricNamespace, metricName, dimensionsMap, statistic, period });
}
