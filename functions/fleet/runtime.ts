import { systemClock, consoleLogger, writeLine, embeddedMetrics, type Clock, type Logger } from '../shared/runtime';
import { fleetMetrics, metricNamespace, type FleetMetrics } from './contracts/metrics';

/** What Lambda gives every function: its time, and a standard output for logs and metrics. */
export const runtime: { readonly clock: Clock; readonly log: Logger; readonly metrics: FleetMetrics } = {
  clock: systemClock,
  log: consoleLogger,
  metrics: embeddedMetrics({
    namespace: metricNamespace,
    definitions: fleetMetrics,
    clock: systemClock,
    write: writeLine,
  }),
};
