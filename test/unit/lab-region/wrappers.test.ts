import { either, on, randomly, withFaults } from '../../../infra/lab/region/calls/faults';
import { withRecorder, type RecordedCall } from '../../../infra/lab/region/calls/recorder';
import { throttled, withThrottling } from '../../../infra/lab/region/calls/throttling';
import { TokenBucket } from '../../../infra/lab/region/calls/token-bucket';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { aWorld, rejection, seeded } from './support';

const nothing = async (): Promise<Error | undefined> => undefined;
/** Step Functions that does nothing at all. */
const silent = {
  startExecution: nothing,
  redriveExecution: nothing,
  stopExecution: nothing,
  describeExecution: nothing,
  getExecutionHistory: nothing,
  listExecutions: nothing,
};

function oneInstance() {
  const world = aWorld();
  const { id } = world.region.ec2.world.launch({ subnetId: 'subnet-a' });
  const tags = () => world.region.ec2.world.instance(id).tags.actual().size;
  return { ...world, ec2: world.region.ec2.api, input: { Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] }, tags };
}

describe('a fault', () => {
  test('refuses before anything happens', async () => {
    const { ec2, input, tags } = oneInstance();
    const faulty = withFaults(ec2, on('createTags', { kind: 'refuse' }));
    expect(await rejection(faulty.createTags(input))).toMatchObject({
      name: 'TimeoutError',
      message: 'socket hang up',
    });
    expect(tags()).toBe(0);
    await faulty.createTags(input);
    expect(tags()).toBe(1);
  });

  test('loses the answer after the effect', async () => {
    const { ec2, input, tags } = oneInstance();
    const faulty = withFaults(ec2, on('createTags', { kind: 'lose-answer' }));
    expect(await rejection(faulty.createTags(input))).toMatchObject({ code: 'ECONNRESET' });
    expect(tags()).toBe(1);
  });

  test('hits the calls that it is meant for, by operation and count', async () => {
    const { ec2, input } = oneInstance();
    const busy = { kind: 'throttle', error: throttled.ec2() } as const;
    const plan = either(on('createTags', busy, 2, 3), on('describeInstances', { kind: 'refuse' }));
    const faulty = withFaults(ec2, plan);
    await faulty.createTags(input);
    expect(await rejection(faulty.createTags(input))).toMatchObject({ name: 'RequestLimitExceeded' });
    expect(await rejection(faulty.createTags(input))).toMatchObject({ name: 'RequestLimitExceeded' });
    await faulty.createTags(input);
    expect(await rejection(faulty.describeInstances({}))).toMatchObject({ name: 'TimeoutError' });
    await faulty.describeInstances({});
  });

  test('comes at random, the same for the same seed', async () => {
    const run = async (seed: number) => {
      const { ec2 } = oneInstance();
      const faulty = withFaults(ec2, randomly(seeded(seed), { refuse: 0.2, loseAnswer: 0.1 }));
      const outcomes = [];
      for (let call = 0; call < 100; call += 1)
        outcomes.push(
          await faulty.describeInstances({}).then(
            () => 1,
            () => 0,
          ),
        );
      return outcomes.join('');
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
    expect((await run(1)).split('0').length - 1).toBeGreaterThan(15);
  });

  test('hands a refusal of the service itself through', async () => {
    const { ec2 } = oneInstance();
    const faulty = withFaults(ec2, () => ({ kind: 'lose-answer' }));
    expect(await rejection(faulty.describeInstances({ InstanceIds: ['x'] }))).toMatchObject({
      name: 'InvalidInstanceID.Malformed',
    });
  });
});

describe('a recorder', () => {
  test('reports calls under their AWS names, also refused ones, and changes nothing', async () => {
    const { ec2, input, tags } = oneInstance();
    const calls: RecordedCall[] = [];
    const recorded = withRecorder(ec2, 'ec2', (call) => calls.push(call));
    await expect(recorded.createTags(input)).resolves.toEqual({});
    await rejection(recorded.describeInstances({ InstanceIds: ['x'] }));
    expect(tags()).toBe(1);
    expect(calls).toEqual([
      { service: 'ec2', operation: 'CreateTags', input },
      { service: 'ec2', operation: 'DescribeInstances', input: { InstanceIds: ['x'] } },
    ]);
  });
});

describe('a token bucket', () => {
  test('begins full, empties, and refills no further than full', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket(clock, { capacity: 3, perSecond: 2 });
    bucket.take(3);
    expect(bucket.has(1)).toBe(false);
    await clock.advance(499);
    expect(bucket.has(1)).toBe(false);
    await clock.advance(1);
    expect(bucket.has(1)).toBe(true);
    await clock.advance(60_000);
    expect([bucket.has(3), bucket.has(3.1)]).toEqual([true, false]);
  });
});

describe('throttling', () => {
  test('is off unless asked for', async () => {
    const { region } = aWorld();
    for (let call = 0; call < 500; call += 1) await region.ec2.api.describeInstances({});
  });

  test('refuses what goes beyond the published limits, in each service in its own words', async () => {
    const { region, clock } = aWorld({ throttling: true });
    region.route53.world.createZone({ name: 'example.com', id: 'Z1' });
    const { arn } = region.elasticLoadBalancing.world.createTargetGroup({ name: 'web', vpcId: 'vpc-lab' });
    const count = async (call: () => Promise<unknown>) => {
      for (let done = 0; ; done += 1) {
        const name = await call().then(
          () => undefined,
          (error: unknown) => (error as Error).name,
        );
        if (name !== undefined) return [done, name];
      }
    };
    expect(await count(() => region.ec2.api.describeInstances({}))).toEqual([50, 'RequestLimitExceeded']);
    expect(await count(() => region.ec2.api.describeInstances({ Filters: [] }))).toEqual([100, 'RequestLimitExceeded']);
    expect(await count(() => region.route53.api.listResourceRecordSets({ HostedZoneId: 'Z1' }))).toEqual([
      50,
      'Throttling',
    ]);
    expect(await count(() => region.elasticLoadBalancing.api.describeTargetHealth({ TargetGroupArn: arn }))).toEqual([
      40,
      'ThrottlingException',
    ]);
    expect((await count(() => region.autoScaling.api.describeAutoScalingGroups({})))[1]).toBe('Throttling');
    // Route 53's 50 requests were those of the account: another action has none left.
    expect(await rejection(region.route53.api.getHostedZone({ Id: 'Z1' }))).toMatchObject({ name: 'Throttling' });
    await clock.advance(1_000);
    await region.route53.api.getHostedZone({ Id: 'Z1' });
  });

  test('counts all calls of Auto Scaling together, whichever they are', async () => {
    const { region, clock } = aWorld({ throttling: true });
    region.autoScaling.world.createGroup({ name: 'web', launchHooks: [{ name: 'muster-launch' }] });
    const { api, world } = region.autoScaling;
    const { id } = world.launchInstance('web');
    await clock.advance(10_000);
    const [AutoScalingGroupName, LifecycleHookName] = ['web', 'muster-launch'];
    const calls = [
      () => api.describeLifecycleHooks({ AutoScalingGroupName }),
      () => api.describeWarmPool({ AutoScalingGroupName }),
      () => api.recordLifecycleActionHeartbeat({ AutoScalingGroupName, LifecycleHookName, InstanceId: id }),
    ];
    for (let call = 0; call < 100; call += 1) await calls[call % 3]!();
    for (const call of calls) expect(await rejection(call())).toMatchObject({ name: 'Throttling' });
  });

  test.each([
    ['startExecution', 800, 150],
    ['redriveExecution', 800, 150],
    ['stopExecution', 500, 25],
    ['describeExecution', 250, 10],
    ['getExecutionHistory', 400, 20],
    ['listExecutions', 100, 2],
  ] as const)('of %s of Step Functions: a bucket of %d of its own, and %d a second', async (call, size, perSecond) => {
    const { region, clock } = aWorld({ throttling: true });
    const stepFunctions = region.throttled(silent, 'stepFunctions');
    const untilRefused = async () => {
      for (let done = 0; ; done += 1) {
        const error = await stepFunctions[call]().catch((thrown: unknown) => thrown as Error);
        if (error !== undefined) return [done, error.name];
      }
    };
    expect(await untilRefused()).toEqual([size, 'ThrottlingException']);
    for (const other of Object.keys(silent)) {
      if (other !== call) await stepFunctions[other as typeof call]();
    }
    await clock.advance(1_000);
    expect(await untilRefused()).toEqual([perSecond, 'ThrottlingException']);
  });

  test('is off for Step Functions as well unless asked for', async () => {
    const stepFunctions = aWorld().region.throttled(silent, 'stepFunctions');
    for (let call = 0; call < 300; call += 1) await stepFunctions.listExecutions();
  });

  test('of changes counts what each change costs', async () => {
    const world = aWorld();
    const api = withThrottling({ changeResourceRecordSets: async (input: object) => input }, 'route53', world.clock);
    const batch = (Action: string, size: number) =>
      api.changeResourceRecordSets({ ChangeBatch: { Changes: Array.from({ length: size }, () => ({ Action })) } });
    await batch('UPSERT', 700);
    expect(await rejection(batch('CREATE', 101))).toMatchObject({ name: 'Throttling' });
    await batch('CREATE', 100);
  });
});
