import { chooseVictims } from '../../../../infra/lab/region/auto-scaling/groups/scale-in';
import type { GroupInstance } from '../../../../infra/lab/region/auto-scaling/groups/group';
import { aWorld, published, rejection, type World } from '../support';

const terminateEvent = 'EC2 Instance-terminate Lifecycle Action';

async function aRunningGroup(
  world: World,
  size: number,
  options: { terminateHook?: boolean; attached?: boolean } = {},
) {
  const { region, clock } = world;
  const targetGroup = region.elasticLoadBalancing.world.createTargetGroup({
    name: 'web',
    vpcId: 'vpc-lab',
    deregistrationDelaySeconds: 60,
  });
  region.autoScaling.world.createGroup({
    name: 'web',
    maxSize: 10,
    terminationPolicy: 'NewestInstance',
    terminateHooks: options.terminateHook === true ? [{ name: 'muster-terminate' }] : [],
    targetGroupArns: options.attached === true ? [targetGroup.arn] : [],
  });
  for (let launched = 1; launched <= size; launched += 1) {
    region.autoScaling.world.setDesiredCapacity('web', launched);
    await clock.advance(10_000);
  }
  return { targetGroup, ids: [...region.autoScaling.world.group('web').instances.keys()] };
}

function stateOf({ region }: World, id: string): string | undefined {
  return region.autoScaling.world.member(id)?.state;
}

describe('scaling in', () => {
  test('takes the newest instance under NewestInstance, and the oldest under OldestInstance', () => {
    const instance = (id: string, joinedAt: number, zone = 'a') =>
      ({ id, joinedAt, availabilityZone: zone, protectedFromScaleIn: false }) as GroupInstance;
    const all = [instance('i-2', 2), instance('i-1', 1, 'b'), instance('i-3', 3, 'b')];
    const ids = (victims: GroupInstance[]) => victims.map((victim) => victim.id);
    expect(ids(chooseVictims(all, 'NewestInstance', 2))).toEqual(['i-3', 'i-2']);
    expect(ids(chooseVictims(all, 'OldestInstance', 1))).toEqual(['i-1']);
    // Default: zone b has two.
    expect(ids(chooseVictims([...all, instance('i-0', 0)].slice(0, 3), 'Default', 1))).toEqual(['i-1']);
    const safe = all.map((one) => ({ ...one, protectedFromScaleIn: true }));
    expect(chooseVictims(safe, 'Default', 3)).toEqual([]);
  });

  test('drains the target before it asks the terminate hook', async () => {
    const world = aWorld();
    const { ids, targetGroup } = await aRunningGroup(world, 2, { terminateHook: true, attached: true });
    const newest = ids[1]!;
    world.region.autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(1_000);
    expect(stateOf(world, newest)).toBe('Terminating');
    const { elasticLoadBalancing } = world.region;
    expect(elasticLoadBalancing.world.health(targetGroup, newest).State).toBe('draining');
    expect(published(world.region, terminateEvent)).toEqual([]);

    await world.clock.advance(60_000);
    expect(stateOf(world, newest)).toBe('Terminating:Wait');
    expect(elasticLoadBalancing.world.health(targetGroup, newest).Reason).toBe('Target.NotRegistered');
    expect(published(world.region, terminateEvent)[0]!.detail).toMatchObject({
      EC2InstanceId: newest,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      Origin: 'AutoScalingGroup',
      Destination: 'EC2',
    });
    expect(stateOf(world, ids[0]!)).toBe('InService');
  });

  test.each(['CONTINUE', 'ABANDON'])('ends the instance after %s', async (LifecycleActionResult) => {
    const world = aWorld();
    const { ids } = await aRunningGroup(world, 1, { terminateHook: true });
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(2_000);
    await world.region.autoScaling.api.completeLifecycleAction({
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'muster-terminate',
      InstanceId: ids[0],
      LifecycleActionResult,
    });
    await world.clock.advance(20_000);
    expect(stateOf(world, ids[0]!)).toBeUndefined();
    expect(world.region.ec2.world.instance(ids[0]!).state.current).toBe('terminated');
    expect(published(world.region, 'EC2 Instance Terminate Successful')).toHaveLength(1);
  });

  test('refuses sizes outside of the bounds', async () => {
    const world = aWorld();
    await aRunningGroup(world, 1);
    const set = (DesiredCapacity: number, AutoScalingGroupName = 'web') =>
      rejection(world.region.autoScaling.api.setDesiredCapacity({ AutoScalingGroupName, DesiredCapacity }));
    expect((await set(11))['message']).toBe(
      'New SetDesiredCapacity value 11 is above max value 10 for the AutoScalingGroup.',
    );
    expect((await set(-1))['message']).toBe(
      'New SetDesiredCapacity value -1 is below min value 0 for the AutoScalingGroup.',
    );
    expect(await set(1, 'unknown')).toMatchObject({ name: 'ValidationError' });
  });
});

describe('scaling in while an instance waits in a launch hook', () => {
  test('ends its launch, which can no longer be completed, and the terminate hook is asked', async () => {
    const world = aWorld();
    const { region, clock } = world;
    region.autoScaling.world.createGroup({
      name: 'web',
      terminationPolicy: 'NewestInstance',
      launchHooks: [{ name: 'launch' }],
      terminateHooks: [{ name: 'terminate' }],
      desiredCapacity: 1,
    });
    await clock.advance(10_000);
    const id = [...region.autoScaling.world.group('web').instances.keys()][0]!;
    region.autoScaling.world.setDesiredCapacity('web', 0);
    await clock.advance(2_000);
    expect(stateOf(world, id)).toBe('Terminating:Wait');
    const completion = region.autoScaling.api.completeLifecycleAction({
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'launch',
      InstanceId: id,
      LifecycleActionResult: 'CONTINUE',
    });
    expect((await rejection(completion))['message']).toContain('No active Lifecycle Action found');
    expect(published(region, terminateEvent)).toHaveLength(1);
    const { Activities } = await region.autoScaling.api.describeScalingActivities({ AutoScalingGroupName: 'web' });
    expect(Activities!.map(({ StatusCode }) => StatusCode)).toEqual(['InProgress', 'Cancelled']);
  });
});

describe('TerminateInstanceInAutoScalingGroup', () => {
  test('replaces the instance, or makes the group smaller with it', async () => {
    const world = aWorld();
    const { ids } = await aRunningGroup(world, 2);
    const { api, world: scaling } = world.region.autoScaling;
    const end = (InstanceId: string, ShouldDecrementDesiredCapacity: boolean) =>
      api.terminateInstanceInAutoScalingGroup({ InstanceId, ShouldDecrementDesiredCapacity });
    await end(ids[0]!, false);
    await world.clock.advance(30_000);
    expect([scaling.group('web').desired, scaling.group('web').instances.size]).toEqual([2, 2]);
    await end(ids[1]!, true);
    await world.clock.advance(30_000);
    expect([scaling.group('web').desired, scaling.group('web').instances.size]).toEqual([1, 1]);
    expect(await rejection(end(ids[1]!, true))).toMatchObject({ name: 'ValidationError' });
  });
});

describe('an instance that ends by itself', () => {
  test('is noticed late, asks no hook, and is replaced', async () => {
    const world = aWorld();
    const { ids } = await aRunningGroup(world, 1, { terminateHook: true });
    world.region.ec2.world.terminate(ids[0]!);
    await world.clock.advance(59_000);
    expect(stateOf(world, ids[0]!)).toBe('InService');
    await world.clock.advance(20_000);
    expect(stateOf(world, ids[0]!)).toBeUndefined();
    expect(published(world.region, terminateEvent)).toEqual([]);
    expect(world.region.autoScaling.world.group('web').instances.size).toBe(1);
  });

  test('or is stopped is ended in order and replaced', async () => {
    const world = aWorld();
    const { ids } = await aRunningGroup(world, 1, { terminateHook: true });
    world.region.ec2.world.stop(ids[0]!);
    await world.clock.advance(71_000);
    expect(stateOf(world, ids[0]!)).toBe('Terminating:Wait');
  });

  test('in a launch hook stays there to the time-out where the world is told so', async () => {
    const world = aWorld({ timings: { autoScaling: { noticePendingMs: 'never' } } });
    world.region.autoScaling.world.createGroup({
      name: 'web',
      launchHooks: [{ name: 'hook', heartbeatTimeout: 7_200 }],
      desiredCapacity: 1,
    });
    await world.clock.advance(10_000);
    const id = [...world.region.autoScaling.world.group('web').instances.keys()][0]!;
    world.region.ec2.world.terminate(id);
    // Even after EC2 has forgotten the instance, which it does an hour after its end.
    await world.clock.advance(7_100_000);
    expect(stateOf(world, id)).toBe('Pending:Wait');
    expect(world.region.ec2.world.instances).toEqual([]);
    await world.clock.advance(200_000);
    expect(stateOf(world, id)).toBeUndefined();
  });

  test('in a launch hook whose CONTINUE comes too late does not reach service', async () => {
    const world = aWorld({ timings: { autoScaling: { noticePendingMs: 'never' } } });
    world.region.autoScaling.world.createGroup({ name: 'web', launchHooks: [{ name: 'hook' }], desiredCapacity: 1 });
    await world.clock.advance(10_000);
    const id = [...world.region.autoScaling.world.group('web').instances.keys()][0]!;
    world.region.ec2.world.terminate(id);
    await world.region.autoScaling.api.completeLifecycleAction({
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'hook',
      InstanceId: id,
      LifecycleActionResult: 'CONTINUE',
    });
    await world.clock.advance(60_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(published(world.region, 'EC2 Instance Launch Successful')).toEqual([]);
  });
});
