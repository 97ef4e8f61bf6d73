import type { MetricDefinitions, Metrics } from '../../shared/runtime';

export const metricNamespace = 'Muster/Probes';

/** The metrics of each region and of home; the alarms use these names. */
export const probeMetrics = {
  Reports: {
    unit: 'Count',
    dimensions: [['Deployment']],
    means: 'home’s queue has taken a report of this region: its heartbeat, written in the region',
  },
  RegionSilent: {
    unit: 'Count',
    dimensions: [['Deployment', 'Region']],
    means: '1 when home has heard nothing fresh of the region, 0 otherwise; written each minute at home',
  },
  FreshRegions: {
    unit: 'Count',
    dimensions: [['Deployment']],
    means: 'regions that home has heard of lately; written each minute, so its absence says that the judge is dead',
  },
  UnknownTargets: {
    unit: 'Count',
    dimensions: [['Deployment']],
    means: 'targets of which too few regions say anything; written each minute',
  },
  LettersWaiting: {
    unit: 'Count',
    dimensions: [['Deployment']],
    means: 'letters that could not be sent yet; written each minute',
  },
} as const satisfies MetricDefinitions;

export type ProbeMetrics = Metrics<typeof probeMetrics>;
