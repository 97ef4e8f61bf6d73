/** An alarm as a template has it, as far as its evaluation goes. */
export interface AlarmProperties {
  readonly AlarmName: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: string;
  readonly Period?: number;
  readonly MetricName?: string;
  readonly Statistic?: string;
  readonly Metrics?: readonly MetricQuery[];
}

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly Period?: number;
  readonly MetricStat?: { readonly Metric: { readonly MetricName: string }; readonly Period: number };
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** The value of each period that has one, by the minute at which it begins; already summed up over the period. */
export type Series = ReadonlyMap<number, number>;

export interface Data {
  /** By the metric's name. */
  readonly series: Readonly<Record<string, Series>>;
  /** How many minutes after a period's end its value can be seen. */
  readonly lateMinutes: number;
}

/** So many periods more than it asks for CloudWatch looks at. */
const rangeBeyond = 2;

/** The states of an alarm at the end of each minute from `from` to `to`. See README.md beside this file. */
export function evaluate(alarm: AlarmProperties, data: Data, from: number, to: number): AlarmState[] {
  const states: AlarmState[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';
  for (let now = from; now <= to; now += 1) {
    state = stateAt(alarm, data, now, state);
    states.push(state);
  }
  return states;
}

/** The length of its periods, in minutes. */
export function periodOf({ Period, Metrics = [] }: AlarmProperties): number {
  const seconds = Period ?? Metrics.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? 60;
  return seconds / 60;
}

function stateAt(alarm: AlarmProperties, data: Data, now: number, before: AlarmState): AlarmState {
  const period = periodOf(alarm);
  const newest = Math.floor(now / period) * period - period;
  const count = alarm.EvaluationPeriods + rangeBeyond;
  // Newest first.
  const range = Array.from({ length: count }, (_, at) => valueOf(alarm, data, newest - at * period, now));
  const points = pointsFor(alarm, range);
  if (points === undefined) return before === 'INSUFFICIENT_DATA' ? 'INSUFFICIENT_DATA' : before;
  if (points.length === 0) return 'INSUFFICIENT_DATA';
  const breaching = points.filter((point) => point === 'breaching' || (point !== 'good' && breaches(alarm, point)));
  return breaching.length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) ? 'ALARM' : 'OK';
}

type Point = number | 'breaching' | 'good';

/** `undefined`: the state stays as it is. */
function pointsFor(alarm: AlarmProperties, range: readonly (number | undefined)[]): readonly Point[] | undefined {
  const wanted = alarm.EvaluationPeriods;
  const present = range.filter((value) => value !== undefined);
  if (present.length >= wanted) return present.slice(0, wanted);
  const missing = Array.from({ length: wanted - present.length });
  switch (alarm.TreatMissingData) {
    case 'notBreaching':
      return [...present, ...missing.map(() => 'good' as const)];
    case 'breaching':
      return [...present, ...missing.map(() => 'breaching' as const)];
    case 'ignore':
      return present.length === 0 ? undefined : present;
    default:
      return present;
  }
}

function breaches({ ComparisonOperator: operator, Threshold: threshold }: AlarmProperties, value: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      throw new TypeError(`the model does not know the comparison ${operator}`);
  }
}

function valueOf(alarm: AlarmProperties, data: Data, begin: number, now: number): number | undefined {
  const seen = (name: string) =>
    begin + periodOf(alarm) + data.lateMinutes <= now ? data.series[name]?.get(begin) : undefined;
  if (alarm.MetricName !== undefined) return seen(alarm.MetricName);
  const queries = alarm.Metrics ?? [];
  const expression = queries.find(({ Expression }) => Expression !== undefined)?.Expression ?? '';
  const byId = (id: string) => seen(queries.find(({ Id }) => Id === id)?.MetricStat?.Metric.MetricName ?? '');
  return computed(expression, byId);
}

/** Sums and differences of metrics, each as it is or in FILL(…, n). */
function computed(expression: string, valueOfId: (id: string) => number | undefined): number | undefined {
  let total: number | undefined = 0;
  for (const [, sign = '', filled, fill, plain] of expression.matchAll(
    /([+-]?)\s*(?:FILL\((\w+),\s*(\d+)\)|(\w+))\s*/g,
  )) {
    const value = filled === undefined ? valueOfId(plain ?? '') : (valueOfId(filled) ?? Number(fill));
    if (value === undefined) return undefined;
    total += sign === '-' ? -value : value;
  }
  return total;
}
