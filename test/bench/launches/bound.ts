import type { Rate } from '../../../infra/lab/region/calls/token-bucket';
import { limits } from '../../../infra/lab/region/calls/limits';

/** Calls against one of AWS's limits that no launch can do without. */
export interface Demand {
  readonly limit: string;
  readonly rate: Rate;
  /** Tokens, all launches together. */
  readonly calls: number;
}

/**
 * What `launches` at once need at least, however clever their calls are put together: tags differ from instance to
 * instance and an action is completed one by one, so these take a call each, as does the start of an execution. Records
 * of up to 500 instances go in one change batch, but each record counts against the throughput of changes; targets are
 * registered, and their health asked for, with all of them in one call.
 */
export function demandsOf(launches: number): Demand[] {
  return [
    { limit: 'EC2 CreateTags', rate: limits.ec2.createTags, calls: launches },
    { limit: 'Auto Scaling (CompleteLifecycleAction)', rate: limits.autoScaling.account, calls: launches },
    { limit: 'Step Functions StartExecution', rate: limits.stepFunctions.startExecution, calls: launches },
    { limit: 'Route 53 changes (A and TXT)', rate: limits.route53.changes, calls: 2 * launches },
    { limit: 'Route 53 requests', rate: limits.route53.account, calls: Math.ceil(launches / 500) + 1 },
    { limit: 'ELB RegisterTargets', rate: limits.elasticLoadBalancing.targets, calls: Math.ceil(launches / 1000) },
  ];
}

/** Milliseconds until a full bucket has given so many tokens. */
export function drainMs({ calls, rate }: Pick<Demand, 'calls' | 'rate'>): number {
  return Math.max(0, (calls - rate.capacity) / rate.perSecond) * 1000;
}

/** The demand that takes longest. */
export function tightest(demands: readonly Demand[]): Demand {
  return demands.reduce((longest, demand) => (drainMs(demand) > drainMs(longest) ? demand : longest));
}
