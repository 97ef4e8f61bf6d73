import { systemClock, consoleLogger, writeLine, embeddedMetrics } from '../shared/runtime';
import { metricNamespace, webhookMetrics } from './contracts/metrics';

/** What Lambda gives every function. */
export const runtime = {
  clock: systemClock,
  log: consoleLogger,
  metrics: embeddedMetrics({
    namespace: metricNamespace,
    definitions: webhookMetrics,
    clock: systemClock,
    write: writeLine,
  }),
};
