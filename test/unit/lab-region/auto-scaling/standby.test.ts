import type { NotificationType } from '../../../../infra/lab/region/auto-scaling/groups/group';
import type { SnsEvent } from '../../../../infra/lab/region/sns/envelope';
import { aWorld, published, rejection, type World } from '../support';

const types: NotificationType[] = ['autoscaling:EC2_INSTANCE_LAUNCH'];

async function aGroupInService(world: World) {
  const { region, clock } = world;
  const received: SnsEvent[] = [];
  const topicArn = region.topics.create('asg');
  region.topics.subscribe(topicArn, (event) => received.push(event));
  const targetGroup = region.elasticLoadBalancing.world.createTargetGroup({
    name: 'web',
    vpcId: 'vpc-lab',
    deregistrationDelaySeconds: 0,
  });
  region.autoScaling.world.createGroup({
    name: 'web',
    maxSize: 3,
    targetGroupArns: [targetGroup.arn],
    notification: { topicArn, types },
  });
  region.autoScaling.world.setDesiredCapacity('web', 1);
  await clock.advance(20_000);
  region.autoScaling.world.putHook('web', 'autoscaling:EC2_INSTANCE_LAUNCHING', { name: 'hook' });
  const id = [...region.autoScaling.world.group('web').instances.keys()][0]!;
  return { id, targetGroup, messages: () => received.map(messageOf) };
}

function messageOf(event: SnsEvent): Record<string, unknown> {
  return JSON.parse(event.Records[0]!.Sns.Message) as Record<string, unknown>;
}

const standby = (id: string) => ({ AutoScalingGroupName: 'web', InstanceIds: [id] });

describe('classic notifications', () => {
  test('begin with a test, which has no instance, and then report a launch', async () => {
    const world = aWorld();
    const { id, messages } = await aGroupInService(world);
    expect(messages()).toHaveLength(2);
    expect(Object.keys(messages()[0]!)).toEqual([
      'AccountId',
      'RequestId',
      'AutoScalingGroupARN',
      'AutoScalingGroupName',
      'Service',
      'Event',
      'Time',
    ]);
    expect(messages()[1]).toMatchObject({
      Progress: 50,
      StatusCode: 'InProgress',
      Description: `Launching a new EC2 instance: ${id}`,
      Details: { 'Subnet ID': 'subnet-a', 'Availability Zone': 'eu-central-1a' },
      Cause: expect.stringContaining('changing the desired capacity from 0 to 1.  At ') as string,
      EC2InstanceId: id,
      Event: 'autoscaling:EC2_INSTANCE_LAUNCH',
    });
  });

  test('come in the envelope that SNS gives to a function', async () => {
    const world = aWorld();
    const received: SnsEvent[] = [];
    const topicArn = world.region.topics.create('asg');
    world.region.topics.subscribe(topicArn, (event) => received.push(event));
    world.region.autoScaling.world.createGroup({ name: 'web', notification: { topicArn, types: [] } });
    await world.clock.advance(200);
    expect(received[0]!.Records[0]).toMatchObject({
      EventSource: 'aws:sns',
      Sns: { Type: 'Notification', TopicArn: topicArn, Subject: 'Auto Scaling: test notification for group "web"' },
    });
  });

  test('are not sent of kinds that the group did not ask for', async () => {
    const world = aWorld();
    const topicArn = world.region.topics.create('asg');
    world.region.autoScaling.world.createGroup({
      name: 'web',
      desiredCapacity: 1,
      notification: { topicArn, types: ['autoscaling:EC2_INSTANCE_TERMINATE'] },
    });
    await world.clock.advance(20_000);
    expect(world.region.topics.published).toHaveLength(1);
  });
});

describe('standby', () => {
  test('takes an instance out of its target groups, and brings it back with no hook', async () => {
    const world = aWorld();
    const { id, targetGroup } = await aGroupInService(world);
    const { autoScaling, elasticLoadBalancing } = world.region;
    await autoScaling.api.enterStandby({ ...standby(id), ShouldDecrementDesiredCapacity: true });
    await world.clock.advance(10_000);
    expect(autoScaling.world.member(id)?.state).toBe('Standby');
    expect(autoScaling.world.group('web').desired).toBe(0);
    expect(elasticLoadBalancing.world.health(targetGroup, id).Reason).toBe('Target.NotRegistered');

    await autoScaling.api.exitStandby(standby(id));
    await world.clock.advance(10_000);
    expect(autoScaling.world.member(id)?.state).toBe('InService');
    expect(autoScaling.world.group('web').desired).toBe(1);
    expect(elasticLoadBalancing.world.health(targetGroup, id).State).toBe('initial');
    expect(published(world.region, 'EC2 Instance-launch Lifecycle Action')).toEqual([]);
  });

  test('is left with the notification of a launch, which only its description gives away', async () => {
    const world = aWorld();
    const { id, messages } = await aGroupInService(world);
    await world.region.autoScaling.api.enterStandby({ ...standby(id), ShouldDecrementDesiredCapacity: true });
    await world.clock.advance(10_000);
    await world.region.autoScaling.api.exitStandby(standby(id));
    await world.clock.advance(10_000);
    expect(messages()).toHaveLength(3);
    expect(messages()[2]).toMatchObject({
      Event: 'autoscaling:EC2_INSTANCE_LAUNCH',
      Description: `Moving EC2 instance out of Standby: ${id}`,
      EC2InstanceId: id,
    });
  });

  test('that keeps the desired capacity has the instance replaced', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    world.region.autoScaling.world.deleteHook('web', 'hook');
    await world.region.autoScaling.api.enterStandby({ ...standby(id), ShouldDecrementDesiredCapacity: false });
    await world.clock.advance(20_000);
    const states = [...world.region.autoScaling.world.group('web').instances.values()].map(({ state }) => state);
    expect(states.sort()).toEqual(['InService', 'Standby']);
  });

  test('is refused to an instance that is not in service', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    expect(await rejection(world.region.autoScaling.api.exitStandby(standby(id)))).toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('attaching', () => {
  test('runs no hook, registers the instance, and sends the notification of a launch without a subnet', async () => {
    const world = aWorld();
    const { messages, targetGroup } = await aGroupInService(world);
    const { autoScaling, ec2, elasticLoadBalancing } = world.region;
    const { id } = ec2.world.launch({ subnetId: 'subnet-b' });
    await world.clock.advance(10_000);
    await autoScaling.api.attachInstances(standby(id));
    await world.clock.advance(10_000);
    expect(autoScaling.world.member(id)?.state).toBe('InService');
    expect(elasticLoadBalancing.world.health(targetGroup, id).State).toBe('initial');
    expect(ec2.world.instance(id).tags.actual().get('aws:autoscaling:groupName')).toBe('web');
    expect(messages().at(-1)).toMatchObject({
      Description: `Attaching an existing EC2 instance: ${id}`,
      Cause: expect.stringContaining('Keeping the capacity at the new 2.') as string,
      Details: { 'Availability Zone': 'eu-central-1b' },
    });
    expect(messages().at(-1)!['Details']).not.toHaveProperty('Subnet ID');
    expect(published(world.region, 'EC2 Instance-launch Lifecycle Action')).toEqual([]);
  });

  test('is refused to an instance that does not run, is in a group already, or is too many', async () => {
    const world = aWorld();
    const { id } = await aGroupInService(world);
    const { api } = world.region.autoScaling;
    const pending = world.region.ec2.world.launch({ subnetId: 'subnet-b' });
    for (const bad of [pending.id, id, 'i-00000000000000000']) {
      expect(await rejection(api.attachInstances(standby(bad)))).toMatchObject({ name: 'ValidationError' });
    }
    expect(world.region.autoScaling.world.group('web').desired).toBe(1);
  });
});
