import { systemClock, consoleLogger, writeLine, embeddedMetrics } from '../shared/runtime';
import { fleetMetrics, metricNamespace, type FleetMetrics } from './contracts/metrics';
import type { StepDeps } from './steps/step';

/** What Lambda gives every function: its time, and a standard output for logs and metrics. */
export const runtime: StepDeps & { readonly metrics: FleetMetrics } = {
  clock: systemClock,
  log: consoleLogger,
  metrics: embeddedMetrics({
    namespace: metricNamespace,
    definitions: fleetMetrics,
    clock: systemClock,
    write: writeLine,
  }),
};
