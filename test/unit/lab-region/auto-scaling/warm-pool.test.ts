import type { Group, GroupOptions } from '../../../../infra/lab/region/auto-scaling/groups/group';
import { poolSize } from '../../../../infra/lab/region/auto-scaling/warm-pool/warm-pool-size';
import { actions, aWorld, complete, completeAll, published, rejection, stateOf, type World } from '../support';

/** A group of no instances, with a pool of one and both kinds of hook; `options` changes it. */
function aGroup(world: World, options: Partial<GroupOptions> = {}): Group {
  return world.region.autoScaling.world.createGroup({
    name: 'web',
    maxSize: 1,
    launchHooks: [{ name: 'launch' }],
    terminateHooks: [{ name: 'terminate' }],
    warmPool: {},
    ...options,
  });
}

/** The same, with its pool at rest. */
async function aWarmGroup(world: World, options: Partial<GroupOptions> = {}): Promise<{ group: Group; id: string }> {
  const group = aGroup(world, options);
  await world.clock.advance(10_000);
  await complete(world, actions(world, 'launch')[0]!);
  await world.clock.advance(20_000);
  return { group, id: [...group.instances.keys()][0]! };
}

const ec2State = ({ region }: World, id: string) => region.ec2.world.instance(id).state.current;

describe('an instance that is launched into the warm pool', () => {
  test('meets the launch hook on its way into the pool, and rests there stopped', async () => {
    const world = aWorld();
    const group = aGroup(world);
    await world.clock.advance(10_000);
    const id = [...group.instances.keys()][0]!;
    expect(stateOf(world, id)).toBe('Warmed:Pending:Wait');
    expect(actions(world, 'launch')).toEqual([
      {
        LifecycleActionToken: expect.any(String) as string,
        AutoScalingGroupName: 'web',
        LifecycleHookName: 'launch',
        EC2InstanceId: id,
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        Origin: 'EC2',
        Destination: 'WarmPool',
      },
    ]);

    await complete(world, actions(world, 'launch')[0]!);
    expect(stateOf(world, id)).toBe('Warmed:Pending:Proceed');
    await world.clock.advance(20_000);
    expect([stateOf(world, id), ec2State(world, id)]).toEqual(['Warmed:Stopped', 'stopped']);
    expect(published(world.region, 'EC2 Instance Launch Successful')[0]!.detail).toMatchObject({
      Description: `Launching a new EC2 instance into warm pool: ${id}`,
      Origin: 'EC2',
      Destination: 'WarmPool',
    });
  });

  test('says where it goes in groups that otherwise would not', async () => {
    const world = aWorld();
    await aWarmGroup(world, { sendsOrigin: false });
    expect(actions(world, 'launch')[0]).toMatchObject({ Origin: 'EC2', Destination: 'WarmPool' });
  });

  test('rests running where the pool says so', async () => {
    const world = aWorld();
    const { id } = await aWarmGroup(world, { warmPool: { state: 'Running' } });
    expect([stateOf(world, id), ec2State(world, id)]).toEqual(['Warmed:Running', 'running']);
  });

  test('is not asked about where there is no hook', async () => {
    const world = aWorld();
    const group = aGroup(world, { launchHooks: [] });
    await world.clock.advance(30_000);
    expect([...group.instances.values()].map(({ state }) => state)).toEqual(['Warmed:Stopped']);
    expect(actions(world, 'launch')).toEqual([]);
  });

  test('counts for no capacity and is in no target group, nor ill because it is stopped', async () => {
    const world = aWorld();
    const { elasticLoadBalancing, autoScaling } = world.region;
    const targetGroup = elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab' });
    const { id } = await aWarmGroup(world, { targetGroupArns: [targetGroup.arn] });
    await world.clock.advance(600_000);
    expect(stateOf(world, id)).toBe('Warmed:Stopped');
    expect(autoScaling.world.group('web').desired).toBe(0);
    expect(elasticLoadBalancing.world.health(targetGroup, id).Reason).toBe('Target.NotRegistered');
  });

  test('is shown by the calls for instances and pools, and by the one for groups as a number only', async () => {
    const world = aWorld();
    const { id } = await aWarmGroup(world, { warmPool: { minSize: 1, reuseOnScaleIn: true } });
    const { api } = world.region.autoScaling;
    const { AutoScalingInstances } = await api.describeAutoScalingInstances({ InstanceIds: [id] });
    expect(AutoScalingInstances).toMatchObject([{ InstanceId: id, LifecycleState: 'Warmed:Stopped' }]);
    const configuration = { MinSize: 1, PoolState: 'Stopped', InstanceReusePolicy: { ReuseOnScaleIn: true } };
    expect(await api.describeWarmPool({ AutoScalingGroupName: 'web' })).toMatchObject({
      WarmPoolConfiguration: configuration,
      Instances: [{ InstanceId: id }],
    });
    const { AutoScalingGroups } = await api.describeAutoScalingGroups({ AutoScalingGroupNames: ['web'] });
    expect(AutoScalingGroups![0]).toMatchObject({
      WarmPoolConfiguration: configuration,
      WarmPoolSize: 1,
      Instances: [],
    });
  });

  test('ends if its hook says ABANDON, and another one is launched', async () => {
    const world = aWorld();
    const group = aGroup(world);
    await world.clock.advance(10_000);
    const id = [...group.instances.keys()][0]!;
    await complete(world, actions(world, 'launch')[0]!, 'ABANDON');
    expect(stateOf(world, id)).toMatch('Warmed:Terminating');
    await world.clock.advance(20_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(actions(world, 'terminate')).toEqual([]);
    expect(published(world.region, 'EC2 Instance Launch Unsuccessful')[0]!.detail).toMatchObject({
      EC2InstanceId: id,
      Destination: 'WarmPool',
    });
    expect(actions(world, 'launch').map(({ Destination }) => Destination)).toEqual(['WarmPool', 'WarmPool']);
  });

  test('ends if its hook gets no answer', async () => {
    const world = aWorld();
    const group = aGroup(world, { launchHooks: [{ name: 'launch', heartbeatTimeout: 30 }] });
    await world.clock.advance(10_000);
    const id = [...group.instances.keys()][0]!;
    await world.clock.advance(25_000);
    expect(stateOf(world, id)).toMatch('Warmed:Terminating');
  });
});

describe('the warm pool', () => {
  const sized = (desired: number, warmPool: Group['warmPool']) => poolSize({ desired, maxSize: 10, warmPool } as Group);

  test.each([
    ['what the group has left', 6, {}, 4],
    ['nothing at the maximum', 10, {}, 0],
    ['its own maximum in place of the group’s', 6, { maxGroupPreparedCapacity: 8 }, 2],
    ['nothing beyond its own maximum', 9, { maxGroupPreparedCapacity: 8 }, 0],
    ['its minimum in any case', 9, { maxGroupPreparedCapacity: 8, minSize: 3 }, 3],
    ['what the group has left, if its own maximum was taken away', 6, { maxGroupPreparedCapacity: -1 }, 4],
  ])('has %s', (_, desired, warmPool, size) => expect(sized(desired, warmPool)).toBe(size));

  test('that is none has nothing', () => expect(sized(0, undefined)).toBe(0));

  test('gives up what is too much, and asks the terminate hook', async () => {
    const world = aWorld();
    completeAll(world);
    const group = aGroup(world, { maxSize: 3 });
    await world.clock.advance(30_000);
    world.region.bus.removeRule('complete-all');
    world.region.autoScaling.world.putWarmPool('web', { maxGroupPreparedCapacity: 2 });
    await world.clock.advance(1_000);
    const [ending] = actions(world, 'terminate');
    expect(actions(world, 'terminate')).toHaveLength(1);
    expect(ending).toMatchObject({ Origin: 'WarmPool', Destination: 'EC2' });
    expect(stateOf(world, ending!['EC2InstanceId']!)).toBe('Warmed:Terminating:Wait');
    await complete(world, ending!);
    await world.clock.advance(20_000);
    expect([...group.instances.values()].map(({ state }) => state)).toEqual(['Warmed:Stopped', 'Warmed:Stopped']);
  });

  test('replaces an instance that ends by itself, without a hook', async () => {
    const world = aWorld();
    const { id, group } = await aWarmGroup(world);
    world.region.ec2.world.terminate(id);
    await world.clock.advance(80_000);
    expect([...group.instances.values()].map(({ state }) => state)).toEqual(['Warmed:Pending:Wait']);
    expect(stateOf(world, id)).toBeUndefined();
    expect(actions(world, 'terminate')).toEqual([]);
  });

  test('does not end its instances one by one, but all of them with it', async () => {
    const world = aWorld();
    const { id, group } = await aWarmGroup(world);
    const { api, world: scaling } = world.region.autoScaling;
    const end = api.terminateInstanceInAutoScalingGroup({ InstanceId: id, ShouldDecrementDesiredCapacity: false });
    expect(await rejection(end)).toMatchObject({ name: 'ValidationError' });
    completeAll(world);
    scaling.deleteWarmPool('web');
    await world.clock.advance(30_000);
    expect(group.instances.size).toBe(0);
  });

  test('that is deleted does not keep what is just being stopped', async () => {
    const world = aWorld();
    const group = aGroup(world);
    await world.clock.advance(10_000);
    const id = [...group.instances.keys()][0]!;
    await complete(world, actions(world, 'launch')[0]!);
    await world.clock.advance(5_000);
    expect(ec2State(world, id)).toBe('stopping');
    world.region.autoScaling.world.deleteWarmPool('web');
    await world.clock.advance(20_000);
    expect([stateOf(world, id), ec2State(world, id)]).toEqual(['Warmed:Terminating:Wait', 'stopped']);
    await complete(world, actions(world, 'terminate')[0]!);
    await world.clock.advance(20_000);
    expect([stateOf(world, id), ec2State(world, id)]).toEqual([undefined, 'terminated']);
  });

  test('is not filled while launches are suspended or refused, and is filled after that', async () => {
    const world = aWorld();
    const { ec2, autoScaling } = world.region;
    const group = aGroup(world);
    autoScaling.world.suspend('web', 'Launch');
    await world.clock.advance(60_000);
    expect(group.instances.size).toBe(0);
    ec2.world.refuseLaunches('no capacity');
    autoScaling.world.resume('web', 'Launch');
    await world.clock.advance(60_000);
    expect(group.instances.size).toBe(0);
    ec2.world.refuseLaunches(undefined);
    await world.clock.advance(120_000);
    expect(group.instances.size).toBe(1);
  });
});
