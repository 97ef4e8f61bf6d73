import { Duration, Stack } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { deploymentMetric, groupMetric, type AlarmSubjects } from '../alarm-list';

const fiveMinutes = Duration.minutes(5);

/** What an operator looks at first: what is wrong, what is under way, how long it takes, what lies in the queues. */
export class FleetDashboard extends Construct {
  constructor(scope: Construct, id: string, { watched, alarms }: { watched: AlarmSubjects; alarms: readonly Alarm[] }) {
    super(scope, id);
    const { workflows, triggers, undelivered, groups, deployment } = watched;
    const perGroup = (metric: Parameters<typeof groupMetric>[0], statistic: string) =>
      groups.map((group) => groupMetric(metric, group, statistic).with({ label: group }));
    new Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(12),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
        [
          ...Object.entries(workflows).map(([name, machine]) =>
            graph(`Executions of ${name}`, [
              machine.metricStarted({ period: fiveMinutes }),
              machine.metricSucceeded({ period: fiveMinutes }),
              machine.metricFailed({ period: fiveMinutes }),
            ]),
          ),
          graph('Seconds to service, median', perGroup('TimeToService', 'p50')),
          graph('Launches failed', perGroup('LaunchesFailed', 'Sum')),
        ],
        [
          graph('On hold', perGroup('HeldMembers', 'Maximum')),
          graph('Waiting unserved', [deploymentMetric('WaitingUnserved', deployment, 'Minimum')]),
          graph('Abandoned', perGroup('LaunchesAbandoned', 'Sum')),
          graph('Undelivered and dead letters', [
            undelivered.metricApproximateNumberOfMessagesVisible({ label: 'undelivered' }),
            ...Object.entries(triggers).map(([label, { deadLetters }]) =>
              deadLetters.metricApproximateNumberOfMessagesVisible({ label }),
            ),
          ]),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
}
