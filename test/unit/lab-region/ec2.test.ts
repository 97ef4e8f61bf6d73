import { privateDnsName } from '../../../infra/lab/region/ec2/network';
import { aWorld, rejection, type World } from './support';

const fresh = 'i-1234567890abcdef0';

function describeIds({ region }: World, ...InstanceIds: string[]) {
  return region.ec2.api.describeInstances({ InstanceIds });
}

async function one(world: World, id: string) {
  return (await describeIds(world, id)).Reservations![0]!.Instances![0]!;
}

function tag(world: World, Resources: string[], tags: Record<string, string>) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return world.region.ec2.api.createTags({ Resources, Tags });
}

describe('an instance', () => {
  test('boots, has addresses in its subnet, and is shown as EC2 shows it', async () => {
    const world = aWorld({
      subnets: [
        {
          id: 'subnet-a',
          vpcId: 'vpc-1',
          availabilityZone: 'eu-central-1a',
          cidr: '10.1.0.0/24',
          ipv6Cidr: '2001:db8:0:1::/64',
        },
      ],
    });
    world.region.ec2.world.launch({ subnetId: 'subnet-a', instanceId: fresh, tags: { app: 'shop' } });
    expect((await one(world, fresh)).State).toEqual({ Code: 0, Name: 'pending' });
    await world.clock.advance(5_000);
    expect(await one(world, fresh)).toMatchObject({
      InstanceId: fresh,
      LaunchTime: new Date('2026-01-01T00:00:00.000Z'),
      State: { Code: 16, Name: 'running' },
      Placement: { AvailabilityZone: 'eu-central-1a' },
      PrivateIpAddress: '10.1.0.4',
      PrivateDnsName: 'ip-10-1-0-4.eu-central-1.compute.internal',
      Ipv6Address: '2001:db8:0:1::4',
      VpcId: 'vpc-1',
      SubnetId: 'subnet-a',
      Tags: [{ Key: 'app', Value: 'shop' }],
    });
  });

  test('has its private name in another domain in us-east-1', () => {
    expect(privateDnsName('10.1.0.4', 'us-east-1')).toBe('ip-10-1-0-4.ec2.internal');
  });

  test('shares its address with no other one, and leaves it to the next when it has ended', async () => {
    const world = aWorld();
    const { ec2 } = world.region;
    const first = ec2.world.launch({ subnetId: 'subnet-a' });
    const second = ec2.world.launch({ subnetId: 'subnet-a' });
    expect(second.privateIp).not.toBe(first.privateIp);
    ec2.world.terminate(first.id);
    expect(ec2.world.launch({ subnetId: 'subnet-a' }).privateIp).not.toBe(first.privateIp);
    await world.clock.advance(10_000);
    expect(ec2.world.launch({ subnetId: 'subnet-a' }).privateIp).toBe(first.privateIp);
  });

  test('is shown for an hour after its end, without its network', async () => {
    const world = aWorld();
    const { id } = world.region.ec2.world.launch({ subnetId: 'subnet-a' });
    world.region.ec2.world.terminate(id);
    await world.clock.advance(10_000);
    const ended = await one(world, id);
    expect(ended.State?.Name).toBe('terminated');
    expect(ended).not.toHaveProperty('PrivateIpAddress');
    expect(ended).not.toHaveProperty('VpcId');
    await world.clock.advance(3_600_001);
    expect(await rejection(describeIds(world, id))).toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  });

  test('can be stopped and started; its application is down again after that', async () => {
    const world = aWorld();
    const { id } = world.region.ec2.world.launch({ subnetId: 'subnet-a' });
    await world.clock.advance(5_000);
    world.region.ec2.world.setAppState(id, 'healthy');
    world.region.ec2.world.stop(id);
    await world.clock.advance(10_000);
    expect((await one(world, id)).State?.Name).toBe('stopped');
    world.region.ec2.world.start(id);
    await world.clock.advance(5_000);
    expect((await one(world, id)).State?.Name).toBe('running');
    expect(world.region.ec2.world.instance(id).app.current).toBe('down');
    expect(() => world.region.ec2.world.start(id)).toThrow(`instance ${id} is running, not stopped`);
  });
});

describe('a fresh instance', () => {
  const slow = { timings: { ec2: { visibleAfterMs: 2_000, tagsVisibleAfterMs: 3_000 } } };

  test('is not known at first, neither to DescribeInstances nor to CreateTags', async () => {
    const world = aWorld(slow);
    world.region.ec2.world.launch({ subnetId: 'subnet-a', instanceId: fresh });
    const unknown = {
      name: 'InvalidInstanceID.NotFound',
      message: `The instance ID '${fresh}' does not exist`,
      $metadata: { httpStatusCode: 400 },
    };
    expect(await rejection(describeIds(world, fresh))).toMatchObject(unknown);
    expect(await rejection(tag(world, [fresh], { a: 'b' }))).toMatchObject(unknown);
    const filter = { Filters: [{ Name: 'instance-id', Values: [fresh] }] };
    expect((await world.region.ec2.api.describeInstances(filter)).Reservations).toEqual([]);
    await world.clock.advance(2_000);
    expect((await one(world, fresh)).InstanceId).toBe(fresh);
  });

  test('shows tags late, and the old value of one that was overwritten', async () => {
    const world = aWorld(slow);
    world.region.ec2.world.launch({ subnetId: 'subnet-a', instanceId: fresh, tags: { index: '1' } });
    await world.clock.advance(2_000);
    expect((await one(world, fresh)).Tags).toEqual([]);
    await world.clock.advance(1_000);
    await tag(world, [fresh], { index: '2', name: 'web-02' });
    expect((await one(world, fresh)).Tags).toEqual([{ Key: 'index', Value: '1' }]);
    expect(Object.fromEntries(world.region.ec2.world.instance(fresh).tags.actual())).toEqual({
      index: '2',
      name: 'web-02',
    });
    await world.clock.advance(3_000);
    expect((await one(world, fresh)).Tags).toEqual([
      { Key: 'index', Value: '2' },
      { Key: 'name', Value: 'web-02' },
    ]);
  });
});

describe('DescribeInstances', () => {
  test('refuses ids of no form, and names all that it does not know', async () => {
    const world = aWorld();
    expect(await rejection(describeIds(world, 'i-xyz'))).toMatchObject({
      name: 'InvalidInstanceID.Malformed',
      message: 'Invalid id: "i-xyz"',
    });
    const [left, right] = ['i-00000000000000001', 'i-00000000000000002'];
    expect(await rejection(describeIds(world, left, right))).toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: `The instance IDs '${left}, ${right}' do not exist`,
    });
  });

  test('filters by state and tags, with wildcards, all filters together', async () => {
    const world = aWorld();
    const { ec2 } = world.region;
    const web = ec2.world.launch({ subnetId: 'subnet-a', tags: { 'aws:autoscaling:groupName': 'web' } });
    ec2.world.launch({ subnetId: 'subnet-a', tags: { 'aws:autoscaling:groupName': 'db' } });
    const find = async (...Filters: { Name: string; Values: string[] }[]) =>
      (await ec2.api.describeInstances({ Filters })).Reservations!.map(({ Instances }) => Instances![0]!.InstanceId);
    const group = { Name: 'tag:aws:autoscaling:groupName', Values: ['w*'] };
    expect(await find(group)).toEqual([web.id]);
    expect(await find(group, { Name: 'instance-state-name', Values: ['running'] })).toEqual([]);
    expect(await rejection(find({ Name: 'colour', Values: ['red'] }))).toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    });
  });

  test('goes page by page, but not together with ids', async () => {
    const world = aWorld();
    const { ec2 } = world.region;
    const ids = Array.from({ length: 7 }, () => ec2.world.launch({ subnetId: 'subnet-a' }).id);
    const first = await ec2.api.describeInstances({ MaxResults: 5 });
    const second = await ec2.api.describeInstances({ MaxResults: 5, NextToken: first.NextToken });
    expect([first.Reservations!.length, second.Reservations!.length]).toEqual([5, 2]);
    expect(second).not.toHaveProperty('NextToken');
    expect(await rejection(ec2.api.describeInstances({ MaxResults: 5, InstanceIds: ids }))).toMatchObject({
      name: 'InvalidParameterCombination',
    });
  });
});

describe('CreateTags', () => {
  test.each([
    ['a key of AWS', { 'aws:x': 'y' }, 'InvalidParameterValue'],
    ['a key of AWS in other letters', { 'AWS:x': 'y' }, 'InvalidParameterValue'],
    ['an empty key', { '': 'y' }, 'InvalidParameterValue'],
    ['a long key', { ['k'.repeat(128)]: 'y' }, 'InvalidParameterValue'],
    ['a long value', { k: 'v'.repeat(257) }, 'InvalidParameterValue'],
    ['no tag', {}, 'MissingParameter'],
  ])('refuses %s and changes nothing', async (_what, tags, name) => {
    const world = aWorld();
    const { id } = world.region.ec2.world.launch({ subnetId: 'subnet-a' });
    const among = Object.keys(tags).length === 0 ? {} : { fine: 'x', ...tags };
    expect(await rejection(tag(world, [id], among))).toMatchObject({ name });
    expect(world.region.ec2.world.instance(id).tags.actual().size).toBe(0);
  });

  test('takes keys and values of just the greatest length', async () => {
    const world = aWorld();
    const { id } = world.region.ec2.world.launch({ subnetId: 'subnet-a' });
    await expect(tag(world, [id], { ['k'.repeat(127)]: 'v'.repeat(256) })).resolves.toEqual({});
  });

  test('allows fifty tags, not counting those of AWS', async () => {
    const world = aWorld();
    const { id } = world.region.ec2.world.launch({
      subnetId: 'subnet-a',
      tags: { 'aws:autoscaling:groupName': 'web' },
    });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']));
    await tag(world, [id], many);
    await tag(world, [id], { k0: 'overwritten' });
    expect(await rejection(tag(world, [id], { k50: 'v' }))).toMatchObject({ name: 'TagLimitExceeded' });
  });
});
