import { aWorld, rejection } from '../support';

async function threeInstances() {
  const world = aWorld();
  const group = world.region.autoScaling.world.createGroup({
    name: 'web',
    desiredCapacity: 3,
    launchHooks: [{ name: 'hook', heartbeatTimeout: 30 }],
    tags: { team: 'shop' },
  });
  world.region.autoScaling.world.createGroup({ name: 'db' });
  await world.clock.advance(4_000);
  return { world, api: world.region.autoScaling.api, ids: [...group.instances.keys()] };
}

describe('describing instances', () => {
  test('omits ids that no group has', async () => {
    const { api, ids } = await threeInstances();
    const answer = await api.describeAutoScalingInstances({ InstanceIds: [ids[0]!, 'i-00000000000000000'] });
    expect(answer.AutoScalingInstances).toEqual([
      {
        InstanceId: ids[0],
        AutoScalingGroupName: 'web',
        AvailabilityZone: 'eu-central-1a',
        LifecycleState: 'Pending:Wait',
        HealthStatus: 'HEALTHY',
        ProtectedFromScaleIn: false,
      },
    ]);
  });

  test('takes fifty ids and no more', async () => {
    const { api } = await threeInstances();
    const many = (count: number) => Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    await expect(api.describeAutoScalingInstances({ InstanceIds: many(50) })).resolves.toMatchObject({});
    expect(await rejection(api.describeAutoScalingInstances({ InstanceIds: many(51) }))).toMatchObject({
      name: 'ValidationError',
    });
  });

  test('goes page by page, and refuses a token of its own making', async () => {
    const { api, ids } = await threeInstances();
    const first = await api.describeAutoScalingInstances({ MaxRecords: 2 });
    const second = await api.describeAutoScalingInstances({ MaxRecords: 2, NextToken: first.NextToken });
    const found = [...first.AutoScalingInstances!, ...second.AutoScalingInstances!];
    expect(found.map((instance) => instance.InstanceId)).toEqual(ids);
    expect(second).not.toHaveProperty('NextToken');
    expect(await rejection(api.describeAutoScalingInstances({ NextToken: 'mine' }))).toMatchObject({
      name: 'InvalidNextToken',
    });
  });
});

describe('describing groups', () => {
  test('shows members with their states, sizes and tags', async () => {
    const { api, ids } = await threeInstances();
    const { AutoScalingGroups } = await api.describeAutoScalingGroups({ AutoScalingGroupNames: ['web', 'unknown'] });
    expect(AutoScalingGroups).toHaveLength(1);
    expect(AutoScalingGroups![0]).toMatchObject({
      DesiredCapacity: 3,
      VPCZoneIdentifier: 'subnet-a,subnet-b,subnet-c',
      Tags: [{ Key: 'team', Value: 'shop', PropagateAtLaunch: true }],
    });
    expect(AutoScalingGroups![0]!.Instances!.map((instance) => instance.InstanceId)).toEqual(ids);
    expect(AutoScalingGroups![0]!.Instances![0]!.HealthStatus).toBe('Healthy');
  });

  test('finds them by tag', async () => {
    const { api } = await threeInstances();
    const names = async (Name: string, Values: string[]) =>
      (await api.describeAutoScalingGroups({ Filters: [{ Name, Values }] })).AutoScalingGroups!.map(
        (group) => group.AutoScalingGroupName,
      );
    expect(await names('tag:team', ['shop'])).toEqual(['web']);
    expect(await names('tag-key', ['team'])).toEqual(['web']);
    expect(await names('tag:team', ['other'])).toEqual([]);
  });

  test('spreads instances over the zones', async () => {
    const { world } = await threeInstances();
    const zones = [...world.region.autoScaling.world.group('web').instances.values()].map(
      (one) => one.availabilityZone,
    );
    expect(new Set(zones).size).toBe(3);
  });

  test('shows a hook with the global time-out that follows from its heartbeat', async () => {
    const { api } = await threeInstances();
    const { LifecycleHooks } = await api.describeLifecycleHooks({ AutoScalingGroupName: 'web' });
    expect(LifecycleHooks![0]).toMatchObject({ HeartbeatTimeout: 30, GlobalTimeout: 3_000, DefaultResult: 'ABANDON' });
  });
});
