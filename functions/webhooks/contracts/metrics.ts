import type { MetricDefinitions, Metrics } from '../../shared/runtime';

export const metricNamespace = 'Muster/Webhooks';

/** What is measured, by route: alarms read these names from here. */
export const webhookMetrics = {
  Accepted: { unit: 'Count', dimensions: [['Route']], means: 'a request was taken and is durable' },
  Refused: {
    unit: 'Count',
    dimensions: [['Route'], ['Route', 'Reason']],
    means: 'a request was answered with 4xx; Route is `unknown` where there is none',
  },
  Unavailable: {
    unit: 'Count',
    dimensions: [['Route'], ['Route', 'Reason']],
    means: 'a request was answered with 503: the sender is to try again',
  },
  Quarantined: {
    unit: 'Count',
    dimensions: [['Route'], ['Route', 'Reason']],
    means: 'an authentic event that does not fit its table was put aside',
  },
  Staged: { unit: 'Count', dimensions: [['Route']], means: 'an event was written to the store, ready to be loaded' },
  Flagged: {
    unit: 'Count',
    dimensions: [['Route'], ['Route', 'Reason']],
    means: 'a row holds less than its event did; the raw text is kept',
  },
  Loaded: { unit: 'Count', dimensions: [['Table']], means: 'rows that a batch added to its table' },
  Duplicates: { unit: 'Count', dimensions: [['Table']], means: 'rows of a batch that were in the table already' },
  OldestUnloaded: {
    unit: 'Seconds',
    dimensions: [['Table'], ['Table', 'Route']],
    means: 'how long the oldest staged event has waited; written each minute for each route, 0 too',
  },
} as const satisfies MetricDefinitions;

export type WebhookMetrics = Metrics<typeof webhookMetrics>;
