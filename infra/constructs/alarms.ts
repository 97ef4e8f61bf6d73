import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmList, type AlarmEntry, type Watched } from '../systems/fleet/alarm-list';

export interface AlarmsProps {
  readonly watched: Watched;
  readonly topic: ITopic;
  /** Where RUNBOOK.md can be read. */
  readonly runbook: string;
}

/** The alarms of `alarm-list.ts`, each with a text that ends in the link to what to do. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { watched, topic, runbook }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = alarmList(watched).map((entry) => {
      const alarm = this.#alarm(entry, runbook);
      alarm.addAlarmAction(action);
      return alarm;
    });
  }

  #alarm({ heading, about, says, metric, threshold, listensFor, outOf = 1 }: AlarmEntry, runbook: string): Alarm {
    const title = about === undefined ? heading : `${heading}: ${about}`;
    return new Alarm(this, title.replaceAll('/', '_'), {
      alarmName: `${Stack.of(this).stackName} / ${title}`,
      alarmDescription: `${says} What to do: ${runbook}#${anchor(heading)}`,
      metric,
      threshold,
      ...(listensFor === 'silence' ? whenSilent : { ...whenLoud, evaluationPeriods: outOf, datapointsToAlarm: 1 }),
    });
  }
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
