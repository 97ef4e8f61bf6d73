import type { MetricDefinitions, Metrics } from '../../shared/runtime';

export const metricNamespace = 'Muster/Audit';

/** What is measured; alarms read these names from here. */
export const auditMetrics = {
  LetterAge: {
    unit: 'Seconds',
    dimensions: [['Function']],
    means: 'how long the oldest letter has waited to be sent; written each minute, 0 too',
  },
  LettersByFallback: {
    unit: 'Count',
    dimensions: [['Table']],
    means: 'a letter that SES did not take was sent through SNS; by the table that all functions of the audit share',
  },
} as const satisfies MetricDefinitions;

export type AuditMetrics = Metrics<typeof auditMetrics>;
