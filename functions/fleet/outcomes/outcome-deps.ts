import type { Clock, Logger } from '../../shared/runtime';
import type { FleetMetrics } from '../contracts/metrics';
import type { AutoScaling, SettingsStore, Sns, StepFunctions } from '../ports/aws';
import type { Ledger } from '../ledger/port';

/** What outcomes need to hold a failed launch and to notify people. */
export interface OutcomeDeps {
  clock: Clock;
  log: Logger;
  metrics: FleetMetrics;
  ledger: Pick<Ledger, 'member' | 'findHold' | 'findReserve' | 'breaker' | 'saveHold' | 'saveBreaker' | 'removeHold'>;
  settings: Pick<SettingsStore, 'read'>;
  autoScaling: Pick<AutoScaling, 'describeAutoScalingInstances' | 'describeLifecycleHooks'>;
  stepFunctions: Pick<StepFunctions, 'describeExecution' | 'getExecutionHistory'>;
  sns: Sns;
  /** ARN of the topic for messages to operators. */
  topicArn: string;
}
