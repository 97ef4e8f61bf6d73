import type { Random } from '../../../functions/shared/random';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { randomStream } from '../../../infra/lab/kernel/random';
import type { BusEvent } from '../../../infra/lab/region/event-bridge/event';
import { createRegion, type Region, type RegionOptions } from '../../../infra/lab/region';

/** The same numbers for the same seed. */
export function seeded(seed: number): Random {
  return randomStream('test', seed);
}

export interface World {
  readonly clock: VirtualClock;
  readonly region: Region;
}

/** A region on a clock of its own, with every delay fixed, so that a test can say what time it is. */
export function aWorld(options: Partial<Omit<RegionOptions, 'clock'>> = {}): World {
  const clock = new VirtualClock();
  const region = createRegion({
    clock,
    random: seeded(1),
    events: { quality: { delayMs: 100 } },
    notifications: { delayMs: 100 },
    ...options,
    timings: {
      autoScaling: {
        reactionMs: 1_000,
        enterHookMs: 2_000,
        proceedMs: 1_000,
        terminateMs: 1_000,
        noticeMs: 60_000,
        noticePendingMs: 60_000,
        rootVolumeMs: 30_000,
        ...options.timings?.autoScaling,
      },
      ec2: {
        bootMs: 5_000,
        shutdownMs: 10_000,
        visibleAfterMs: 0,
        tagsVisibleAfterMs: 0,
        ...options.timings?.ec2,
      },
      route53: { processingMs: 100, insyncMs: 30_000, ...options.timings?.route53 },
      elasticLoadBalancing: { registrationMs: 2_000, ...options.timings?.elasticLoadBalancing },
    },
  });
  return { clock, region };
}

/** The events of one kind that were put on the bus, oldest first. */
export function published(region: Region, detailType: string): BusEvent[] {
  return region.bus.published.filter((event) => event['detail-type'] === detailType);
}

/** What a promise was rejected with; fails if it was not. */
export async function rejection(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  const outcome = await promise.then(
    () => ({ rejected: false as const }),
    (error: unknown) => ({ rejected: true as const, error }),
  );
  if (!outcome.rejected) throw new TypeError('expected a rejection');
  return outcome.error as Record<string, unknown>;
}

export function stateOf({ region }: World, id: string): string | undefined {
  return region.autoScaling.world.member(id)?.state;
}

/** The details of the lifecycle actions announced so far, launching or terminating, oldest first. */
export function actions({ region }: World, kind: 'launch' | 'terminate'): Record<string, string>[] {
  const events = published(region, `EC2 Instance-${kind} Lifecycle Action`);
  return events.map(({ detail }) => detail as Record<string, string>);
}

/** Completes the lifecycle action of an event by its token. */
export async function complete(
  { region }: World,
  detail: Readonly<Record<string, unknown>>,
  LifecycleActionResult: 'CONTINUE' | 'ABANDON' = 'CONTINUE',
): Promise<void> {
  await region.autoScaling.api.completeLifecycleAction({
    AutoScalingGroupName: String(detail['AutoScalingGroupName']),
    LifecycleHookName: String(detail['LifecycleHookName']),
    LifecycleActionToken: String(detail['LifecycleActionToken']),
    LifecycleActionResult,
  });
}

/** Lets every lifecycle action that is announced from now on be completed as soon as its event arrives. */
export function completeAll(world: World): void {
  world.region.bus.putRule({
    name: 'complete-all',
    pattern: { source: ['aws.autoscaling'], detail: { LifecycleActionToken: [{ exists: true }] } },
    target: ({ detail }) => complete(world, detail),
  });
}
