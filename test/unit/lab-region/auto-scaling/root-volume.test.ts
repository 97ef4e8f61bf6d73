import type { GroupOptions } from '../../../../infra/lab/region/auto-scaling/groups/group';
import { actions, aWorld, complete, published, stateOf, type World } from '../support';

/** A group of one instance, in service and healthy behind its target group. */
async function aGroupInService(world: World, options: Partial<GroupOptions> = {}) {
  const { elasticLoadBalancing, autoScaling, ec2 } = world.region;
  const targetGroup = elasticLoadBalancing.world.createTargetGroup({
    name: 'web',
    vpcId: 'vpc-lab',
    deregistrationDelaySeconds: 60,
  });
  const group = autoScaling.world.createGroup({
    name: 'web',
    desiredCapacity: 1,
    targetGroupArns: [targetGroup.arn],
    ...options,
  });
  await world.clock.advance(20_000);
  const id = [...group.instances.keys()][0]!;
  ec2.world.setAppState(id, 'healthy');
  await world.clock.advance(300_000);
  return { group, id, health: () => elasticLoadBalancing.world.health(targetGroup, id) };
}

function putHooks({ region }: World): void {
  region.autoScaling.world.putHook('web', 'autoscaling:EC2_INSTANCE_LAUNCHING', { name: 'launch' });
  region.autoScaling.world.putHook('web', 'autoscaling:EC2_INSTANCE_TERMINATING', { name: 'terminate' });
}

const journey = { Origin: 'AutoScalingGroup', Destination: 'AutoScalingGroup', Action: 'ReplaceRootVolume' };

describe('the replacement of a root volume', () => {
  test('drains the target, asks the terminate hook, and then the launch hook of the same instance', async () => {
    const world = aWorld();
    const { id, group, health } = await aGroupInService(world);
    putHooks(world);
    const { privateIp } = world.region.ec2.world.instance(id);
    world.region.autoScaling.world.replaceRootVolume(id);
    expect([stateOf(world, id), health().State]).toEqual(['ReplacingRootVolume', 'draining']);
    expect(actions(world, 'terminate')).toEqual([]);

    await world.clock.advance(61_000);
    expect([stateOf(world, id), health().Reason]).toEqual(['ReplacingRootVolume:Wait', 'Target.NotRegistered']);
    const [before] = actions(world, 'terminate');
    expect(before).toMatchObject({ EC2InstanceId: id, LifecycleHookName: 'terminate', ...journey });
    await complete(world, before!);
    expect(stateOf(world, id)).toBe('ReplacingRootVolume:Proceed');

    await world.clock.advance(33_000);
    expect([stateOf(world, id), health().Reason]).toEqual(['Pending:Wait', 'Target.NotRegistered']);
    const [after] = actions(world, 'launch');
    expect(after).toMatchObject({ EC2InstanceId: id, LifecycleHookName: 'launch', ...journey });
    expect(after!['LifecycleActionToken']).not.toBe(before!['LifecycleActionToken']);

    await complete(world, after!);
    await world.clock.advance(2_000);
    expect([stateOf(world, id), health().State]).toEqual(['InService', 'initial']);
    expect(world.region.ec2.world.instance(id).privateIp).toBe(privateIp);
    expect([...group.instances.keys()]).toEqual([id]);
  });

  test('keeps the instance running, but the application on it is gone until it is deployed again', async () => {
    const world = aWorld();
    const { id, health } = await aGroupInService(world);
    const transitions: string[] = [];
    world.region.ec2.world.onTransition((_, state) => transitions.push(state));
    world.region.autoScaling.world.replaceRootVolume(id);
    await world.clock.advance(300_000);
    expect([stateOf(world, id), transitions]).toEqual(['InService', []]);
    expect(health().State).toBe('unhealthy');
    world.region.ec2.world.setAppState(id, 'healthy');
    await world.clock.advance(300_000);
    expect(health().State).toBe('healthy');
  });

  test('waits for no answer where there are no hooks, and ends nothing', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    world.region.autoScaling.world.replaceRootVolume(id);
    await world.clock.advance(300_000);
    expect([...actions(world, 'launch'), ...actions(world, 'terminate')]).toEqual([]);
    expect(published(world.region, 'EC2 Instance Terminate Successful')).toEqual([]);
  });

  test.each(['terminate', 'launch'] as const)('ends in a new instance if the %s hook says ABANDON', async (kind) => {
    const world = aWorld();
    const { id, group } = await aGroupInService(world);
    putHooks(world);
    world.region.autoScaling.world.replaceRootVolume(id);
    await world.clock.advance(61_000);
    if (kind === 'launch') {
      await complete(world, actions(world, 'terminate')[0]!);
      await world.clock.advance(40_000);
    }
    await complete(world, actions(world, kind).at(-1)!, 'ABANDON');
    await world.clock.advance(60_000);
    expect(stateOf(world, id)).toBeUndefined();
    const [successor] = [...group.instances.values()];
    expect(successor!.state).toBe('Pending:Wait');
    expect(actions(world, 'launch').at(-1)).not.toHaveProperty('Action');
  });

  test('does not survive the end of its instance', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    putHooks(world);
    world.region.autoScaling.world.replaceRootVolume(id);
    await world.clock.advance(61_000);
    world.region.ec2.world.terminate(id);
    await world.clock.advance(120_000);
    expect(stateOf(world, id)).toBeUndefined();
    await expect(complete(world, actions(world, 'terminate')[0]!)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test.each([
    ['while the target drains', 10_000],
    ['in the terminate hook', 61_000],
  ])('can be overtaken by scale-in %s', async (_, after) => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    putHooks(world);
    world.region.autoScaling.world.replaceRootVolume(id);
    await world.clock.advance(after);
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(62_000);
    expect(stateOf(world, id)).toBe('Terminating:Wait');
    expect(actions(world, 'terminate').at(-1)).toMatchObject({ Destination: 'EC2' });
    expect(actions(world, 'terminate').at(-1)).not.toHaveProperty('Action');
  });

  test('is broken off by scale-in once it has begun, too', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    putHooks(world);
    world.region.autoScaling.world.replaceRootVolume(id);
    await world.clock.advance(61_000);
    await complete(world, actions(world, 'terminate')[0]!);
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(60_000);
    expect(stateOf(world, id)).toBe('Terminating:Wait');
    expect(actions(world, 'launch')).toEqual([]);
  });

  test('is refused to instances that are not in service, to unknown ones, and to groups with a warm pool', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    const { world: scaling } = world.region.autoScaling;
    const replace = (instanceId: string) => () => scaling.replaceRootVolume(instanceId);
    expect(replace('i-00000000000000000')).toThrow('No managed instance found');
    scaling.putWarmPool('web', { maxGroupPreparedCapacity: 1 });
    expect(replace(id)).toThrow('warm pool');
    scaling.deleteWarmPool('web');
    scaling.replaceRootVolume(id);
    expect(replace(id)).toThrow('not in InService');
  });
});
