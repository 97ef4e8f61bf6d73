import { actions, aWorld, complete, completeAll, published, stateOf } from '../support';
import { aGroupInService, aWarmGroup, journeysOf, statesOf } from './warm-support';

describe('scaling in with a warm pool', () => {
  test('ends the instance and launches a new one into the pool', async () => {
    const world = aWorld();
    const { id, group } = await aGroupInService(world);
    completeAll(world);
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(120_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(journeysOf(world, 'terminate')).toEqual(['AutoScalingGroup → EC2']);
    expect(statesOf(group)).toEqual(['Warmed:Stopped']);
  });

  test('gives the instance back where it may be used again: drained, then asked about, then stopped', async () => {
    const world = aWorld();
    const { id, group, targetGroup } = await aGroupInService(world, { warmPool: { reuseOnScaleIn: true } });
    const { autoScaling, elasticLoadBalancing, ec2 } = world.region;
    autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(2_000);
    expect(stateOf(world, id)).toBe('Warmed:Pending');
    expect(elasticLoadBalancing.world.health(targetGroup, id).State).toBe('draining');
    expect(actions(world, 'terminate')).toEqual([]);

    await world.clock.advance(60_000);
    expect(stateOf(world, id)).toBe('Warmed:Pending:Wait');
    const [back] = actions(world, 'terminate');
    expect(back).toMatchObject({
      EC2InstanceId: id,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      Origin: 'AutoScalingGroup',
      Destination: 'WarmPool',
    });
    await complete(world, back!);
    await world.clock.advance(20_000);
    expect([stateOf(world, id), ec2.world.instance(id).state.current]).toEqual(['Warmed:Stopped', 'stopped']);
    expect(published(world.region, 'EC2 Instance Terminate Successful').map(({ detail }) => detail)).toMatchObject([
      { EC2InstanceId: id, Destination: 'WarmPool' },
    ]);
    expect(group.instances.size).toBe(1);
  });

  test('and out again asks the launch hook of the same instance once more', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world, { warmPool: { reuseOnScaleIn: true } });
    completeAll(world);
    for (const desired of [0, 1]) {
      world.region.autoScaling.world.setDesiredCapacity('web', desired);
      await world.clock.advance(120_000);
    }
    expect(stateOf(world, id)).toBe('InService');
    expect(journeysOf(world, 'launch')).toEqual([
      'EC2 → WarmPool',
      'WarmPool → AutoScalingGroup',
      'WarmPool → AutoScalingGroup',
    ]);
    expect(new Set(actions(world, 'launch').map((action) => action['LifecycleActionToken'])).size).toBe(3);
  });

  test('ends an instance whose return says ABANDON', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world, { warmPool: { reuseOnScaleIn: true } });
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(62_000);
    await complete(world, actions(world, 'terminate')[0]!, 'ABANDON');
    await world.clock.advance(20_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(published(world.region, 'EC2 Instance Terminate Unsuccessful')[0]!.detail['Destination']).toBe('WarmPool');
    expect(journeysOf(world, 'launch').at(-1)).toBe('EC2 → WarmPool');
  });

  test('ends what the pool then has too much', async () => {
    const world = aWorld();
    const warmPool = { maxGroupPreparedCapacity: 2, reuseOnScaleIn: true };
    const { group } = await aWarmGroup(world, { maxSize: 3, desiredCapacity: 3, warmPool });
    expect(statesOf(group)).toEqual(['InService', 'InService', 'InService']);
    completeAll(world);
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(180_000);
    expect(statesOf(group)).toEqual(['Warmed:Stopped', 'Warmed:Stopped']);
    expect(journeysOf(world, 'terminate').at(-1)).toBe('WarmPool → EC2');
  });

  test('forgets a return that the end of the instance has overtaken', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world, { warmPool: { reuseOnScaleIn: true } });
    const { autoScaling, ec2 } = world.region;
    autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(62_000);
    ec2.world.terminate(id);
    await world.clock.advance(61_000);
    expect(stateOf(world, id)).toBeUndefined();
    const { Activities } = await autoScaling.api.describeScalingActivities({ AutoScalingGroupName: 'web' });
    const back = Activities!.find(({ Description }) => Description?.startsWith('Returning'));
    expect(back!.StatusCode).toBe('Cancelled');
    await expect(complete(world, actions(world, 'terminate')[0]!)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('ends an instance that was never in service, though it might be used again', async () => {
    const world = aWorld();
    const { id } = await aWarmGroup(world, { warmPool: { reuseOnScaleIn: true } });
    world.region.autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(6_000);
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(2_000);
    expect(stateOf(world, id)).toBe('Terminating:Wait');
    expect(journeysOf(world, 'terminate')).toEqual(['AutoScalingGroup → EC2']);
  });
});
