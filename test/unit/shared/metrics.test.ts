import { fleetMetrics, metricNamespace, type FleetMetric } from '../../../functions/fleet/contracts/metrics';
import { embeddedMetrics } from '../../../functions/shared/runtime';
import { mistakesInEmf } from './embedded-metric-format';

function make() {
  const lines: string[] = [];
  const metrics = embeddedMetrics({
    namespace: metricNamespace,
    definitions: fleetMetrics,
    clock: { now: () => new Date('2026-11-23T06:00:00.250Z') },
    write: (line) => void lines.push(line),
  });
  return { metrics, lines };
}

test.each(Object.keys(fleetMetrics) as FleetMetric[])('%s is written in the embedded metric format', (name) => {
  const { metrics, lines } = make();
  const dimensions = { Group: 'web', Error: 'BuildFailed', Deployment: 'aws:111122223333:eu-central-1:muster' };
  const { unit } = fleetMetrics[name];
  if (unit === 'Count') metrics.count(name as 'LaunchesFailed', 2, dimensions);
  else metrics.duration(name as 'TimeToService', 2000, dimensions);
  expect(lines).toHaveLength(1);
  expect(mistakesInEmf(lines[0]!)).toEqual([]);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    [name]: 2,
    Group: 'web',
    _aws: {
      Timestamp: Date.parse('2026-11-23T06:00:00.250Z'),
      CloudWatchMetrics: [
        { Namespace: 'Muster', Dimensions: fleetMetrics[name].dimensions, Metrics: [{ Name: name, Unit: unit }] },
      ],
    },
  });
});

test('durations are in seconds, and never negative', () => {
  const { metrics, lines } = make();
  metrics.duration('TimeToService', 1234.5, { Group: 'web' });
  metrics.duration('TimeToService', -5, { Group: 'web' });
  expect(lines.map((line) => (JSON.parse(line) as { TimeToService: number }).TimeToService)).toEqual([1.2345, 0]);
});

test('what a line is about stands beside the metric and replaces nothing of it', () => {
  const { metrics, lines } = make();
  metrics.count('LaunchesHeld', 1, { Group: 'web' }, { instance: 'i-1', Group: 'other', LaunchesHeld: 7, _aws: 1 });
  expect(JSON.parse(lines[0]!)).toMatchObject({ instance: 'i-1', Group: 'web', LaunchesHeld: 1 });
  expect(mistakesInEmf(lines[0]!)).toEqual([]);
});

test('a dimension that CloudWatch would not take does not cost the metric', () => {
  const { metrics, lines } = make();
  metrics.count('LaunchesFailed', 1, { Group: 'g'.repeat(2000), Error: '' });
  expect(mistakesInEmf(lines[0]!)).toEqual([]);
});

test('the check of the format finds mistakes', () => {
  const line = (change: object) =>
    JSON.stringify({
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [{ Namespace: 'n', Dimensions: [['Group']], Metrics: [{ Name: 'm', Unit: 'Count' }] }],
      },
      Group: 'web',
      m: 1,
      ...change,
    });
  expect(mistakesInEmf(line({}))).toEqual([]);
  expect(mistakesInEmf(line({ Group: '' }))).not.toEqual([]);
  expect(mistakesInEmf(line({ m: '1' }))).not.toEqual([]);
  expect(mistakesInEmf(line({ _aws: { Timestamp: '1', CloudWatchMetrics: [] } }))).not.toEqual([]);
  expect(mistakesInEmf('{}')).not.toEqual([]);
});
