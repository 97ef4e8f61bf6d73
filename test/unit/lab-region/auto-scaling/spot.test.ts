import { actions, aWorld, complete, published, stateOf, type World } from '../support';

const warning = 'EC2 Spot Instance Interruption Warning';
const recommendation = 'EC2 Instance Rebalance Recommendation';

/** A group of one instance, which waits in its launch hook, or is in service. */
async function aGroup(world: World, { inService }: { inService: boolean }) {
  const group = world.region.autoScaling.world.createGroup({
    name: 'web',
    desiredCapacity: 1,
    launchHooks: [{ name: 'launch' }],
    terminateHooks: [{ name: 'terminate' }],
  });
  await world.clock.advance(10_000);
  const id = [...group.instances.keys()][0]!;
  if (inService) {
    await complete(world, actions(world, 'launch')[0]!);
    await world.clock.advance(10_000);
  }
  return { group, id, ec2State: () => world.region.ec2.world.instance(id).state.current };
}

describe('a Spot interruption', () => {
  test('warns with the documented event, whose ARN has a zone and no account, and ends it after two minutes', async () => {
    const world = aWorld();
    const { id, ec2State } = await aGroup(world, { inService: true });
    world.region.autoScaling.world.interruptSpot(id);
    const [event] = published(world.region, warning);
    expect(event).toMatchObject({
      source: 'aws.ec2',
      resources: [`arn:aws:ec2:eu-central-1a:instance/${id}`],
      detail: { 'instance-id': id, 'instance-action': 'terminate' },
    });
    await world.clock.advance(119_000);
    expect([ec2State(), stateOf(world, id)]).toEqual(['running', 'InService']);
    await world.clock.advance(2_000);
    expect([ec2State(), stateOf(world, id)]).toEqual(['shutting-down', 'InService']);
    expect(published(world.region, recommendation)).toEqual([]);
  });

  test('of an instance in service is noticed late, asks no hook, and the instance is replaced', async () => {
    const world = aWorld();
    const { id, group } = await aGroup(world, { inService: true });
    world.region.autoScaling.world.interruptSpot(id);
    await world.clock.advance(190_000);
    expect(stateOf(world, id)).toBeUndefined();
    expect(actions(world, 'terminate')).toEqual([]);
    expect([...group.instances.values()].map(({ state }) => state)).toEqual(['Pending:Wait']);
  });

  test('is not held up by a launch hook: the action is void, and the instance is replaced', async () => {
    const world = aWorld();
    const { id } = await aGroup(world, { inService: false });
    world.region.autoScaling.world.interruptSpot(id);
    await world.clock.advance(190_000);
    expect(stateOf(world, id)).toBeUndefined();
    await expect(complete(world, actions(world, 'launch')[0]!)).rejects.toMatchObject({ name: 'ValidationError' });
    expect(actions(world, 'launch')).toHaveLength(2);
  });

  test('asks the terminate hook about an instance that is gone where the world is told so', async () => {
    const world = aWorld({ timings: { autoScaling: { terminateHookWhenGone: true } } });
    const { id, ec2State } = await aGroup(world, { inService: true });
    world.region.autoScaling.world.interruptSpot(id);
    await world.clock.advance(190_000);
    expect([stateOf(world, id), ec2State()]).toEqual(['Terminating:Wait', 'terminated']);
    await complete(world, actions(world, 'terminate')[0]!);
    await world.clock.advance(1_000);
    expect(stateOf(world, id)).toBeUndefined();
  });

  test('strikes in a terminate hook too, which can still be answered', async () => {
    const world = aWorld();
    const { id, ec2State } = await aGroup(world, { inService: true });
    world.region.autoScaling.world.interruptSpot(id);
    world.region.autoScaling.world.setDesiredCapacity('web', 0);
    await world.clock.advance(200_000);
    expect([stateOf(world, id), ec2State()]).toEqual(['Terminating:Wait', 'terminated']);
    await complete(world, actions(world, 'terminate')[0]!);
    await world.clock.advance(1_000);
    expect(stateOf(world, id)).toBeUndefined();
  });

  test('can be recommended against before, or at the same time', async () => {
    for (const recommendedMs of [0, 300_000]) {
      const world = aWorld();
      const { id, ec2State } = await aGroup(world, { inService: true });
      world.region.autoScaling.world.interruptSpot(id, { recommendedMs });
      expect(published(world.region, recommendation)[0]!.detail).toEqual({ 'instance-id': id });
      await world.clock.advance(recommendedMs);
      expect(published(world.region, warning)).toHaveLength(1);
      await world.clock.advance(120_000);
      expect(ec2State()).toBe('shutting-down');
    }
  });

  test('comes to nothing for an instance that has ended before', async () => {
    const world = aWorld();
    const { id, ec2State } = await aGroup(world, { inService: true });
    world.region.autoScaling.world.interruptSpot(id);
    world.region.ec2.world.terminate(id);
    await world.clock.advance(180_000);
    expect(ec2State()).toBe('terminated');
    expect(published(world.region, 'EC2 Instance Terminate Successful')).toHaveLength(1);
  });
});
