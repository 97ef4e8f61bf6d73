import { isThrottled } from '../../../functions/shared/aws-errors';
import { wrapPorts } from '../../../infra/lab/systems/fleet/wrap-ports';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { limits } from '../../../infra/lab/region/calls/limits';

/** What shares a published limit, by calls: `route53.changeResourceRecordSets`. */
const apis = {
  'Route 53': { calls: /^route53\./, perSecond: limits.route53.account.perSecond },
  'ELB, all': { calls: /^elasticLoadBalancing\./, perSecond: limits.elasticLoadBalancing.account.perSecond },
  'ELB, targets': {
    calls: /^elasticLoadBalancing\.(de)?registerTargets/,
    perSecond: limits.elasticLoadBalancing.targets.perSecond,
  },
  'EC2 CreateTags': { calls: /^ec2\.createTags/, perSecond: limits.ec2.createTags.perSecond },
  'EC2 DescribeInstances': { calls: /^ec2\.describeInstances/, perSecond: limits.ec2.describeInstances.perSecond },
  'Auto Scaling': { calls: /^autoScaling\./, perSecond: limits.autoScaling.account.perSecond },
  'Step Functions, describe': {
    calls: /^stepFunctions\.describeExecution/,
    perSecond: limits.stepFunctions.describeExecution.perSecond,
  },
  'Step Functions, list': {
    calls: /^stepFunctions\.listExecutions/,
    perSecond: limits.stepFunctions.listExecutions.perSecond,
  },
} as const;
export type Api = keyof typeof apis;
export const apiNames = Object.keys(apis) as Api[];

/** Of one limit, in the worst minute: the share of what the account may call in a minute. 0.5 is half of it. */
export interface Share {
  readonly share: number;
  /** Calls that AWS refused for it, at any time. */
  readonly refused: number;
}

const minute = 60_000;

/** Counts the calls of all functions. The call that is refused takes nothing from others. */
export class Shares {
  readonly #now: () => number;
  readonly #made = new Map<Api, number[]>();
  readonly #refused = new Map<Api, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly interceptPorts = (ports: Ports): Ports =>
    wrapPorts(ports, (service, port) =>
      intercept(port, async ({ operation }, proceed) => {
        const which = apiNames.filter((api) => apis[api].calls.test(`${service}.${operation}`));
        try {
          const answer = await proceed();
          this.#note(which);
          return answer;
        } catch (error) {
          if (!isThrottled(error)) this.#note(which);
          else for (const api of which) this.#refused.set(api, (this.#refused.get(api) ?? 0) + 1);
          throw error;
        }
      }),
    );

  of(api: Api): Share {
    const most = busiest(this.#made.get(api) ?? [], minute);
    return { share: most / (apis[api].perSecond * 60), refused: this.#refused.get(api) ?? 0 };
  }

  #note(which: readonly Api[]): void {
    for (const api of which) {
      const times = this.#made.get(api) ?? [];
      times.push(this.#now());
      this.#made.set(api, times);
    }
  }
}

/** How many of `times` (ms, ascending) lie in the busiest span of `spanMs`. */
export function busiest(times: readonly number[], spanMs: number): number {
  let [most, from] = [0, 0];
  for (let to = 0; to < times.length; to += 1) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= spanMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
