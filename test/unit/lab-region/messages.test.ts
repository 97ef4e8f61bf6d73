import { readSignals, type Signal } from '../../../functions/fleet/contracts/events';
import type { NotificationType } from '../../../infra/lab/region/auto-scaling/groups/group';
import { aWorld } from './support';

const types: NotificationType[] = ['autoscaling:EC2_INSTANCE_LAUNCH', 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR'];

/** A world in which everything that a group says is read by the real reader of messages. */
function listening() {
  const world = aWorld();
  const { region } = world;
  const signals: Signal[] = [];
  const topicArn = region.topics.create('asg');
  region.topics.subscribe(topicArn, (event) => signals.push(...readSignals(event)));
  region.bus.putRule({
    name: 'launch',
    pattern: { source: ['aws.autoscaling'], 'detail-type': ['EC2 Instance-launch Lifecycle Action'] },
    target: (event) => signals.push(...readSignals(event)),
  });
  return { world, signals, notification: { topicArn, types } };
}

const meanings = (signals: readonly Signal[]) =>
  signals.map((signal) => (signal.kind === 'ignored' ? signal.name : signal.kind));

describe('what the lab sends is understood by the reader of messages:', () => {
  test('the event of a launch hook', async () => {
    const { world, signals } = listening();
    world.region.autoScaling.world.createGroup({ name: 'web', launchHooks: [{ name: 'muster-launch' }] });
    const instanceId = 'i-1234567890abcdef0';
    world.region.autoScaling.world.launchInstance('web', { instanceId, tokens: { 'muster-launch': 'token-1' } });
    await world.clock.advance(10_000);
    expect(signals).toEqual([
      {
        kind: 'launch',
        launch: expect.objectContaining({
          group: 'web',
          instanceId,
          lifecycle: { hookName: 'muster-launch', token: 'token-1', since: '2026-01-01T00:00:02Z' },
        }) as unknown,
      },
    ]);
  });

  test('classic notifications: a test, a launch, a return from standby, an attachment, a failure', async () => {
    const { world, signals, notification } = listening();
    const { autoScaling, ec2 } = world.region;
    autoScaling.world.createGroup({ name: 'web', notification, desiredCapacity: 1 });
    await world.clock.advance(20_000);
    const id = [...autoScaling.world.group('web').instances.keys()][0]!;
    await autoScaling.api.enterStandby({
      AutoScalingGroupName: 'web',
      InstanceIds: [id],
      ShouldDecrementDesiredCapacity: true,
    });
    await world.clock.advance(20_000);
    await autoScaling.api.exitStandby({ AutoScalingGroupName: 'web', InstanceIds: [id] });
    await world.clock.advance(20_000);
    const other = ec2.world.launch({ subnetId: 'subnet-a' });
    await world.clock.advance(20_000);
    await autoScaling.api.attachInstances({ AutoScalingGroupName: 'web', InstanceIds: [other.id] });
    await world.clock.advance(20_000);
    ec2.world.refuseLaunches('no capacity');
    autoScaling.world.setDesiredCapacity('web', 3);
    await world.clock.advance(2_000);
    expect(meanings(signals)).toEqual(['TestNotification', 'launch', 'MovedOutOfStandby', 'Attached', 'LaunchFailed']);
  });
});
