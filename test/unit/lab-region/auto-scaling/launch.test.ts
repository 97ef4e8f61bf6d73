import type { GroupOptions } from '../../../../infra/lab/region/auto-scaling/groups/group';
import { aWorld, published, rejection, type World } from '../support';

const launchEvent = 'EC2 Instance-launch Lifecycle Action';
const hook = { name: 'muster-launch', heartbeatTimeout: 600, metadata: 'hello' } as const;

function aGroup(world: World, options: Partial<GroupOptions> = {}) {
  return world.region.autoScaling.world.createGroup({ name: 'web', launchHooks: [hook], ...options });
}

function stateOf({ region }: World, id: string): string | undefined {
  return region.autoScaling.world.member(id)?.state;
}

async function launchOne(world: World): Promise<{ id: string; token: string }> {
  world.region.autoScaling.world.setDesiredCapacity('web', 1);
  await world.clock.advance(8_000);
  const detail = published(world.region, launchEvent)[0]!.detail;
  return { id: String(detail['EC2InstanceId']), token: String(detail['LifecycleActionToken']) };
}

function answer(world: World, LifecycleActionToken: string, LifecycleActionResult = 'CONTINUE') {
  return world.region.autoScaling.api.completeLifecycleAction({
    AutoScalingGroupName: 'web',
    LifecycleHookName: hook.name,
    LifecycleActionToken,
    LifecycleActionResult,
  });
}

describe('a launch', () => {
  test('waits at the hook and announces it with the documented event', async () => {
    const world = aWorld();
    const group = aGroup(world);
    const { id, token } = await launchOne(world);

    expect(stateOf(world, id)).toBe('Pending:Wait');
    expect(published(world.region, launchEvent)[0]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'detail-type': launchEvent,
      source: 'aws.autoscaling',
      account: '123456789012',
      time: '2026-01-01T00:00:03Z',
      region: 'eu-central-1',
      resources: [group.arn],
      detail: {
        LifecycleActionToken: token,
        AutoScalingGroupName: 'web',
        LifecycleHookName: 'muster-launch',
        EC2InstanceId: id,
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        NotificationMetadata: 'hello',
        Origin: 'EC2',
        Destination: 'AutoScalingGroup',
      },
    });
  });

  test('leaves metadata and origin out where the group has none', async () => {
    const world = aWorld();
    aGroup(world, { launchHooks: [{ name: 'muster-launch' }], sendsOrigin: false });
    await launchOne(world);
    const detail = published(world.region, launchEvent)[0]!.detail;
    expect(Object.keys(detail)).not.toEqual(expect.arrayContaining(['NotificationMetadata']));
    expect(Object.keys(detail)).not.toEqual(expect.arrayContaining(['Origin']));
  });

  test('announces the hook before EC2 says running, when it boots slowly', async () => {
    const world = aWorld({ timings: { ec2: { bootMs: 60_000 } } });
    aGroup(world);
    const { id } = await launchOne(world);
    expect(stateOf(world, id)).toBe('Pending:Wait');
    expect(world.region.ec2.world.instance(id).state.current).toBe('pending');
  });

  test('goes into service after CONTINUE, and says so', async () => {
    const world = aWorld();
    aGroup(world);
    const { id, token } = await launchOne(world);
    await answer(world, token);
    expect(stateOf(world, id)).toBe('Pending:Proceed');
    await world.clock.advance(1_000);
    expect(stateOf(world, id)).toBe('InService');
    expect(published(world.region, 'EC2 Instance Launch Successful')[0]).toMatchObject({
      resources: [expect.stringContaining('autoScalingGroup:'), expect.stringContaining(`instance/${id}`)],
      detail: { Description: `Launching a new EC2 instance: ${id}`, StatusCode: 'InProgress', EC2InstanceId: id },
    });
  });

  test('does not go into service before EC2 says running, even after CONTINUE', async () => {
    const world = aWorld({ timings: { ec2: { bootMs: 60_000 } } });
    aGroup(world);
    const { id, token } = await launchOne(world);
    await answer(world, token);
    await world.clock.advance(30_000);
    expect(stateOf(world, id)).toBe('Pending:Proceed');
    await world.clock.advance(30_000);
    expect(stateOf(world, id)).toBe('InService');
  });

  test('goes straight into service where there is no hook', async () => {
    const world = aWorld();
    aGroup(world, { launchHooks: [], desiredCapacity: 1 });
    await world.clock.advance(10_000);
    expect(published(world.region, launchEvent)).toEqual([]);
    expect(world.region.autoScaling.world.groups[0]!.instances.values().next().value?.state).toBe('InService');
  });

  test('waits until each of several hooks has been completed', async () => {
    const world = aWorld();
    aGroup(world, { launchHooks: [hook, { name: 'other' }] });
    const { id, token } = await launchOne(world);
    const other = published(world.region, launchEvent)[1]!.detail;
    expect(other['LifecycleHookName']).toBe('other');
    expect(other['LifecycleActionToken']).not.toBe(token);

    await answer(world, token);
    expect(stateOf(world, id)).toBe('Pending:Wait');
    await world.region.autoScaling.api.completeLifecycleAction({
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'other',
      InstanceId: id,
      LifecycleActionResult: 'CONTINUE',
    });
    expect(stateOf(world, id)).toBe('Pending:Proceed');
  });

  test('uses the ids that it is given', async () => {
    const world = aWorld();
    aGroup(world);
    const instanceId = 'i-1234567890abcdef0';
    world.region.autoScaling.world.launchInstance('web', { instanceId, tokens: { 'muster-launch': 'token-1' } });
    await world.clock.advance(5_000);
    expect(published(world.region, launchEvent)[0]!.detail).toMatchObject({
      EC2InstanceId: instanceId,
      LifecycleActionToken: 'token-1',
    });
  });

  test('that EC2 refuses is announced without an instance, and tried again', async () => {
    const world = aWorld();
    const topicArn = world.region.topics.create('asg');
    aGroup(world, { notification: { topicArn, types: ['autoscaling:EC2_INSTANCE_LAUNCH_ERROR'] } });
    world.region.ec2.world.refuseLaunches('We currently do not have sufficient capacity.');
    world.region.autoScaling.world.setDesiredCapacity('web', 1);
    await world.clock.advance(1_500);
    expect(published(world.region, 'EC2 Instance Launch Unsuccessful')[0]!.detail).toMatchObject({
      EC2InstanceId: '',
      StatusCode: 'Failed',
    });
    expect(published(world.region, 'EC2 Instance Launch Unsuccessful')[0]!.detail).not.toHaveProperty('Description');
    expect(JSON.parse(world.region.topics.published[1]!.message)).toMatchObject({ EC2InstanceId: '', Progress: 100 });

    world.region.ec2.world.refuseLaunches(undefined);
    await world.clock.advance(60_000);
    expect(published(world.region, launchEvent)).toHaveLength(1);
  });
});

describe('a lifecycle action', () => {
  test('that is completed twice has no active action the second time', async () => {
    const world = aWorld();
    aGroup(world);
    const { token } = await launchOne(world);
    await answer(world, token);
    expect(await rejection(answer(world, token))).toMatchObject({
      name: 'ValidationError',
      message: `No active Lifecycle Action found with token ${token}`,
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('cannot be completed before the instance waits, nor under another hook or group', async () => {
    const world = aWorld();
    aGroup(world);
    world.region.autoScaling.world.launchInstance('web', { instanceId: 'i-00000000000000001' });
    const { api } = world.region.autoScaling;
    const input = { AutoScalingGroupName: 'web', LifecycleHookName: hook.name, LifecycleActionResult: 'CONTINUE' };
    const early = { ...input, InstanceId: 'i-00000000000000001' };
    const text = 'No active Lifecycle Action found with instance ID i-00000000000000001';
    expect((await rejection(api.completeLifecycleAction(early)))['message']).toBe(text);
    await world.clock.advance(5_000);
    expect((await rejection(api.completeLifecycleAction({ ...early, LifecycleHookName: 'no' })))['message']).toBe(text);
    expect((await rejection(api.completeLifecycleAction({ ...early, AutoScalingGroupName: 'x' })))['message']).toBe(
      text,
    );
    await expect(api.completeLifecycleAction(early)).resolves.toEqual({});
  });

  test('ends in ABANDON without an answer in time, and CONTINUE if the hook says so', async () => {
    for (const [defaultResult, expected] of [
      ['ABANDON', 'Terminating'],
      ['CONTINUE', 'InService'],
    ] as const) {
      const world = aWorld();
      aGroup(world, { launchHooks: [{ ...hook, defaultResult }] });
      const { id } = await launchOne(world);
      await world.clock.advance(594_900);
      expect(stateOf(world, id)).toBe('Pending:Wait');
      await world.clock.advance(1_200);
      expect(stateOf(world, id)).toMatch(expected);
    }
  });

  test('lives a full heartbeat longer after each heartbeat, but never beyond the global time-out', async () => {
    const world = aWorld();
    aGroup(world, { launchHooks: [{ ...hook, heartbeatTimeout: 30 }] });
    const { id, token } = await launchOne(world);
    const beat = { AutoScalingGroupName: 'web', LifecycleHookName: hook.name, LifecycleActionToken: token };
    const heartbeat = () => world.region.autoScaling.api.recordLifecycleActionHeartbeat(beat);
    // The action began at 3 s; 100 heartbeats of 30 s end at 3,003 s even if more are recorded.
    for (let now = 8; now + 25 < 3_003; now += 25) {
      await heartbeat();
      await world.clock.advance(25_000);
      expect(stateOf(world, id)).toBe('Pending:Wait');
    }
    await heartbeat();
    await world.clock.advance(25_000);
    expect(stateOf(world, id)).not.toBe('Pending:Wait');
    expect(await rejection(heartbeat())).toMatchObject({ name: 'ValidationError' });
  });

  test('abandoned terminates the instance without the terminate hook, and launches another', async () => {
    const world = aWorld();
    aGroup(world, { terminateHooks: [{ name: 'muster-terminate' }] });
    const { id, token } = await launchOne(world);
    await answer(world, token, 'ABANDON');
    await world.clock.advance(20_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(published(world.region, 'EC2 Instance-terminate Lifecycle Action')).toEqual([]);
    expect(published(world.region, 'EC2 Instance Launch Unsuccessful')[0]!.detail['StatusMessage']).toContain(
      `Lifecycle Action with token ${token} was abandoned`,
    );
    expect(published(world.region, launchEvent)).toHaveLength(2);
    const { Activities } = await world.region.autoScaling.api.describeScalingActivities({
      AutoScalingGroupName: 'web',
    });
    expect(Activities?.at(-1)).toMatchObject({ StatusCode: 'Cancelled' });
  });

  test('abandoned runs the terminate hook where the world is told so', async () => {
    const world = aWorld({ timings: { autoScaling: { terminateHookAfterAbandon: true } } });
    aGroup(world, { terminateHooks: [{ name: 'muster-terminate' }] });
    const { id, token } = await launchOne(world);
    await answer(world, token, 'ABANDON');
    await world.clock.advance(1_000);
    expect(stateOf(world, id)).toBe('Terminating:Wait');
  });

  test('abandoned again and again slows the group down', async () => {
    const world = aWorld();
    aGroup(world, { launchHooks: [{ ...hook, heartbeatTimeout: 30 }], desiredCapacity: 1 });
    await world.clock.advance(3_600_000);
    const launches = published(world.region, launchEvent).length;
    expect(launches).toBeGreaterThan(4);
    expect(launches).toBeLessThan(12);
  });
});
