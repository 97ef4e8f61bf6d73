import type { RegionContext } from '../base/context';
import type { EventBus } from '../event-bridge/bus';
import type { Ec2World } from './world';

export interface Interruption {
  /** From the warning to the end. Default two minutes. */
  readonly warningMs?: number;
  /** From the rebalance recommendation to the warning; 0: together with it. Default: no recommendation arrives. */
  readonly recommendedMs?: number;
}

/**
 * Takes a Spot Instance back, now or as soon as the recommendation has had its time: warning, two minutes, end.
 * Nothing can hold it up. Every instance will do; the fake does not know which of them are Spot Instances.
 */
export function interruptSpot(
  { context, ec2, bus }: { context: RegionContext; ec2: Ec2World; bus: EventBus },
  instanceId: string,
  { warningMs = 120_000, recommendedMs }: Interruption = {},
): void {
  const { subnet } = ec2.instance(instanceId);
  const { clock, partition } = context;
  // Unlike every other ARN of EC2, it has the zone in the place of the region, and no account.
  const resources = [`arn:${partition}:ec2:${subnet.availabilityZone}:instance/${instanceId}`];
  const put = (detailType: string, more: Record<string, string> = {}) =>
    bus.putEvent({ source: 'aws.ec2', detailType, resources, detail: { 'instance-id': instanceId, ...more } });
  const warn = () => {
    put('EC2 Spot Instance Interruption Warning', { 'instance-action': 'terminate' });
    clock.after(warningMs, () => ec2.terminate(instanceId));
  };
  if (recommendedMs === undefined) {
    warn();
    return;
  }
  put('EC2 Instance Rebalance Recommendation');
  clock.after(recommendedMs, warn);
}
