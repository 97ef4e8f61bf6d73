import type { LabClock } from '../../kernel/clock';
import { intercept, type PortCall } from './intercept';
import { limits } from './limits';
import { ServiceError } from '../base/service-error';
import { takeFromAll, TokenBucket } from './token-bucket';

/** What each service throws at who asks too often. */
export const throttled = {
  autoScaling: () => new ServiceError({ code: 'Throttling', message: 'Rate exceeded' }),
  ec2: () => new ServiceError({ code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 }),
  route53: () => new ServiceError({ code: 'Throttling', message: 'Rate exceeded' }),
  elasticLoadBalancing: () => new ServiceError({ code: 'ThrottlingException', message: 'Rate exceeded' }),
  stepFunctions: () => new ServiceError({ code: 'ThrottlingException', message: 'Rate exceeded' }),
} as const;

export type ThrottledService = keyof typeof throttled;

type Costs = readonly { readonly bucket: TokenBucket; readonly tokens: number }[];
type Tariff = (call: PortCall) => Costs;

/** The same port, under the service's published request limits. */
export function withThrottling<Port extends object>(port: Port, service: ThrottledService, clock: LabClock): Port {
  const tariff = tariffs[service](clock);
  return intercept(port, async (call, proceed) => {
    if (!takeFromAll(tariff(call))) throw throttled[service]();
    return proceed();
  });
}

const tariffs: Record<ThrottledService, (clock: LabClock) => Tariff> = {
  autoScaling: (clock) => {
    const account = new TokenBucket(clock, limits.autoScaling.account);
    return () => [{ bucket: account, tokens: 1 }];
  },
  ec2: (clock) => {
    const tags = new TokenBucket(clock, limits.ec2.createTags);
    const some = new TokenBucket(clock, limits.ec2.describeInstances);
    const all = new TokenBucket(clock, limits.ec2.describeAllInstances);
    return ({ operation, input }) => {
      if (operation === 'createTags') return [{ bucket: tags, tokens: 1 }];
      return [{ bucket: isNarrowed(input) ? some : all, tokens: 1 }];
    };
  },
  elasticLoadBalancing: (clock) => {
    const account = new TokenBucket(clock, limits.elasticLoadBalancing.account);
    const targets = new TokenBucket(clock, limits.elasticLoadBalancing.targets);
    const describe = new TokenBucket(clock, limits.elasticLoadBalancing.describe);
    return ({ operation }) => {
      const own = operation.startsWith('describe') ? describe : targets;
      return [account, own].map((bucket) => ({ bucket, tokens: 1 }));
    };
  },
  route53: (clock) => {
    const account = new TokenBucket(clock, limits.route53.account);
    const changes = new TokenBucket(clock, limits.route53.changes);
    const actions = new Map<string, TokenBucket>();
    return ({ operation, input }) => {
      const action = actions.get(operation) ?? new TokenBucket(clock, limits.route53.action);
      actions.set(operation, action);
      return [
        { bucket: account, tokens: 1 },
        { bucket: action, tokens: 1 },
        { bucket: changes, tokens: changeCost(input) },
      ];
    };
  },
  // One bucket for each action. Transitions do not count here: those beyond their limit are late, not refused.
  stepFunctions: (clock) => {
    const buckets = new Map(
      Object.entries(limits.stepFunctions).map(([key, rate]) => [key, new TokenBucket(clock, rate)]),
    );
    return ({ operation }) => {
      const bucket = buckets.get(operation);
      return bucket === undefined ? [] : [{ bucket, tokens: 1 }];
    };
  },
};

function isNarrowed(input: unknown): boolean {
  const { InstanceIds, Filters, MaxResults } = (input ?? {}) as Record<string, unknown>;
  return InstanceIds !== undefined || Filters !== undefined || MaxResults !== undefined;
}

function changeCost(input: unknown): number {
  const batch = (input as { ChangeBatch?: { Changes?: { Action?: string }[] } } | undefined)?.ChangeBatch;
  return (batch?.Changes ?? []).reduce((sum, { Action }) => sum + (Action === 'UPSERT' ? 2 : 1), 0);
}
