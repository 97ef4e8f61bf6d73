import type { TargetGroupOptions } from '../../../infra/lab/region/elastic-load-balancing/target-group';
import { aWorld, rejection } from './support';

async function anInstance(options: Partial<TargetGroupOptions>) {
  const world = aWorld();
  const { elasticLoadBalancing, ec2 } = world.region;
  const group = elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab', ...options });
  const instance = ec2.world.launch({ subnetId: 'subnet-a' });
  await world.clock.advance(12_000);
  const target = (Id: string) => ({ TargetGroupArn: group.arn, Targets: [{ Id }] });
  return { world, group, instance, target, api: elasticLoadBalancing.api, ec2: ec2.world };
}

test.each([
  [{ targetType: 'ip' }, "The IP address 'i-0123456789abcdef0' is not a valid IPv4 address"],
  [{ targetType: 'ip', ipAddressType: 'ipv6' }, "The IP address 'i-0123456789abcdef0' is not a valid IPv6 address"],
  [{ targetType: 'alb' }, 'Target ID - i-0123456789abcdef0 is not valid'],
  [{ targetType: 'lambda' }, 'Target ID - i-0123456789abcdef0 is not valid'],
  [{ targetType: 'quantum' }, 'Target ID - i-0123456789abcdef0 is not valid'],
] as const)('a target group %j refuses an instance, whatever is asked of it', async (options, message) => {
  const { api, target, group } = await anInstance(options);
  const asked = target('i-0123456789abcdef0');
  for (const call of [api.registerTargets(asked), api.deregisterTargets(asked), api.describeTargetHealth(asked)]) {
    expect(await rejection(call)).toMatchObject({ name: 'ValidationError', message });
  }
  const { TargetGroups } = await api.describeTargetGroups({ TargetGroupArns: [group.arn] });
  expect(TargetGroups![0]!.TargetType).toBe(options.targetType);
});

test('one of instances refuses an address', async () => {
  const { api, target } = await anInstance({});
  const message = "Instance ID '10.0.0.4' is not valid";
  expect(await rejection(api.registerTargets(target('10.0.0.4')))).toMatchObject({ name: 'ValidationError', message });
});

test('one of addresses checks what answers there, and after the instance the next one that has it', async () => {
  const { api, target, instance, ec2, world } = await anInstance({
    targetType: 'ip',
    healthCheck: { intervalSeconds: 10 },
  });
  const asked = target(instance.privateIp);
  const state = async () => (await api.describeTargetHealth(asked)).TargetHealthDescriptions![0]!.TargetHealth!.State;
  ec2.setAppState(instance.id, 'healthy');
  await api.registerTargets(asked);
  await world.clock.advance(20_000);
  expect(await state()).toBe('healthy');
  ec2.terminate(instance.id);
  await world.clock.advance(60_000);
  expect(await state()).toBe('unhealthy');
  const heir = ec2.launch({ subnetId: 'subnet-a' });
  expect(heir.privateIp).toBe(instance.privateIp);
  await world.clock.advance(12_000);
  ec2.setAppState(heir.id, 'healthy');
  await world.clock.advance(60_000);
  expect(await state()).toBe('healthy');
});

test('an address of the internet is no target', async () => {
  const { api, target } = await anInstance({ targetType: 'ip' });
  expect(await rejection(api.registerTargets(target('8.8.8.8')))).toMatchObject({ name: 'ValidationError' });
});

test('an instance of an IPv6-only subnet has no IPv4 address, and its interfaces come in any order', async () => {
  const { world, ec2 } = await anInstance({});
  ec2.addSubnet({
    id: 'subnet-six',
    vpcId: 'vpc-lab',
    availabilityZone: 'eu-central-1a',
    cidr: '10.9.0.0/24',
    ipv6Cidr: '2001:db8:0:9::/64',
    ipv6Only: true,
  });
  ec2.setInterfaces({ more: [{ deviceIndex: 1 }], visibleAfterMs: 5_000 });
  const { id } = ec2.launch({ subnetId: 'subnet-six' });
  const look = async () => {
    const { Reservations } = await world.region.ec2.api.describeInstances({ InstanceIds: [id] });
    return Reservations![0]!.Instances![0]!;
  };
  await world.clock.advance(3_000);
  expect((await look()).NetworkInterfaces).toEqual([]);
  await world.clock.advance(9_000);
  const shown = await look();
  expect(shown).not.toHaveProperty('PrivateIpAddress');
  expect(shown.NetworkInterfaces!.map(({ Attachment }) => Attachment!.DeviceIndex)).toEqual([1, 0]);
  expect(shown.NetworkInterfaces![1]!.Ipv6Addresses).toEqual([
    { Ipv6Address: '2001:db8:0:9::4', IsPrimaryIpv6: false },
  ]);
});
