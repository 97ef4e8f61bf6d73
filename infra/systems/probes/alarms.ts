import { Duration, type Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { metricNamespace, type probeMetrics } from '../../../functions/probes/contracts/metrics';
import { addAlarm } from '../../constructs/alarms';
import type { Common } from '../system';

export interface ProbeAlarm {
  /** The heading in RUNBOOK.md. */
  readonly heading: string;
  readonly about?: string;
  readonly says: string;
  readonly metric: IMetric;
  /** It sounds at or above `atLeast`, or below `below`. */
  readonly limit: { readonly atLeast: number } | { readonly below: number };
  /** So many periods in a row. */
  readonly periods: number;
  /** Whether no values are as bad as bad ones: for what has to be heard of. */
  readonly whenSilent?: true;
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** A region's own: they sound where home cannot be reached, or is gone. */
export function regionAlarms(deployment: string, functions: Readonly<Record<string, IFunction>>): ProbeAlarm[] {
  return [
    {
      heading: 'Probe region reports nothing',
      says: 'Home has accepted no report of this region for three minutes: the region does not check, or home cannot be reached.',
      metric: of('Reports', { Deployment: deployment }, 'Sum'),
      limit: { below: 1 },
      periods: 3,
      whenSilent: true,
    },
    ...functionErrors(functions),
  ];
}

export interface HomeAlarmSubjects {
  readonly deployment: string;
  readonly regions: readonly string[];
  /** Fewer regions know nothing. */
  readonly minimumFresh: number;
  readonly deadLetters: IQueue;
  readonly functions: Readonly<Record<string, IFunction>>;
}

/** Those at home. */
export function homeAlarms({
  deployment,
  regions,
  minimumFresh,
  deadLetters,
  functions,
}: HomeAlarmSubjects): ProbeAlarm[] {
  const mine = { Deployment: deployment };
  return [
    ...regions.map((Region) => ({
      heading: 'Probe region silent',
      about: Region,
      says: 'Home receives no reports from the region, and does not count it.',
      metric: of('RegionSilent', { ...mine, Region }, 'Minimum'),
      limit: { atLeast: 1 },
      periods: 3,
    })),
    {
      heading: 'Too few probe regions',
      says: 'Too few regions report for anything to be known: every target is UNKNOWN, neither up nor down.',
      metric: of('FreshRegions', mine, 'Maximum'),
      limit: { below: minimumFresh },
      periods: 3,
    },
    {
      heading: 'Probe judge silent',
      says: 'The judge does not run, so no outage would be reported. Reports wait in their queue.',
      metric: of('FreshRegions', mine, 'SampleCount'),
      limit: { below: 1 },
      periods: 3,
      whenSilent: true,
    },
    {
      heading: 'Probe mail waits',
      says: 'A mail about an outage could not be sent, and is tried again.',
      metric: of('LettersWaiting', mine, 'Minimum'),
      limit: { atLeast: 1 },
      periods: 5,
    },
    {
      heading: 'Probe dead letter',
      says: 'Home received messages that are not reports, or that could not be judged after many attempts.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: fiveMinutes }),
      limit: { atLeast: 1 },
      periods: 1,
    },
    ...functionErrors(functions),
  ];
}

function functionErrors(functions: Readonly<Record<string, IFunction>>): ProbeAlarm[] {
  return Object.entries(functions).map(([about, one]) => ({
    heading: 'Probe function error',
    about,
    says: 'A function threw or timed out, more than once.',
    metric: one.metricErrors({ statistic: 'Sum', period: fiveMinutes }),
    limit: { atLeast: 2 },
    periods: 1,
  }));
}

function of(metricName: keyof typeof probeMetrics, dimensionsMap: Record<string, string>, statistic: string): Metric {
  return new Metric({ namespace: metricNamespace, metricName, dimensionsMap, statistic, period: minute });
}

export function addAlarms(stack: Stack, all: readonly ProbeAlarm[], topic: ITopic, { runbook }: Common): void {
  for (const { limit, periods, whenSilent, ...alarm } of all) {
    const evaluated = {
      threshold: 'below' in limit ? limit.below : limit.atLeast,
      evaluationPeriods: periods,
      comparisonOperator:
        'below' in limit
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: whenSilent === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    };
    addAlarm(stack, { ...alarm, ...evaluated }, { topic, runbook });
  }
}
