import { aWorld, published, rejection, type World } from '../support';

async function inService(world: World, count = 2) {
  const { region, clock } = world;
  const targetGroup = region.elasticLoadBalancing.world.createTargetGroup({
    name: 'web',
    vpcId: 'vpc-lab',
    deregistrationDelaySeconds: 30,
  });
  region.autoScaling.world.createGroup({
    name: 'web',
    maxSize: 9,
    desiredCapacity: count,
    targetGroupArns: [targetGroup.arn],
    terminateHooks: [{ name: 'hook' }],
  });
  await clock.advance(60_000);
  return { targetGroup, ids: [...region.autoScaling.world.group('web').instances.keys()] };
}

const detaching = (ids: readonly string[], decrement: boolean) => ({
  AutoScalingGroupName: 'web',
  InstanceIds: [...ids],
  ShouldDecrementDesiredCapacity: decrement,
});

describe('detaching', () => {
  test('leaves the instance running, outside of the group, its target groups, and its tag', async () => {
    const world = aWorld();
    const { ids, targetGroup } = await inService(world);
    const { autoScaling, ec2, elasticLoadBalancing } = world.region;
    const { Activities } = await autoScaling.api.detachInstances(detaching([ids[0]!], true));
    expect(Activities).toMatchObject([
      {
        Description: `Detaching EC2 instance: ${ids[0]!}`,
        Cause: expect.stringMatching(
          /was detached in response to a user request, shrinking the capacity from 2 to 1\.$/,
        ) as string,
      },
    ]);
    expect(autoScaling.world.member(ids[0]!)?.state).toBe('Detaching');
    await world.clock.advance(120_000);
    expect(autoScaling.world.member(ids[0]!)).toBeUndefined();
    expect(autoScaling.world.group('web').instances.size).toBe(1);
    expect(elasticLoadBalancing.world.health(targetGroup, ids[0]!).Reason).toBe('Target.NotRegistered');
    const { Reservations } = await ec2.api.describeInstances({ InstanceIds: [ids[0]!] });
    const instance = Reservations![0]!.Instances![0]!;
    expect(instance.State?.Name).toBe('running');
    expect(instance.Tags?.map(({ Key }) => Key)).not.toContain('aws:autoscaling:groupName');
    expect(published(world.region, 'EC2 Instance-terminate Lifecycle Action')).toEqual([]);
  });

  test('has it replaced if the desired capacity stays', async () => {
    const world = aWorld();
    const { ids } = await inService(world);
    await world.region.autoScaling.api.detachInstances(detaching([ids[0]!], false));
    await world.clock.advance(120_000);
    const now = [...world.region.autoScaling.world.group('web').instances.keys()];
    expect(now).toHaveLength(2);
    expect(now).not.toContain(ids[0]);
  });

  test('also from Standby, and then into another group', async () => {
    const world = aWorld();
    const { ids } = await inService(world);
    const { autoScaling, ec2 } = world.region;
    autoScaling.world.createGroup({ name: 'api', maxSize: 3 });
    autoScaling.world.standby.enterStandby(autoScaling.world.group('web'), [ids[0]!], true);
    await world.clock.advance(60_000);
    await autoScaling.api.detachInstances(detaching([ids[0]!], true));
    await world.clock.advance(60_000);
    expect(autoScaling.world.group('web').desired).toBe(1);
    await autoScaling.api.attachInstances({ AutoScalingGroupName: 'api', InstanceIds: [ids[0]!] });
    await world.clock.advance(60_000);
    expect(autoScaling.world.member(ids[0]!)).toMatchObject({ state: 'InService', group: { name: 'api' } });
    expect(ec2.world.instance(ids[0]!).tags.actual().get('aws:autoscaling:groupName')).toBe('api');
  });

  test('is refused below the minimum, twice, and to strangers', async () => {
    const world = aWorld();
    const { ids } = await inService(world);
    const { api, world: groups } = world.region.autoScaling;
    groups.group('web').minSize = 2;
    expect(await rejection(api.detachInstances(detaching(ids, true)))).toMatchObject({
      message: expect.stringMatching(/min-size=2/) as string,
    });
    await api.detachInstances(detaching([ids[0]!], false));
    expect(await rejection(api.detachInstances(detaching([ids[0]!], false)))).toMatchObject({
      message: expect.stringMatching(/is not in InService or Standby/) as string,
    });
    expect(await rejection(api.detachInstances(detaching(['i-00000000'], false)))).toMatchObject({
      message: expect.stringMatching(/is not part of/) as string,
    });
  });
});

describe('deleting a group', () => {
  const web = { AutoScalingGroupName: 'web' };

  test('is refused while it has instances, and ends them without a hook when it is forced', async () => {
    const world = aWorld();
    const { ids } = await inService(world);
    const { api } = world.region.autoScaling;
    expect(await rejection(api.deleteAutoScalingGroup(web))).toMatchObject({ name: 'ResourceInUse' });
    await api.deleteAutoScalingGroup({ ...web, ForceDelete: true });
    const { AutoScalingGroups } = await api.describeAutoScalingGroups({ AutoScalingGroupNames: ['web'] });
    expect(AutoScalingGroups).toMatchObject([{ Status: 'Delete in progress' }]);
    await world.clock.advance(180_000);
    expect((await api.describeAutoScalingGroups({ AutoScalingGroupNames: ['web'] })).AutoScalingGroups).toEqual([]);
    for (const id of ids) expect(world.region.ec2.world.instance(id).state.current).toBe('terminated');
    expect(published(world.region, 'EC2 Instance-terminate Lifecycle Action')).toEqual([]);
  });

  test('keeps the instances that were detached before', async () => {
    const world = aWorld();
    const { ids } = await inService(world);
    const { api, world: groups } = world.region.autoScaling;
    await api.detachInstances(detaching(ids, true));
    expect(await rejection(api.deleteAutoScalingGroup(web))).toMatchObject({ name: 'ResourceInUse' });
    await world.clock.advance(60_000);
    await api.deleteAutoScalingGroup(web);
    await world.clock.advance(60_000);
    expect(groups.groups).toEqual([]);
    for (const id of ids) expect(world.region.ec2.world.instance(id).state.current).toBe('running');
  });
});

describe('an instance that is ended in Standby', () => {
  test('stays in Standby, and is found out when it is moved out of it', async () => {
    const world = aWorld();
    const { ids } = await inService(world);
    const { autoScaling, ec2 } = world.region;
    const web = autoScaling.world.group('web');
    autoScaling.world.standby.enterStandby(web, [ids[0]!], true);
    await world.clock.advance(60_000);
    ec2.world.terminate(ids[0]!);
    await world.clock.advance(600_000);
    expect(autoScaling.world.member(ids[0]!)?.state).toBe('Standby');
    autoScaling.world.standby.exitStandby(web, [ids[0]!]);
    await world.clock.advance(180_000);
    expect(autoScaling.world.member(ids[0]!)).toBeUndefined();
    expect([...web.instances.values()].map(({ state }) => state)).toEqual(['InService', 'InService']);
  });

  test('is noticed there, if the lab is told so', async () => {
    const world = aWorld({ timings: { autoScaling: { noticesInStandby: true } } });
    const { ids } = await inService(world);
    const { autoScaling, ec2 } = world.region;
    autoScaling.world.standby.enterStandby(autoScaling.world.group('web'), [ids[0]!], true);
    await world.clock.advance(60_000);
    ec2.world.terminate(ids[0]!);
    await world.clock.advance(600_000);
    expect(autoScaling.world.member(ids[0]!)).toBeUndefined();
  });
});

describe('weights', () => {
  const instanceTypes = [
    { instanceType: 'm7g.2xlarge', weightedCapacity: 8 },
    { instanceType: 'm7g.large', weightedCapacity: 2 },
  ];

  test('make the capacity count units, and report each instance as text', async () => {
    const world = aWorld();
    const { world: groups, api } = world.region.autoScaling;
    groups.createGroup({ name: 'web', maxSize: 100, desiredCapacity: 17, instanceTypes });
    await world.clock.advance(60_000);
    const { AutoScalingGroups } = await api.describeAutoScalingGroups({});
    expect(AutoScalingGroups![0]).toMatchObject({ DesiredCapacity: 17 });
    expect(AutoScalingGroups![0]!.Instances!.map(({ WeightedCapacity }) => WeightedCapacity)).toEqual(['8', '2', '8']);
    // 18 units: one too many, and no instance is so small.
    await world.clock.advance(600_000);
    expect(groups.group('web').instances.size).toBe(3);
    groups.setDesiredCapacity('web', 10);
    await world.clock.advance(600_000);
    expect(groups.group('web').instances.size).toBe(2);
  });

  test('are absent from other groups', async () => {
    const world = aWorld();
    world.region.autoScaling.world.createGroup({ name: 'web', desiredCapacity: 1 });
    await world.clock.advance(60_000);
    const { AutoScalingGroups } = await world.region.autoScaling.api.describeAutoScalingGroups({});
    expect(AutoScalingGroups![0]!.Instances![0]).not.toHaveProperty('WeightedCapacity');
  });
});
