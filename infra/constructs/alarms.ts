import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  TreatMissingData,
  type AlarmProps as AwsAlarmProps,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { shorten, shortHash } from '../../functions/shared/names-and-urls';

/**
 * One alarm. It sounds when the metric is at or above `threshold` once; a metric without values is quiet. One that
 * listens for `silence` sounds when the metric is below it, or without values, twice.
 */
export interface AlarmEntry {
  /** The heading in RUNBOOK.md that says what to do. */
  readonly heading: string;
  /** Which of several: a workflow, a function, a group. */
  readonly about?: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly listensFor?: 'silence';
  /** It looks back so many periods: a value of a short period that comes late is still seen. Default 1. */
  readonly outOf?: number;
}

export interface AlarmsProps {
  readonly entries: readonly AlarmEntry[];
  readonly topic: ITopic;
  /** Where RUNBOOK.md can be read. */
  readonly runbook: string;
}

/** The alarms of a system, each with a text that ends in the link to what to do. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { entries, topic, runbook }: AlarmsProps) {
    super(scope, id);
    this.alarms = entries.map(({ listensFor, outOf = 1, ...entry }) =>
      addAlarm(
        this,
        {
          ...entry,
          ...(listensFor === 'silence' ? whenSilent : { ...whenLoud, evaluationPeriods: outOf, datapointsToAlarm: 1 }),
        },
        { topic, runbook },
      ),
    );
  }
}

/** An alarm as CloudWatch evaluates it, with what it is called and what it says. */
type ExplainedAlarm = Omit<AwsAlarmProps, 'alarmName' | 'alarmDescription'> &
  Pick<AlarmEntry, 'heading' | 'about' | 'says'>;

/** Adds one alarm, whose text ends in the link to what to do. */
export function addAlarm(
  scope: Construct,
  { heading, about, says, ...evaluated }: ExplainedAlarm,
  { topic, runbook }: Pick<AlarmsProps, 'topic' | 'runbook'>,
): Alarm {
  const title = about === undefined ? heading : `${heading}: ${about}`;
  const alarm = new Alarm(scope, freeId(scope, title), {
    ...evaluated,
    alarmName: shorten(`${Stack.of(scope).stackName} / ${title}`, longestName, none),
    alarmDescription: `${says} What to do: ${runbook}#${anchor(heading)}`,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
}

// CloudWatch takes so much (its API reference, PutMetricAlarm); the name of a group alone can be as long.
const longestName = 255;
const none = /(?!)/g;

/** CDK's path has no slash in its parts; a group can be called `a/b`, and another one `a_b`. */
function freeId(scope: Construct, title: string): string {
  const id = title.replaceAll('/', '_');
  return scope.node.tryFindChild(id) === undefined ? id : `${id} ${shortHash(title)}`;
}

const whenLoud = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

// Two periods: the first one after a deployment is short.
const whenSilent = {
  evaluationPeriods: 2,
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.BREACHING,
};

/** What a heading is called in a link to it, as GitHub and others make it. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');
}
