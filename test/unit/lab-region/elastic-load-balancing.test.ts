import type { TargetGroupOptions } from '../../../infra/lab/region/elastic-load-balancing/target-group';
import { aWorld, rejection } from './support';

async function oneInstance(options: Partial<TargetGroupOptions> = {}) {
  const world = aWorld();
  const { elasticLoadBalancing, ec2 } = world.region;
  const group = elasticLoadBalancing.world.createTargetGroup({
    name: 'web',
    vpcId: 'vpc-lab',
    healthCheck: { intervalSeconds: 10, unhealthyThreshold: 2, healthyThreshold: 3, ...options.healthCheck },
    ...options,
  });
  const { id } = ec2.world.launch({ subnetId: 'subnet-a' });
  await world.clock.advance(5_000);
  const { api } = elasticLoadBalancing;
  const register = (Port?: number) =>
    api.registerTargets({ TargetGroupArn: group.arn, Targets: [Port === undefined ? { Id: id } : { Id: id, Port }] });
  const health = async (Port?: number) =>
    (
      await api.describeTargetHealth({
        TargetGroupArn: group.arn,
        Targets: [Port === undefined ? { Id: id } : { Id: id, Port }],
      })
    ).TargetHealthDescriptions![0]!.TargetHealth;
  const app = (state: Parameters<typeof ec2.world.setAppState>[1]) => ec2.world.setAppState(id, state);
  return { world, group, id, api, register, health, app };
}

describe('a target', () => {
  test('is unused for ever until it is registered', async () => {
    const { health, world } = await oneInstance();
    const unregistered = {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    };
    expect(await health()).toEqual(unregistered);
    await world.clock.advance(3_600_000);
    expect(await health()).toEqual(unregistered);
  });

  test('is registering, then checked, then healthy after the first pass', async () => {
    const { world, register, health, app } = await oneInstance();
    app('healthy');
    await register();
    expect(await health()).toMatchObject({ State: 'initial', Reason: 'Elb.RegistrationInProgress' });
    await world.clock.advance(2_000);
    expect((await health())?.State).toMatch(/initial|healthy/);
    await world.clock.advance(10_000);
    expect(await health()).toEqual({ State: 'healthy' });
  });

  test('is unhealthy after the failures of the threshold, with the reason', async () => {
    for (const [state, expected] of [
      ['down', { Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' }],
      ['hanging', { Reason: 'Target.Timeout', Description: 'Request timed out' }],
      [
        { status: 503 },
        { Reason: 'Target.ResponseCodeMismatch', Description: 'Health checks failed with these codes: [503]' },
      ],
    ] as const) {
      const { world, register, health, app } = await oneInstance();
      app(state);
      await register();
      await world.clock.advance(11_900);
      expect(await health()).toMatchObject({ State: 'initial', Reason: 'Elb.InitialHealthChecking' });
      await world.clock.advance(10_100);
      expect(await health()).toMatchObject({ State: 'unhealthy', ...expected });
    }
  });

  test('needs the healthy threshold to come back', async () => {
    const { world, register, health, app } = await oneInstance();
    await register();
    await world.clock.advance(25_000);
    expect((await health())?.State).toBe('unhealthy');
    app('healthy');
    await world.clock.advance(20_000);
    expect((await health())?.State).toBe('unhealthy');
    await world.clock.advance(10_000);
    expect((await health())?.State).toBe('healthy');
  });

  test('is judged by what the application was at each check, not by what it is when asked', async () => {
    const { world, register, health, app } = await oneInstance();
    app('healthy');
    await register();
    await world.clock.advance(60_000);
    app({ status: 500 });
    await world.clock.advance(60_000);
    app('healthy');
    // No call was made for two minutes: six failed checks are behind it, and no pass yet.
    expect(await health()).toMatchObject({ State: 'unhealthy', Reason: 'Target.ResponseCodeMismatch' });
  });

  test('passes with a code out of the matcher', async () => {
    const { world, register, health, app } = await oneInstance({
      healthCheck: { matcher: '200,300-302', intervalSeconds: 10 },
    });
    app({ status: 301 });
    await register();
    await world.clock.advance(12_000);
    expect((await health())?.State).toBe('healthy');
    app({ status: 303 });
    await world.clock.advance(20_000);
    expect((await health())?.State).toBe('unhealthy');
  });

  test('of a group without a listener rule is never checked, until it has one', async () => {
    const { world, register, health, app, group } = await oneInstance({ hasListenerRule: false });
    app('healthy');
    await register();
    await world.clock.advance(600_000);
    expect(await health()).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' });
    world.region.elasticLoadBalancing.world.changeTargetGroup(group.arn, { hasListenerRule: true });
    await world.clock.advance(10_000);
    expect((await health())?.State).toBe('healthy');
  });

  test('in a zone that is not enabled is never checked', async () => {
    const { world, register, health, app } = await oneInstance({ enabledZones: ['eu-central-1b'] });
    app('healthy');
    await register();
    await world.clock.advance(60_000);
    expect(await health()).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: expect.stringContaining('Availability Zone') as string,
    });
  });

  test('that has ended stays registered, in a state that says so', async () => {
    const { world, register, health, app, id } = await oneInstance();
    app('healthy');
    await register();
    world.region.ec2.world.terminate(id);
    await world.clock.advance(20_000);
    expect(await health()).toMatchObject({
      State: 'unused',
      Reason: 'Target.InvalidState',
      Description: 'Target is in the terminated state',
    });
  });
});

describe('registering', () => {
  test('is refused until EC2 says running', async () => {
    const { world, api, group } = await oneInstance();
    const { id } = world.region.ec2.world.launch({ subnetId: 'subnet-a' });
    const register = () => api.registerTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    expect(await rejection(register())).toMatchObject({
      name: 'InvalidTargetException',
      Code: 'InvalidTarget',
      message: `The following targets are not in a running state and cannot be registered: '${id}'`,
    });
    await world.clock.advance(5_000);
    await expect(register()).resolves.toEqual({});
  });

  test('again changes nothing; on another port it makes a second target', async () => {
    const { world, register, health, api, group, app } = await oneInstance();
    app('healthy');
    await register();
    await world.clock.advance(15_000);
    await register();
    await register(80);
    expect((await health())?.State).toBe('healthy');
    await register(8080);
    const all = await api.describeTargetHealth({ TargetGroupArn: group.arn });
    expect(all.TargetHealthDescriptions!.map(({ Target }) => Target!.Port)).toEqual([80, 8080]);
    expect((await health(8080))?.State).toBe('initial');
  });

  test('is refused in another VPC, in a group that is gone, and under an ARN that is none', async () => {
    const { world, api, id, group } = await oneInstance();
    const other = world.region.elasticLoadBalancing.world.createTargetGroup({ name: 'other', vpcId: 'vpc-other' });
    const register = (TargetGroupArn: string) =>
      rejection(api.registerTargets({ TargetGroupArn, Targets: [{ Id: id }] }));
    expect(await register(other.arn)).toMatchObject({ name: 'InvalidTargetException' });
    world.region.elasticLoadBalancing.world.deleteTargetGroup(group.arn);
    expect(await register(group.arn)).toMatchObject({
      name: 'TargetGroupNotFoundException',
      Code: 'TargetGroupNotFound',
    });
    expect(await register('web')).toMatchObject({ name: 'ValidationError' });
  });

  test('counts to a thousand targets', async () => {
    const { api, id, group } = await oneInstance();
    const Targets = Array.from({ length: 1_000 }, (_, index) => ({ Id: id, Port: index + 1 }));
    await api.registerTargets({ TargetGroupArn: group.arn, Targets });
    const more = api.registerTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id, Port: 2_000 }] });
    expect(await rejection(more)).toMatchObject({ name: 'TooManyTargetsException' });
  });
});

describe('deregistering', () => {
  test('drains for the whole delay, and is over then', async () => {
    const { world, register, health, api, group, id, app } = await oneInstance({ deregistrationDelaySeconds: 60 });
    app('healthy');
    await register();
    await world.clock.advance(15_000);
    await api.deregisterTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    await world.clock.advance(59_999);
    expect(await health()).toMatchObject({ State: 'draining', Reason: 'Target.DeregistrationInProgress' });
    await world.clock.advance(1);
    expect((await health())?.Reason).toBe('Target.NotRegistered');
    expect((await api.describeTargetHealth({ TargetGroupArn: group.arn })).TargetHealthDescriptions).toEqual([]);
  });

  test('can be taken back while it drains', async () => {
    const { world, register, health, api, group, id, app } = await oneInstance();
    app('healthy');
    await register();
    await world.clock.advance(15_000);
    await api.deregisterTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    await register();
    expect((await health())?.State).toBe('initial');
  });

  test('takes out the port that it is told, the own one of the group if none, and no other', async () => {
    const { register, health, api, group, id, world } = await oneInstance();
    await register();
    await register(9_000);
    await world.clock.advance(6_000);
    await api.deregisterTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    expect([(await health())?.State, (await health(9_000))?.State]).toEqual(['draining', 'initial']);
    await api.deregisterTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id, Port: 9_000 }] });
    expect((await health(9_000))?.State).toBe('draining');
  });

  test('is silent about what is not registered', async () => {
    const { api, group, id } = await oneInstance();
    const Targets = [{ Id: id }, { Id: 'i-00000000000000000' }];
    await expect(api.deregisterTargets({ TargetGroupArn: group.arn, Targets })).resolves.toEqual({});
  });

  test('has nothing to drain where there was no traffic', async () => {
    const { register, health, api, group, id } = await oneInstance({ hasListenerRule: false });
    await register();
    await api.deregisterTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    expect((await health())?.Reason).toBe('Target.NotRegistered');
  });
});

describe('the group itself', () => {
  test('registers an instance after the launch hook, not before, and without disturbing a registration', async () => {
    const world = aWorld();
    const { autoScaling, elasticLoadBalancing, ec2 } = world.region;
    const group = elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab' });
    autoScaling.world.createGroup({
      name: 'web',
      launchHooks: [{ name: 'hook' }],
      targetGroupArns: [group.arn],
      desiredCapacity: 2,
    });
    await world.clock.advance(60_000);
    const [first, second] = [...autoScaling.world.group('web').instances.keys()] as [string, string];
    expect(elasticLoadBalancing.world.health(group, first).Reason).toBe('Target.NotRegistered');

    ec2.world.setAppState(first, 'healthy');
    await elasticLoadBalancing.api.registerTargets({ TargetGroupArn: group.arn, Targets: [{ Id: first }] });
    await world.clock.advance(60_000);
    expect(elasticLoadBalancing.world.health(group, first).State).toBe('healthy');
    for (const InstanceId of [first, second]) {
      await autoScaling.api.completeLifecycleAction({
        AutoScalingGroupName: 'web',
        LifecycleHookName: 'hook',
        InstanceId,
        LifecycleActionResult: 'CONTINUE',
      });
    }
    await world.clock.advance(1_000);
    expect(elasticLoadBalancing.world.health(group, first).State).toBe('healthy');
    expect(elasticLoadBalancing.world.health(group, second).State).toBe('initial');
  });

  test('does not register while AddToLoadBalancer is suspended', async () => {
    const world = aWorld();
    const { autoScaling, elasticLoadBalancing } = world.region;
    const group = elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab' });
    autoScaling.world.createGroup({ name: 'web', targetGroupArns: [group.arn], desiredCapacity: 1 });
    autoScaling.world.suspend('web', 'AddToLoadBalancer');
    await world.clock.advance(60_000);
    const [id] = [...autoScaling.world.group('web').instances.keys()] as [string];
    expect(autoScaling.world.member(id)?.state).toBe('InService');
    expect(elasticLoadBalancing.world.health(group, id).Reason).toBe('Target.NotRegistered');
  });

  test('leaves registered what it did not register itself, when a launch is abandoned', async () => {
    const world = aWorld();
    const { autoScaling, elasticLoadBalancing } = world.region;
    const group = elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab' });
    autoScaling.world.createGroup({
      name: 'web',
      launchHooks: [{ name: 'hook' }],
      targetGroupArns: [group.arn],
      desiredCapacity: 1,
    });
    await world.clock.advance(20_000);
    const [id] = [...autoScaling.world.group('web').instances.keys()] as [string];
    await elasticLoadBalancing.api.registerTargets({ TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    await autoScaling.api.completeLifecycleAction({
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'hook',
      InstanceId: id,
      LifecycleActionResult: 'ABANDON',
    });
    await world.clock.advance(20_000);
    expect(elasticLoadBalancing.world.health(group, id).Reason).toBe('Target.InvalidState');
  });
});
