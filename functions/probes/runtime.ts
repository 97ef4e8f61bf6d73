import { systemClock, consoleLogger, writeLine, embeddedMetrics } from '../shared/runtime';
import { metricNamespace, probeMetrics } from './contracts/metrics';

/** What every function gets from Lambda. */
export const runtime = {
  clock: systemClock,
  log: consoleLogger,
  metrics: embeddedMetrics({
    namespace: metricNamespace,
    definitions: probeMetrics,
    clock: systemClock,
    write: writeLine,
  }),
};
