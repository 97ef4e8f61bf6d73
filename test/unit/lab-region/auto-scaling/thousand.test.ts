import { aWorld } from '../support';

describe('a thousand launches', () => {
  test('go through, repeatably, and leave a world with nothing to do', async () => {
    const run = async () => {
      const world = aWorld({
        timings: { autoScaling: { enterHookMs: [1_000, 9_000] }, ec2: { bootMs: [1_000, 9_000] } },
      });
      const { autoScaling, elasticLoadBalancing, ec2, bus } = world.region;
      const { arn } = elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab' });
      autoScaling.world.createGroup({
        name: 'web',
        maxSize: 1_000,
        launchHooks: [{ name: 'hook' }],
        targetGroupArns: [arn],
      });
      bus.putRule({
        name: 'launch',
        pattern: { 'detail-type': ['EC2 Instance-launch Lifecycle Action'] },
        target: async ({ detail }) => {
          ec2.world.setAppState(String(detail['EC2InstanceId']), 'healthy');
          await autoScaling.api.completeLifecycleAction({
            AutoScalingGroupName: 'web',
            LifecycleHookName: 'hook',
            LifecycleActionToken: String(detail['LifecycleActionToken']),
            LifecycleActionResult: 'CONTINUE',
          });
        },
      });
      autoScaling.world.setDesiredCapacity('web', 1_000);
      // Runs until there is no timer left: health checks have none.
      expect(await world.clock.runUntil(() => false)).toBe(false);
      await world.clock.advance(60_000);
      const health = await elasticLoadBalancing.api.describeTargetHealth({ TargetGroupArn: arn });
      const states = health.TargetHealthDescriptions!.map(({ TargetHealth }) => TargetHealth!.State);
      expect(states.filter((state) => state === 'healthy')).toHaveLength(1_000);
      return [...autoScaling.world.group('web').instances.values()].map(({ id, state }) => `${id} ${state}`).join();
    };
    expect(await run()).toBe(await run());
  });
});
