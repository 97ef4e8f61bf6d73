import type { MetricDefinitions, Metrics } from '../../shared/runtime';

/** The namespace in CloudWatch. The functions write metrics as log lines in the embedded metric format. */
export const metricNamespace = 'Muster';

/**
 * What is measured. Alarms, the dashboard and the functions take names, dimensions and units from here. CloudWatch
 * keeps one metric for each set in `dimensions`, and finds a metric only by a full set.
 *
 * `Error` is a name from `contracts/errors`. The duration of each step is not a metric but `stateSeconds` in its log
 * line: nine metrics for each group would cost more than the launches that they measure.
 */
export const fleetMetrics = {
  TimeToService: {
    unit: 'Seconds',
    dimensions: [['Group']],
    means: 'from the claim of an index to the completed lifecycle action, one value a launch',
  },
  LaunchesFailed: {
    unit: 'Count',
    // The dimension `Group` alone is for the alarm: CloudWatch does not add up the error names.
    dimensions: [['Group'], ['Group', 'Error']],
    means: 'a step failed, and its launch stopped there',
  },
  LaunchesHeld: { unit: 'Count', dimensions: [['Group']], means: 'a failed launch was put on hold' },
  BuildsLeft: {
    unit: 'Count',
    dimensions: [['Group']],
    means: 'a release went on without a build that may still run, for an instance that is gone',
  },
  LaunchesAbandoned: {
    unit: 'Count',
    dimensions: [['Group']],
    means: 'a launch was abandoned: its lifecycle action ended with ABANDON',
  },
  HeldMembers: {
    unit: 'Count',
    dimensions: [['Group']],
    means: 'how many instances are on hold now; every run of the reconciler writes it, 0 too',
  },
  DetachedMembers: {
    unit: 'Count',
    dimensions: [['Group']],
    means: 'how many have left their group and still exist, with their numbers; every run of the reconciler writes it',
  },
  WaitingUnserved: {
    unit: 'Count',
    // Not by group: one more alarm for each group would leave room for fewer groups, and a log line names them.
    dimensions: [['Deployment']],
    means:
      'how many wait in a hook, and no launch, release, hold or breaker says why; every run of the reconciler writes it',
  },
  HookFaults: {
    unit: 'Count',
    dimensions: [['Group']],
    means: 'how many of its two hooks are missing or not as deployed; every run of the reconciler writes it, 0 too',
  },
  MembersTakenOut: {
    unit: 'Count',
    dimensions: [['Deployment']],
    means:
      'how many hold numbers in groups that are no longer in the configuration; written by each run that finds any',
  },
  BreakerOpen: {
    unit: 'Count',
    dimensions: [['Group']],
    means: '1 while the breaker is open and nothing is abandoned, 0 otherwise; written by every run of the reconciler',
  },
} as const satisfies MetricDefinitions;

export type FleetMetric = keyof typeof fleetMetrics;

export type FleetMetrics = Metrics<typeof fleetMetrics>;
