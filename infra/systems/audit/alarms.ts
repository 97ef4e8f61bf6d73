import { Duration } from 'aws-cdk-lib';
import { Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { metricNamespace, type auditMetrics } from '../../../functions/audit/contracts/metrics';
import type { AuditFunction } from './functions';

export interface AuditAlarm {
  /** The heading in RUNBOOK.md. */
  readonly heading: string;
  readonly about?: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** That there is nothing to measure is the trouble. */
  readonly silence?: true;
}

export interface WatchedAudit {
  readonly queue?: IQueue;
  /** By what they are of. */
  readonly deadLetters: Readonly<Record<string, IQueue>>;
  readonly stateMachine?: IStateMachine;
  readonly table: Pick<ITable, 'tableName'>;
  readonly functions: Partial<Readonly<Record<AuditFunction, IFunction>>> & Readonly<Record<'watch', IFunction>>;
}

const period = Duration.minutes(5);

/** Every alarm of the system. A new one is an entry here and a heading in RUNBOOK.md. */
export function auditAlarms({ queue, deadLetters, stateMachine, functions, table }: WatchedAudit): AuditAlarm[] {
  return [
    ...Object.entries(deadLetters).map(([about, one]) => ({
      heading: 'Audit dead letter',
      about,
      says: 'Logs could not be read after several attempts, and are not audited.',
      metric: one.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period }),
      threshold: 1,
    })),
    ...(queue === undefined ? [] : [late(queue)]),
    ...(stateMachine === undefined ? [] : failedBackfills(stateMachine)),
    ...Object.entries(functions).map(([about, one]) => ({
      heading: 'Audit function error',
      about,
      says: 'A function threw or timed out.',
      metric: one.metricErrors({ statistic: 'Sum', period }),
      threshold: 1,
    })),
    ...ofWatch(functions.watch),
    {
      heading: 'Audit mail by fallback',
      says: 'SES does not take the mails of the log audit: they come through SNS, as text.',
      metric: ourMetric(
        'LettersByFallback',
        { Table: table.tableName },
        { statistic: 'Sum', period: Duration.hours(1) },
      ),
      threshold: 1,
    },
  ];
}

/** One that the functions write themselves. */
function ourMetric(
  metricName: keyof typeof auditMetrics,
  dimensionsMap: Readonly<Record<string, string>>,
  how: { readonly statistic: string; readonly period: Duration },
): Metric {
  return new Metric({ namespace: metricNamespace, metricName, dimensionsMap, ...how });
}

function late(queue: IQueue): AuditAlarm {
  return {
    heading: 'Audit logs wait',
    says: 'The oldest message of a new log has waited for an hour.',
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period }),
    threshold: 3600,
  };
}

function failedBackfills(stateMachine: IStateMachine): AuditAlarm[] {
  return (['ExecutionsFailed', 'ExecutionsTimedOut'] as const).map((name) => ({
    heading: 'Audit backfill failed',
    about: name,
    says: 'A backfill, or the daily check for unread logs, did not complete.',
    metric: stateMachine.metric(name, { statistic: 'Sum', period }),
    threshold: 1,
  }));
}

function ofWatch(watch: IFunction): AuditAlarm[] {
  return [
    {
      heading: 'Audit mail waits',
      says: 'A mail of the log audit could not be sent for half an hour. It is kept, and sent when it can be.',
      metric: ourMetric('LetterAge', { Function: watch.functionName }, { statistic: 'Maximum', period }),
      threshold: 1800,
    },
    {
      heading: 'Audit watch silent',
      says: 'The function that runs each minute has not run: no digest, no proof of life, no report of silent clusters.',
      metric: watch.metricInvocations({ statistic: 'Sum', period }),
      threshold: 1,
      silence: true,
    },
  ];
}
