import type { GroupOptions, HookOptions } from '../../../../infra/lab/region/auto-scaling/groups/group';
import { actions, aWorld, complete, stateOf, type World } from '../support';

const hour = 3_600_000;

/** A group of one instance, which waits in its launch hook. */
async function waitingToLaunch(world: World, hook: Partial<HookOptions>) {
  return waiting(world, { launchHooks: [{ name: 'hook', ...hook }] });
}

/** A group of one instance, which waits in its terminate hook. */
async function waitingToEnd(world: World, ...hooks: HookOptions[]) {
  const { id } = await waiting(world, { terminateHooks: hooks });
  world.region.autoScaling.world.setDesiredCapacity('web', 0);
  await world.clock.advance(2_000);
  return { id };
}

async function waiting(world: World, options: Partial<GroupOptions>) {
  const group = world.region.autoScaling.world.createGroup({ name: 'web', desiredCapacity: 1, ...options });
  await world.clock.advance(10_000);
  return { id: [...group.instances.keys()][0]! };
}

const heartbeat = ({ region }: World, id: string, LifecycleHookName = 'hook') =>
  region.autoScaling.api.recordLifecycleActionHeartbeat({
    AutoScalingGroupName: 'web',
    LifecycleHookName,
    InstanceId: id,
  });

describe('the global time-out', () => {
  test.each([
    [30, 3_000],
    [1_728, 172_800],
    [7_200, 172_800],
  ])('of a hook whose heartbeat is %p s is %p s', async (HeartbeatTimeout, GlobalTimeout) => {
    const world = aWorld();
    await waitingToLaunch(world, { heartbeatTimeout: HeartbeatTimeout });
    const { LifecycleHooks } = await world.region.autoScaling.api.describeLifecycleHooks({
      AutoScalingGroupName: 'web',
      LifecycleHookNames: ['hook'],
    });
    expect(LifecycleHooks).toMatchObject([{ HeartbeatTimeout, GlobalTimeout }]);
  });

  test.each([
    ['ABANDON', undefined],
    ['CONTINUE', 'InService'],
  ] as const)('ends a launch that is kept alive for 48 hours with %s', async (defaultResult, state) => {
    const world = aWorld();
    const { id } = await waitingToLaunch(world, { heartbeatTimeout: 7_200, defaultResult });
    // The action began before 10 s: at 47 hours and 55 minutes the last heartbeat is on record.
    for (let hours = 0; hours < 47; hours += 1) {
      await world.clock.advance(hour);
      await heartbeat(world, id);
    }
    await world.clock.advance(hour - 300_000);
    await heartbeat(world, id);
    expect(stateOf(world, id)).toBe('Pending:Wait');
    await world.clock.advance(330_000);
    expect(stateOf(world, id)).toBe(state);
    await expect(heartbeat(world, id)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('of a terminate hook lets the instance go in spite of heartbeats', async () => {
    const world = aWorld();
    const { id } = await waitingToEnd(world, { name: 'hook', heartbeatTimeout: 30, defaultResult: 'CONTINUE' });
    for (let beats = 0; beats < 149; beats += 1) {
      await world.clock.advance(20_000);
      await heartbeat(world, id);
    }
    expect(stateOf(world, id)).toBe('Terminating:Wait');
    await world.clock.advance(30_000);
    expect(stateOf(world, id)).toBeUndefined();
  });
});

describe('a heartbeat', () => {
  test('starts the time-out again in full, and only of its own hook', async () => {
    const world = aWorld();
    const { id } = await waiting(world, {
      launchHooks: [
        { name: 'hook', heartbeatTimeout: 60, defaultResult: 'CONTINUE' },
        { name: 'other', heartbeatTimeout: 100 },
      ],
    });
    await world.clock.advance(40_000);
    await heartbeat(world, id);
    await world.clock.advance(50_000);
    // 60 s after the beginning have passed long ago, those after the heartbeat have not.
    expect(Object.keys(world.region.autoScaling.world.actions.tokens(id))).toEqual(['hook', 'other']);
    await world.clock.advance(9_000);
    expect(stateOf(world, id)).toMatch('Terminating');
  });

  test('is refused after the end of the action', async () => {
    const world = aWorld();
    const { id } = await waitingToLaunch(world, {});
    await complete(world, actions(world, 'launch')[0]!);
    await expect(heartbeat(world, id)).rejects.toMatchObject({
      name: 'ValidationError',
      message: `No active Lifecycle Action found with instance ID ${id}`,
    });
  });
});

describe('a terminate hook without an answer', () => {
  test.each(['CONTINUE', 'ABANDON'] as const)('lets the instance go with %s', async (defaultResult) => {
    const world = aWorld();
    const { id } = await waitingToEnd(world, { name: 'hook', heartbeatTimeout: 30, defaultResult });
    await world.clock.advance(25_000);
    expect(stateOf(world, id)).toBe('Terminating:Wait');
    await world.clock.advance(20_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(world.region.ec2.world.instance(id).state.current).toBe('terminated');
  });
});

describe('of two terminate hooks', () => {
  test('CONTINUE of one waits for the other, ABANDON does not', async () => {
    for (const [result, state] of [
      ['CONTINUE', 'Terminating:Wait'],
      ['ABANDON', 'Terminating:Proceed'],
    ] as const) {
      const world = aWorld();
      const { id } = await waitingToEnd(world, { name: 'one' }, { name: 'two' });
      await complete(world, actions(world, 'terminate')[0]!, result);
      expect(stateOf(world, id)).toBe(state);
    }
  });
});

describe('a launch hook', () => {
  test('is told nothing of a direct termination: neither hook runs, and its action is void', async () => {
    const world = aWorld();
    const { id } = await waiting(world, { launchHooks: [{ name: 'hook' }], terminateHooks: [{ name: 'end' }] });
    world.region.ec2.world.terminate(id);
    await world.clock.advance(80_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(actions(world, 'terminate')).toEqual([]);
    await expect(complete(world, actions(world, 'launch')[0]!)).rejects.toMatchObject({ name: 'ValidationError' });
    expect(actions(world, 'launch')).toHaveLength(2);
  });

  test('that is deleted lets go of what waits in it, and the next launches do not wait', async () => {
    const world = aWorld();
    const { id } = await waitingToLaunch(world, {});
    world.region.autoScaling.world.deleteHook('web', 'hook');
    await world.clock.advance(60_000);
    expect(stateOf(world, id)).toBeUndefined();
    const others = [...world.region.autoScaling.world.group('web').instances.values()];
    expect(others.map(({ state }) => state)).toEqual(['InService']);
  });

  test('that was changed holds for later launches only', async () => {
    const world = aWorld();
    const { id } = await waitingToLaunch(world, { heartbeatTimeout: 30, defaultResult: 'CONTINUE' });
    world.region.autoScaling.world.putHook('web', 'autoscaling:EC2_INSTANCE_LAUNCHING', {
      name: 'hook',
      heartbeatTimeout: 7_200,
    });
    await world.clock.advance(30_000);
    expect(stateOf(world, id)).toBe('InService');
  });
});

test('a terminate hook that is deleted lets what waits in it continue', async () => {
  const world = aWorld();
  const { id } = await waiting(world, { launchHooks: [], terminateHooks: [{ name: 'end' }] });
  world.region.autoScaling.world.setDesiredCapacity('web', 0);
  await world.clock.advance(20_000);
  expect(stateOf(world, id)).toBe('Terminating:Wait');
  world.region.autoScaling.world.deleteHook('web', 'end');
  await world.clock.advance(60_000);
  expect(stateOf(world, id)).toBeUndefined();
});

test('an instance in Standby is neither ended by scale-in nor replaced, and its return asks no hook', async () => {
  const world = aWorld();
  const { id } = await waiting(world, { terminateHooks: [{ name: 'end' }] });
  const { api, world: scaling } = world.region.autoScaling;
  const input = { AutoScalingGroupName: 'web', InstanceIds: [id] };
  await api.enterStandby({ ...input, ShouldDecrementDesiredCapacity: true });
  await world.clock.advance(60_000);
  scaling.setDesiredCapacity('web', 1);
  await world.clock.advance(20_000);
  scaling.setDesiredCapacity('web', 0);
  await world.clock.advance(20_000);
  expect(stateOf(world, id)).toBe('Standby');
  expect(actions(world, 'terminate').map((action) => action['EC2InstanceId'])).not.toContain(id);
  await api.exitStandby(input);
  await world.clock.advance(20_000);
  expect(stateOf(world, id)).toBe('InService');
  expect(actions(world, 'launch')).toEqual([]);
});
