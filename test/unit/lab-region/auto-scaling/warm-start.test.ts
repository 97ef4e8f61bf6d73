import { actions, aWorld, complete, published, stateOf } from '../support';
import { aGroupInService, aWarmGroup, journeysOf, statesOf } from './warm-support';

describe('scaling out with a warm pool', () => {
  test('takes the instance of the pool: same id, same address, the launch hook again with a new token', async () => {
    const world = aWorld();
    const { id, targetGroup, group } = await aWarmGroup(world);
    const { ec2, autoScaling, elasticLoadBalancing } = world.region;
    const address = ec2.world.instance(id).privateIp;
    autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(1_000);
    expect([stateOf(world, id), ec2.world.instance(id).state.current]).toEqual(['Pending', 'pending']);
    await world.clock.advance(5_000);
    expect([stateOf(world, id), ec2.world.instance(id).state.current]).toEqual(['Pending:Wait', 'running']);
    expect(ec2.world.instance(id).privateIp).toBe(address);
    const [first, second] = actions(world, 'launch');
    expect(second).toMatchObject({ EC2InstanceId: id, Origin: 'WarmPool', Destination: 'AutoScalingGroup' });
    expect(second!['LifecycleActionToken']).not.toBe(first!['LifecycleActionToken']);
    expect(elasticLoadBalancing.world.health(targetGroup, id).Reason).toBe('Target.NotRegistered');

    await complete(world, second!);
    await world.clock.advance(1_000);
    expect(statesOf(group)).toEqual(['InService']);
    expect(elasticLoadBalancing.world.health(targetGroup, id).State).toBe('initial');
  });

  test('says in activity, event and notification where the instance came from', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    const said = {
      Description: `Launching a new EC2 instance from warm pool: ${id}`,
      Origin: 'WarmPool',
      Destination: 'AutoScalingGroup',
    };
    expect(published(world.region, 'EC2 Instance Launch Successful').at(-1)!.detail).toMatchObject(said);
    expect(JSON.parse(world.region.topics.published.at(-1)!.message)).toMatchObject(said);
  });

  test('is cold when the pool is not ready', async () => {
    const world = aWorld();
    const group = world.region.autoScaling.world.createGroup({
      name: 'web',
      maxSize: 2,
      launchHooks: [{ name: 'launch' }],
      warmPool: { maxGroupPreparedCapacity: 1 },
    });
    await world.clock.advance(10_000);
    world.region.autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(10_000);
    expect(journeysOf(world, 'launch')).toEqual(['EC2 → WarmPool', 'EC2 → AutoScalingGroup']);
    expect(statesOf(group)).toEqual(['Pending:Wait', 'Warmed:Pending:Wait']);
  });

  test('fills the pool again where it has a minimum, and not where the group is at its maximum', async () => {
    for (const [minSize, filled] of [
      [1, ['EC2 → WarmPool']],
      [0, []],
    ] as const) {
      const world = aWorld();
      await aWarmGroup(world, { warmPool: { minSize } });
      world.region.autoScaling.world.setDesiredCapacity('web', 1);
      await world.clock.advance(30_000);
      expect(journeysOf(world, 'launch').slice(1).sort()).toEqual([...filled, 'WarmPool → AutoScalingGroup']);
    }
  });

  test('passes by an instance whose end the group has not noticed yet', async () => {
    const world = aWorld();
    const { id, group } = await aWarmGroup(world, { maxSize: 2 });
    const other = [...group.instances.keys()][1]!;
    world.region.ec2.world.terminate(id);
    world.region.autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(6_000);
    expect([stateOf(world, id), stateOf(world, other)]).toEqual(['Warmed:Stopped', 'Pending:Wait']);
  });

  test('ends an instance that EC2 does not start, and launches another one when it can', async () => {
    const world = aWorld();
    const { id } = await aWarmGroup(world);
    const { ec2, autoScaling } = world.region;
    ec2.world.refuseLaunches('no capacity');
    autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(20_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(published(world.region, 'EC2 Instance Launch Unsuccessful')[0]!.detail).toMatchObject({
      EC2InstanceId: id,
      Origin: 'WarmPool',
    });
    ec2.world.refuseLaunches(undefined);
    await world.clock.advance(900_000);
    expect(journeysOf(world, 'launch').at(-1)).toBe('EC2 → AutoScalingGroup');
  });

  test('ends an instance whose second hook says ABANDON', async () => {
    const world = aWorld();
    const { id } = await aWarmGroup(world);
    world.region.autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(6_000);
    await complete(world, actions(world, 'launch')[1]!, 'ABANDON');
    await world.clock.advance(20_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(journeysOf(world, 'launch').at(-1)).toBe('EC2 → AutoScalingGroup');
  });
});

test('a group without a warm pool says nothing of one', async () => {
  const world = aWorld();
  const topicArn = world.region.topics.create('asg');
  world.region.autoScaling.world.createGroup({
    name: 'web',
    desiredCapacity: 1,
    sendsOrigin: false,
    notification: { topicArn, types: ['autoscaling:EC2_INSTANCE_LAUNCH'] },
  });
  await world.clock.advance(20_000);
  expect(JSON.parse(world.region.topics.published.at(-1)!.message)).not.toHaveProperty('Origin');
  expect(published(world.region, 'EC2 Instance Launch Successful')[0]!.detail).not.toHaveProperty('Origin');
  const { AutoScalingGroups } = await world.region.autoScaling.api.describeAutoScalingGroups({});
  expect(AutoScalingGroups![0]).not.toHaveProperty('WarmPoolConfiguration');
});
