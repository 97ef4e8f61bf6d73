import {
  evaluate,
  periodOf,
  type AlarmProperties,
  type AlarmState,
  type Series,
} from '../../support/cloudwatch/evaluate';
import { everything, synthesize } from './support';

// What CloudWatch makes of each alarm of the template when data is late, rare, or missing.

const alarms = synthesize(everything())
  .ofType('AWS::CloudWatch::Alarm')
  .map(([, { Properties }]) => Properties as unknown as AlarmProperties);
const isSilence = ({ TreatMissingData }: AlarmProperties) => TreatMissingData === 'breaching';
const loud = alarms.filter((alarm) => !isSilence(alarm));
const silent = alarms.filter(isSilence);

const hour = 60;
/** A value at one period in the middle of nothing. */
const once = (alarm: AlarmProperties): Series => new Map([[hour, alarm.Threshold]]);
const metricsOf = ({ MetricName, Metrics = [] }: AlarmProperties): string[] =>
  MetricName !== undefined ? [MetricName] : Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? []);
const run = (alarm: AlarmProperties, series: Readonly<Record<string, Series>>, lateMinutes: number) =>
  evaluate(alarm, { series, lateMinutes }, 0, 3 * hour);
const firstAlarm = (states: readonly AlarmState[]) => states.indexOf('ALARM');
const every = (period: number, value: number, from: number, to: number): Series =>
  new Map(Array.from({ length: (to - from) / period }, (_, at) => [from + at * period, value] as const));

describe('an alarm that listens for something', () => {
  const cases = loud.flatMap((alarm) =>
    metricsOf(alarm).flatMap((metric) => [0, 1, 2, 4].map((late) => [alarm.AlarmName, metric, late, alarm] as const)),
  );

  test.each(cases)('%s sounds for a single value of %s that comes %i min late', (_, metric, late, alarm) => {
    const states = run(alarm, { [metric]: once(alarm) }, late);
    const sounds = firstAlarm(states);
    expect(sounds).toBeGreaterThanOrEqual(hour);
    expect(sounds).toBeLessThanOrEqual(hour + 2 * periodOf(alarm) + late);
  });

  test.each(cases)('%s is quiet again after a value of %s, %i min late', (_, metric, late, alarm) => {
    expect(run(alarm, { [metric]: once(alarm) }, late).at(-1)).toBe('OK');
  });

  // Among zeros in each period, as the reconciler writes them, or in every second or third one only.
  const among = (alarm: AlarmProperties, gap: number): Series =>
    new Map([...every(gap * periodOf(alarm), 0, 0, 3 * hour), ...once(alarm)]);
  const sparse = cases.flatMap(([name, metric, late, alarm]) =>
    [1, 2, 3].map((gap) => [name, metric, late, gap, alarm] as const),
  );

  test.each(sparse)(
    '%s: one %s among zeros, %i min late, is told though %i periods apart',
    (_, metric, late, gap, alarm) => {
      const states = run(alarm, { [metric]: among(alarm, gap) }, late);
      expect(states.slice(0, hour)).not.toContain('ALARM');
      const sounds = firstAlarm(states);
      expect(sounds).toBeGreaterThanOrEqual(hour);
      expect(sounds).toBeLessThanOrEqual(hour + 2 * periodOf(alarm) + late);
      expect(states.at(-1)).toBe('OK');
    },
  );

  test.each(loud.map((alarm) => [alarm.AlarmName, alarm] as const))('%s is quiet without data', (_, alarm) => {
    expect(run(alarm, {}, 0)).not.toContain('ALARM');
  });
});

describe('what the reconciler writes once a minute', () => {
  // As CloudWatch makes one value of a period of the values in it.
  const statistics: Record<string, (values: readonly number[]) => number> = {
    Minimum: (values) => Math.min(...values),
    Maximum: (values) => Math.max(...values),
    Sum: (values) => values.reduce((sum, one) => sum + one, 0),
    SampleCount: (values) => values.length,
  };
  const sounds = (metric: string, values: readonly number[]) => {
    const [alarm, ...more] = alarms.filter(({ MetricName }) => MetricName === metric);
    expect(alarm).toMatchObject({ Period: 300 });
    expect(more.every(({ Statistic }) => Statistic === alarm!.Statistic)).toBe(true);
    const value = statistics[alarm!.Statistic ?? '']!(values);
    return run(alarm!, { [metric]: new Map([[hour, value]]) }, 0).includes('ALARM');
  };

  // One run can look a moment before an event or a change is everywhere; what lasts is a fault.
  test.each(['WaitingUnserved', 'HookFaults', 'DetachedMembers'])(
    '%s: one run that sees it is none, all of them are',
    (metric) => {
      expect(sounds(metric, [0, 2, 0, 0, 0])).toBe(false);
      expect(sounds(metric, [2, 2, 1, 0, 1])).toBe(false);
      expect(sounds(metric, [2, 2, 1, 1, 1])).toBe(true);
    },
  );

  test.each(['HeldMembers', 'BreakerOpen', 'BuildsLeft'])('%s: alarms as soon as one run sees it', (metric) => {
    expect(sounds(metric, [0, 0, 0, 0, 0])).toBe(false);
    expect(sounds(metric, [0, 1, 0, 0, 0])).toBe(true);
  });

  test('MembersTakenOut, which is written only then: two runs are none, three are', () => {
    expect(sounds('MembersTakenOut', [7, 7])).toBe(false);
    expect(sounds('MembersTakenOut', [1, 1, 1])).toBe(true);
  });
});

describe('an alarm that listens for silence', () => {
  const cases = silent.flatMap((alarm) => [0, 1, 2].map((late) => [alarm.AlarmName, late, alarm] as const));
  const [invocations, errors] = ['Invocations', 'Errors'];
  const runs = (until: number, failing = 0) => ({
    [invocations]: every(5, 5, 0, until),
    [errors]: every(5, failing, 0, until),
  });

  test.each(cases)('%s sounds within 20 min of the last run, %i min late', (_, late, alarm) => {
    const states = run(alarm, runs(hour), late);
    expect(states.slice(30, hour)).not.toContain('ALARM');
    const sounds = states.indexOf('ALARM', hour);
    expect(sounds).toBeGreaterThan(hour);
    expect(sounds).toBeLessThanOrEqual(hour + 20 + late);
  });

  test.each(cases)('%s sounds when every run fails, %i min late', (_, late, alarm) => {
    expect(run(alarm, runs(3 * hour, 5), late).at(-1)).toBe('ALARM');
  });
});

describe('the model', () => {
  const filled: AlarmProperties = {
    AlarmName: 'a sum of two',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    Metrics: [
      { Id: 'sum', Expression: 'FILL(first, 0) + FILL(redriven, 0)' },
      { Id: 'first', MetricStat: { Metric: { MetricName: 'First' }, Period: 60 } },
      { Id: 'redriven', MetricStat: { Metric: { MetricName: 'Redriven' }, Period: 60 } },
    ],
  };

  test('knows that FILL hides what comes late', () => {
    const series = { First: new Map([[hour, 1]]) };
    expect(run(filled, series, 0)).toContain('ALARM');
    expect(run(filled, series, 1)).not.toContain('ALARM');
  });

  test('of M out of N sees it', () => {
    const series = { First: new Map([[hour, 1]]) };
    expect(run({ ...filled, EvaluationPeriods: 5, DatapointsToAlarm: 1 }, series, 3)).toContain('ALARM');
  });

  test('refuses a comparison that it does not know', () => {
    const odd = { ...filled, ComparisonOperator: 'LessThanLowerThreshold' };
    expect(() => run(odd, { First: new Map([[hour, 1]]) }, 0)).toThrow('does not know the comparison');
  });
});
