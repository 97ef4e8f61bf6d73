import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configured, root, synthesize } from './support';

// What README says of money, counted in the template. Prices of us-east-1, CloudWatch's price list: an alarm costs by the
// metrics that it looks at, and a metric of our own by the month in which it has values.
const perAlarmMetric = 0.1;
const perMetric = 0.3;

interface Alarm {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string }[];
  readonly Metrics?: readonly { readonly MetricStat?: object }[];
}

const alarms = synthesize(configured())
  .ofType('AWS::CloudWatch::Alarm')
  .map(([, { Properties }]) => Properties as unknown as Alarm);
const metricsOf = ({ Metrics }: Alarm) => Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
const isOfGroup = ({ Dimensions = [] }: Alarm) => Dimensions.some(({ Name }) => Name === 'Group');
const sum = (of: readonly Alarm[]) => of.reduce((total, alarm) => total + metricsOf(alarm), 0);
const dollars = (amount: number) => `$${amount.toFixed(2)}`;
const costs = readFileSync(join(root, 'README.md'), 'utf8')
  .split('### What it costs')[1]!
  .split('###')[0]!
  .replaceAll(/\s+/g, ' ');

test('README: what the alarms of a deployment cost', () => {
  const count = sum(alarms.filter((alarm) => !isOfGroup(alarm)));
  expect(costs).toContain(`alarms (${dollars(count * perAlarmMetric)}: ${count} metrics)`);
});

test('README: what a group costs', () => {
  const ofGroup = alarms.filter(isOfGroup);
  const metrics = new Set(ofGroup.map(({ MetricName }) => MetricName));
  // The example has one group.
  const amount = sum(ofGroup) * perAlarmMetric + metrics.size * perMetric;
  expect(costs).toContain(`for each group ${dollars(amount)} (`);
});
