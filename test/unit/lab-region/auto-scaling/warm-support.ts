import type { Group, GroupOptions } from '../../../../infra/lab/region/auto-scaling/groups/group';
import { actions, completeAll, type World } from '../support';

/** A group with a target group, no instance in service, and its pool of `maxSize` at rest. */
export async function aWarmGroup(world: World, options: Partial<GroupOptions> = {}) {
  const { elasticLoadBalancing, autoScaling, bus, topics } = world.region;
  const targetGroup = elasticLoadBalancing.world.createTargetGroup({
    name: 'web',
    vpcId: 'vpc-lab',
    deregistrationDelaySeconds: 60,
  });
  const group = autoScaling.world.createGroup({
    name: 'web',
    maxSize: 1,
    launchHooks: [{ name: 'launch' }],
    terminateHooks: [{ name: 'terminate' }],
    targetGroupArns: [targetGroup.arn],
    warmPool: {},
    notification: { topicArn: topics.create('asg'), types: ['autoscaling:EC2_INSTANCE_LAUNCH'] },
    ...options,
  });
  completeAll(world);
  await world.clock.advance(30_000);
  bus.removeRule('complete-all');
  return { group, targetGroup, id: [...group.instances.keys()][0]! };
}

/** The same, with the instance in service. */
export async function aGroupInService(world: World, options: Partial<GroupOptions> = {}) {
  const warm = await aWarmGroup(world, options);
  completeAll(world);
  world.region.autoScaling.world.setDesiredCapacity('web', 1);
  await world.clock.advance(30_000);
  world.region.bus.removeRule('complete-all');
  return warm;
}

/** Where from and where to the lifecycle actions announced so far went. */
export const journeysOf = (world: World, kind: 'launch' | 'terminate') =>
  actions(world, kind).map(({ Origin, Destination }) => `${Origin} → ${Destination}`);

export const statesOf = (group: Group) => [...group.instances.values()].map(({ state }) => state).sort();
