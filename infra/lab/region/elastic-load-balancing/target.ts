import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Progress, Probe } from './health';

/** One entry of a target group: an instance, or an address, on a port. */
export interface Target {
  /** In a target group of type ip: the address. */
  readonly instanceId: string;
  readonly port: number;
  /** Until then `Elb.RegistrationInProgress`. */
  readonly registrationEndsAt: number;
  /** Set when it was deregistered: until then `draining`. */
  readonly drainingUntil?: number;
  progress: Progress;
}

export const health = {
  registering: {
    State: 'initial',
    Reason: 'Elb.RegistrationInProgress',
    Description: 'Target registration is in progress',
  },
  checking: {
    State: 'initial',
    Reason: 'Elb.InitialHealthChecking',
    Description: 'Initial health checks in progress',
  },
  healthy: { State: 'healthy' },
  draining: {
    State: 'draining',
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  },
  notRegistered: {
    State: 'unused',
    Reason: 'Target.NotRegistered',
    Description: 'Target is not registered to the target group',
  },
  noListener: {
    State: 'unused',
    Reason: 'Target.NotInUse',
    Description: 'Target group is not configured to receive traffic from the load balancer',
  },
  zoneNotEnabled: {
    State: 'unused',
    Reason: 'Target.NotInUse',
    Description: 'Target is in an Availability Zone that is not enabled for the load balancer',
  },
} as const satisfies Record<string, TargetHealth>;

export function invalidState(state: string): TargetHealth {
  return { State: 'unused', Reason: 'Target.InvalidState', Description: `Target is in the ${state} state` };
}

export function unhealthy(failure: Probe | undefined): TargetHealth {
  if (failure === 'timeout') return { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' };
  if (failure === 'refused' || failure === undefined) {
    return { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
  }
  const description = `Health checks failed with these codes: [${failure.status}]`;
  return { State: 'unhealthy', Reason: 'Target.ResponseCodeMismatch', Description: description };
}
