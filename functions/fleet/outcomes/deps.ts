import type { Clock } from '../../shared/clock';
import type { Logger } from '../../shared/logger';
import type { FleetMetrics } from '../contracts/metrics';
import type { AutoScaling } from '../ports/auto-scaling';
import type { Ledger } from '../ledger/port';
import type { Settings } from '../ports/settings';
import type { Sns } from '../ports/sns';
import type { StepFunctions } from '../ports/step-functions';

/** What it takes to hold what has failed, and to tell people. */
export interface OutcomeDeps {
  clock: Clock;
  log: Logger;
  metrics: FleetMetrics;
  ledger: Pick<Ledger, 'member' | 'hold' | 'reserve' | 'breaker' | 'saveHold' | 'saveBreaker' | 'removeHold'>;
  settings: Pick<Settings, 'read'>;
  autoScaling: Pick<AutoScaling, 'describeAutoScalingInstances' | 'describeLifecycleHooks'>;
  stepFunctions: Pick<StepFunctions, 'describeExecution' | 'getExecutionHistory'>;
  sns: Sns;
  /** Where messages to people go. */
  topicArn: string;
}
