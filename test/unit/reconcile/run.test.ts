import { aHold, aMember, aReserve } from '../../support/sightings';
import { makeHandler, ReconcileIncomplete } from '../../../functions/fleet/triggers/reconcile/handler';
import { someSettings } from '../../support/launches';
import { createWorld, instanceId, launchArn, launchHook, named, noActiveAction, terminateHook } from './world';

const other = 'i-0ffffffff';

function setUp() {
  const { world, deps } = createWorld();
  return { world, deps, run: () => makeHandler(deps)({}) };
}

/** What a run could not do. */
async function problems(run: () => Promise<unknown>): Promise<string[]> {
  const error: unknown = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ReconcileIncomplete);
  return (error as Error).message.split('\n');
}

describe('a run', () => {
  test('with nothing to do says so, and writes every measure: zeros too', async () => {
    const { world, run } = setUp();
    world.group('web', { [instanceId]: 'InService' });
    await world.claim(aMember({ phase: 'in-service' }));
    expect(await run()).toMatchObject({ instances: 1 });
    expect(world.logs()).toMatchObject([{ level: 'info', message: 'everything is looked at', instances: 1 }]);
    for (const metric of ['HeldMembers', 'DetachedMembers', 'BreakerOpen', 'HookFaults'] as const) {
      expect(world.measured(metric)).toMatchObject([{ Group: 'web', [metric]: 0 }]);
    }
  });

  test('counts what it did by kind, over all groups', async () => {
    const { world, run } = setUp();
    world.settings.set('api', someSettings({ group: 'api' }));
    world.group('web', { [instanceId]: 'Pending:Wait', 'i-0000000b': 'Pending:Wait', 'i-0000000e': 'InService' });
    world.group('api', { 'i-0000000c': 'Pending:Wait', 'i-0000000d': 'Pending' });
    expect(await run()).toMatchObject({ start: 3, instances: 5 });
    expect(world.called('startExecution')).toHaveLength(3);
  });

  test('asks for 50 groups at a time', async () => {
    const { world, run } = setUp();
    const names = Array.from({ length: 101 }, (_, at) => `group-${at}`);
    world.settings = new Map(names.map((group) => [group, someSettings({ group })]));
    for (const [at, name] of names.entries()) world.group(name, { [`i-${at.toString(16)}`]: 'InService' });
    expect(await run()).toMatchObject({ instances: 101 });
    const asked = world.called('describeAutoScalingGroups');
    expect(asked.map(({ AutoScalingGroupNames }) => (AutoScalingGroupNames as string[]).length)).toEqual([50, 50, 1]);
    expect(asked.every(({ MaxRecords }) => MaxRecords === 100)).toBe(true);
  });

  test('names what was thrown, even if it is no error', async () => {
    const { world, deps, run } = setUp();
    world.group('web', {});
    const words = 'no words' as unknown as Error;
    deps.settings.read = () => Promise.reject(words);
    expect(await problems(run)).toEqual(['web: error: no words']);
  });

  test('records every heartbeat before it starts anything', async () => {
    const { world, run } = setUp();
    // A heartbeat is due in every minute.
    world.hooks = [
      { ...launchHook, HeartbeatTimeout: 120 },
      { ...terminateHook, HeartbeatTimeout: 120 },
    ];
    const ids = Array.from({ length: 9 }, (_, at) => `i-${at}`);
    world.group('web', Object.fromEntries(ids.map((id) => [id, 'Pending:Wait'])));
    await run();
    const order = world.calls
      .map(({ api }) => api)
      .filter((api) => api === 'recordLifecycleActionHeartbeat' || api === 'startExecution');
    expect(order.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 'recordLifecycleActionHeartbeat'));
    expect(order).toHaveLength(18);
  });

  test('does for the others what it could not do for one, and says what it could not do', async () => {
    const { world, deps, run } = setUp();
    world.group('web', { [instanceId]: 'Pending:Wait', [other]: 'Pending:Wait' });
    const startExecution = deps.stepFunctions.startExecution.bind(deps.stepFunctions);
    deps.stepFunctions.startExecution = (input) =>
      input.name?.includes(other) === true
        ? Promise.reject(named('Throttling', 'Rate exceeded'))
        : startExecution(input);
    expect(await problems(run)).toEqual([`web ${other} start: Throttling: Rate exceeded`]);
    expect(world.executions.get(launchArn)?.status).toBe('RUNNING');
    expect(world.logs()).toContainEqual({
      level: 'error',
      message: 'some of it could not be done',
      problems: [`web ${other} start: Throttling: Rate exceeded`],
    });
  });

  test('does nothing about a group whose ledger cannot be read, and everything about the next', async () => {
    const { world, deps, run } = setUp();
    world.settings.set('api', someSettings({ group: 'api' }));
    world.group('web', { [instanceId]: 'Pending:Wait' });
    world.group('api', { [other]: 'Pending:Wait' });
    const { ledger } = deps;
    const records = ledger.records.bind(ledger);
    ledger.records = (group) => (group === 'web' ? Promise.reject(named('TimeoutError', 'no answer')) : records(group));
    expect(await problems(run)).toEqual(['web: TimeoutError: no answer']);
    expect(world.called('startExecution').map(({ name }) => name)).toEqual([`api_${other}_EC2-AutoScalingGroup`]);
  });

  test('without settings still sends heartbeats to launches that run, and starts none', async () => {
    const { world, run } = setUp();
    world.hooks = [{ ...launchHook, HeartbeatTimeout: 120 }];
    world.settings.set('web', new Error('the settings have mistakes'));
    world.group('web', { [instanceId]: 'Pending:Wait', [other]: 'Pending:Wait' });
    await world.claim(aMember());
    world.run(launchArn, 'RUNNING');
    await world.hold(aHold({ revision: 1 }));
    expect(await problems(run)).toEqual(['web: Error: the settings have mistakes']);
    expect(world.called('startExecution')).toEqual([]);
    // The hooks are not compared with settings that cannot be read.
    expect(world.measured('HookFaults')).toEqual([]);
  });
});

describe('the hooks of a group', () => {
  test('that has none are faults, each with a line', async () => {
    const { world, run } = setUp();
    world.hooks = [];
    world.group('web', {});
    await run();
    expect(world.measured('HookFaults')).toMatchObject([{ Group: 'web', HookFaults: 2 }]);
    expect(world.logs().filter(({ level }) => level === 'error')).toMatchObject([
      { group: 'web', hook: 'muster-launch', message: expect.stringContaining('no hook muster-launch') as string },
      { group: 'web', hook: 'muster-terminate' },
    ]);
  });

  test('are compared with the heartbeat timeout that was deployed, where it is known', async () => {
    for (const [heartbeats, faults] of [
      [undefined, 0],
      [{}, 2],
    ] as const) {
      const { world, deps, run } = setUp();
      if (heartbeats !== undefined) deps.heartbeats = heartbeats;
      world.hooks = [
        { ...launchHook, HeartbeatTimeout: 1800 },
        { ...terminateHook, HeartbeatTimeout: 1800 },
      ];
      world.group('web', {});
      await run();
      expect(world.counted('HookFaults')).toEqual([faults]);
    }
  });

  test('of a group that is gone are not asked for; the line is about the group', async () => {
    const { world, run } = setUp();
    await run();
    expect(world.called('describeLifecycleHooks')).toEqual([]);
    expect(world.counted('HookFaults')).toEqual([2]);
    expect(world.logs().filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', message: 'Auto Scaling has no group web', group: 'web' },
    ]);
  });

  test.each(['InService', 'ReplacingRootVolume:Proceed'])(
    'that cannot be read keep nothing from being done beside one in %s',
    async (state) => {
      const { world, run } = setUp();
      world.hooks = named('Throttling', 'Rate exceeded');
      world.group('web', { [other]: state });
      await world.claim(aMember());
      world.instances.set(instanceId, 'terminated');
      expect(await problems(run)).toEqual(['web: Throttling: Rate exceeded']);
      expect(world.called('startExecution')).toMatchObject([{ name: `web_${instanceId}_release-orphan` }]);
    },
  );

  test.each(['Pending:Wait', 'Terminating:Wait', 'Warmed:Pending:Wait', 'ReplacingRootVolume'])(
    'that cannot be read are guessed for no instance in %s',
    async (state) => {
      const { world, run } = setUp();
      world.hooks = named('Throttling', 'Rate exceeded');
      world.group('web', { [instanceId]: state });
      await world.claim(aMember({ phase: 'in-service' }));
      expect(await problems(run)).toEqual(['web: Throttling: Rate exceeded']);
      // Nothing was decided, so nothing was written either.
      expect(world.measured('HeldMembers')).toEqual([]);
      expect(world.called('startExecution')).toEqual([]);
      expect(world.called('describeLifecycleHooks')).toHaveLength(1);
    },
  );
});

describe('what stands at a group', () => {
  test('counts who is held: on hold, and its launch has failed', async () => {
    const { world, run } = setUp();
    world.group('web', { [instanceId]: 'Pending:Wait', [other]: 'Pending:Wait' });
    world.run(launchArn, 'FAILED');
    await world.claim(aMember());
    await world.hold(aHold());
    // The hold of a launch that is on its way again, and a failure that is no hold yet.
    const running = launchArn.replace(instanceId, other);
    world.run(running, 'RUNNING');
    await world.claim(aMember({ instanceId: other, index: 2, execution: running }));
    await world.hold(aHold({ instanceId: other, execution: running }));
    await run();
    expect(world.counted('HeldMembers')).toEqual([1]);
  });

  test('a failure without a hold is not counted', async () => {
    const { world, run } = setUp();
    world.group('web', { [instanceId]: 'InService' });
    await world.claim(aMember());
    world.run(launchArn, 'FAILED');
    await run();
    expect(world.counted('HeldMembers')).toEqual([0]);
  });

  test('counts who has left it and runs on, and the breaker while it is open', async () => {
    const { world, run } = setUp();
    world.group('web', {});
    world.instances.set(instanceId, 'running');
    await world.claim(aMember({ phase: 'in-service' }));
    await world.ledger.saveBreaker({
      group: 'web',
      revision: 1,
      failed: ['i-1'],
      openedAt: '2026-01-01T12:00:00.000Z',
    });
    await run();
    expect(world.counted('DetachedMembers')).toEqual([1]);
    expect(world.counted('BreakerOpen')).toEqual([1]);
    expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase: 'detached' });
  });

  test('counts who waits and is served by nothing, over all groups, and names them', async () => {
    const { world, run } = setUp();
    world.settings.set('api', someSettings({ group: 'api' }));
    world.group('web', { [instanceId]: 'Pending:Wait', 'i-0000000a': 'InService' });
    world.group('api', { [other]: 'Pending:Wait', 'i-0000000b': 'Terminating:Wait' });
    expect(await run()).toMatchObject({ unserved: 3, instances: 4 });
    expect(world.measured('WaitingUnserved')).toMatchObject([{ Deployment: 'muster', WaitingUnserved: 3 }]);
    expect(world.logs()).toContainEqual({
      level: 'error',
      message: '2 of api wait in a hook, and nothing on record says why',
      group: 'api',
      instances: [other, 'i-0000000b'],
    });
    // What was missing is begun: the next run finds it served.
    expect(await run()).toMatchObject({ unserved: 0 });
    expect(world.counted('WaitingUnserved')).toEqual([3, 0]);
  });

  test('a breaker that only counts is not open', async () => {
    const { world, run } = setUp();
    world.group('web', {});
    await world.ledger.saveBreaker({ group: 'web', revision: 1, failed: ['i-1'] });
    await run();
    expect(world.counted('BreakerOpen')).toEqual([0]);
  });
});

describe('whom the group does not show', () => {
  test.each([
    ['another group has it', { group: 'api', state: 'InService' }],
    ['no group has it', undefined],
  ])('is asked for by its id: %s, and it is gone', async (_, hidden) => {
    const { world, run } = setUp();
    world.group('web', {});
    await world.claim(aMember());
    if (hidden !== undefined) world.hiddenStates.set(instanceId, hidden);
    world.instances.set(instanceId, 'terminated');
    await run();
    expect(world.called('describeAutoScalingInstances')).toEqual([{ InstanceIds: [instanceId] }]);
    expect(world.called('startExecution')).toHaveLength(1);
  });

  test('and is there after all, is not released', async () => {
    const { world, run } = setUp();
    world.group('web', {});
    await world.claim(aMember({ phase: 'in-service' }));
    world.hiddenStates.set(instanceId, { group: 'web', state: 'InService' });
    expect(await run()).toMatchObject({ instances: 1 });
    expect(world.called('startExecution')).toEqual([]);
    // It has no warm pool.
    expect(world.called('describeWarmPool')).toEqual([]);
  });

  test('of more than a call takes, all are asked for', async () => {
    const { world, run } = setUp();
    const ids = Array.from({ length: 101 }, (_, at) => `i-${(at + 1).toString(16)}`);
    world.group('web', {});
    for (const [at, id] of ids.entries())
      await world.claim(aMember({ instanceId: id, index: at + 1, phase: 'in-service' }));
    for (const id of ids) world.hiddenStates.set(id, { group: 'web', state: 'InService' });
    expect(await run()).toMatchObject({ instances: 101 });
    const asked = world
      .called('describeAutoScalingInstances')
      .map(({ InstanceIds }) => (InstanceIds as string[]).length);
    expect(asked).toEqual([50, 50, 1]);
  });

  test('of three kinds of record, each is asked for once', async () => {
    const { world, run } = setUp();
    world.group('web', { 'i-0000000a': 'InService' });
    await world.claim(aMember());
    await world.hold(aHold());
    await world.hold(aHold({ instanceId: 'i-0000000b' }));
    await world.reserve(aReserve({ instanceId: 'i-0000000c' }));
    await run();
    const asked = world.called('describeAutoScalingInstances').flatMap(({ InstanceIds }) => InstanceIds as string[]);
    expect(asked.sort()).toEqual([instanceId, 'i-0000000b', 'i-0000000c'].sort());
  });

  test('is looked for in the warm pool, where there is one', async () => {
    const { world, deps, run } = setUp();
    world.group('web', {}, { WarmPoolConfiguration: { MinSize: 1 } });
    await world.reserve(aReserve());
    const pages = [
      { Instances: [{ InstanceId: other, LifecycleState: 'Warmed:Stopped' }], NextToken: '1' },
      { Instances: [{ InstanceId: instanceId, LifecycleState: 'Warmed:Stopped' }] },
    ];
    deps.autoScaling.describeWarmPool = ({ NextToken }) => Promise.resolve(pages[Number(NextToken ?? 0)] as never);
    expect(await run()).toMatchObject({ instances: 2 });
    expect(world.called('describeAutoScalingInstances')).toEqual([]);
    expect(world.called('startExecution')).toEqual([]);
  });

  test('an answer of Auto Scaling without its list decides nothing', async () => {
    const { world, deps, run } = setUp();
    world.group('web', {});
    await world.claim(aMember());
    deps.autoScaling.describeAutoScalingInstances = () => Promise.resolve({});
    expect(await problems(run)).toEqual(['web: AwsUnavailable: an answer of AWS came without the instances of web']);
    expect(world.called('startExecution')).toEqual([]);
  });
});

describe('EC2 is asked', () => {
  /** Members 1 to `count`, whom their group does not have. */
  async function gone(count: number) {
    const all = setUp();
    all.world.group('web', {});
    const ids = Array.from({ length: count }, (_, at) => `i-${(at + 1).toString(16)}`);
    for (const [at, id] of ids.entries())
      await all.world.claim(
        aMember({ instanceId: id, index: at + 1, phase: 'in-service', execution: `x:execution:y:${id}` }),
      );
    return { ...all, ids };
  }

  test('page by page, 200 at a time: whom a later page has is not gone', async () => {
    const { world, ids, run } = await gone(205);
    world.pageSize = 60;
    for (const id of ids) world.instances.set(id, 'running');
    expect(await run()).toMatchObject({ detached: 205 });
    const asked = world.called('describeInstances');
    expect(asked.every(({ InstanceIds }) => InstanceIds === undefined)).toBe(true);
    expect(asked).toHaveLength(5);
    const shapes = asked.map(({ Filters, MaxResults }) => [
      (Filters as { Values: string[] }[])[0]?.Values.length,
      MaxResults,
    ]);
    expect(new Set(shapes.map(String))).toEqual(new Set(['200,1000', '5,1000']));
    expect(world.called('startExecution')).toEqual([]);
  });

  test('once more, by its id, for one that it does not show', async () => {
    const { world, ids, run } = await gone(3);
    world.instances.set(ids[0]!, 'running');
    world.instances.set(ids[1]!, 'shutting-down');
    expect(await run()).toMatchObject({ detached: 1, release: 2 });
    expect(world.called('describeInstances').map(({ InstanceIds }) => InstanceIds)).toEqual([undefined, [ids[2]]]);
  });

  test('and does not answer: nothing is decided about whom it concerns', async () => {
    const { world, deps, run } = await gone(2);
    world.group('web', { [other]: 'Pending:Wait' });
    deps.ec2.describeInstances = () => Promise.reject(named('RequestLimitExceeded', 'Request limit exceeded.'));
    expect(await problems(run)).toEqual(['web: RequestLimitExceeded: Request limit exceeded.']);
    expect(world.called('startExecution').map(({ name }) => name)).toEqual([`web_${other}_EC2-AutoScalingGroup`]);
  });

  test('about no instance that is in its group', async () => {
    const { world, run } = setUp();
    world.group('web', { [instanceId]: 'InService' });
    await world.claim(aMember({ phase: 'in-service' }));
    await run();
    expect(world.called('describeInstances')).toEqual([]);
  });
});

describe('the execution of a launch', () => {
  /** Which executions are described in a run over this one instance. */
  async function described(state: string | undefined, on: { member?: ReturnType<typeof aMember>; hold?: boolean }) {
    const all = setUp();
    all.world.group('web', state === undefined ? {} : { [instanceId]: state });
    if (on.member !== undefined) await all.world.claim(on.member);
    if (on.hold === true) await all.world.hold(aHold());
    all.world.heartbeat = noActiveAction;
    await all.run();
    return new Set(all.world.called('describeExecution').map(({ executionArn }) => String(executionArn)));
  }

  test.each(['launching', 'completing'] as const)('of a member that is %s is looked at', async (phase) => {
    expect(await described('InService', { member: aMember({ phase }) })).toContain(launchArn);
  });

  test('of a member in service is not', async () => {
    expect(await described('InService', { member: aMember({ phase: 'in-service' }) })).toEqual(new Set());
  });

  test('of one in service that is on hold is', async () => {
    expect(await described('InService', { member: aMember({ phase: 'in-service' }), hold: true })).toContain(launchArn);
  });

  test('of one that waits without a number is found by its name', async () => {
    expect(await described('Pending:Wait', {})).toContain(launchArn);
  });

  test.each(['Pending:Wait', 'ReplacingRootVolume:Wait'])(
    'of one whose root volume is replaced, in %s, is found by its name, and not on record',
    async (state) => {
      const member = aMember({ phase: 'replacing', execution: 'arn:aws:states:x:1:execution:scale-out:earlier' });
      const looked = await described(state, { member });
      expect([...looked].some((arn) => arn.endsWith('earlier'))).toBe(false);
      expect(looked.size).toBeGreaterThan(0);
    },
  );

  test('of one that waits with a number is the one on record alone', async () => {
    const execution = 'arn:aws:states:x:1:execution:scale-out:its-own';
    expect(await described('Pending:Wait', { member: aMember({ execution }) })).toEqual(new Set([execution]));
  });

  test('of one that its group does not have is not looked at', async () => {
    expect(await described(undefined, { hold: true })).not.toContain(launchArn);
  });

  test('of one whose release runs is not looked at, nor the release', async () => {
    const { world, run } = setUp();
    world.group('web', { [instanceId]: 'Terminating:Wait' });
    await world.claim(aMember());
    world.run(
      `arn:aws:states:eu-central-1:123456789012:execution:release:web_${instanceId}_release-scale-in`,
      'RUNNING',
    );
    await run();
    expect(world.called('describeExecution')).toEqual([]);
  });
});

describe('groups that were taken out of the configuration', () => {
  test('are told in each run, with how many of their instances hold numbers', async () => {
    const { world, run } = setUp();
    world.settings.set('api', someSettings({ group: 'api' }));
    world.settings.set('db', someSettings({ group: 'db' }));
    world.group('web', {});
    for (const [group, id, index] of [
      ['api', 'i-0000000b', 1],
      ['api', 'i-0000000c', 2],
      ['db', 'i-0000000d', 1],
    ] as const) {
      await world.claim(aMember({ group, instanceId: id, index, phase: 'in-service' }));
      world.group(group, { 'i-0000000b': 'InService', 'i-0000000c': 'InService', 'i-0000000d': 'InService' });
    }
    await run();
    expect(world.measured('MembersTakenOut')).toEqual([]);
    world.settings.delete('api');
    world.settings.delete('db');
    await run();
    expect(world.measured('MembersTakenOut')).toMatchObject([{ Deployment: 'muster', MembersTakenOut: 3 }]);
    const told = world.logs().filter(({ level, group }) => level === 'error' && group !== 'web');
    expect(told).toMatchObject([
      { group: 'api', message: expect.stringContaining('2 of its instances') as string },
      { group: 'db', message: expect.stringContaining('1 of its instances') as string },
    ]);
  });
});

test('many releases that fail again are told in one message', async () => {
  const { world, run } = setUp();
  world.group('web', {});
  for (const [id, index] of [
    [instanceId, 1],
    [other, 2],
  ] as const) {
    await world.claim(aMember({ instanceId: id, index, name: `web-0${index}`, phase: 'releasing' }));
    world.run(`arn:aws:states:eu-central-1:123456789012:execution:release:web_${id}_release-orphan`, 'FAILED', {
      redriveCount: 1,
      error: 'NotPermitted',
      stopDate: new Date(0),
    });
  }
  await run();
  expect(world.published).toHaveLength(1);
  expect(world.published[0]?.Message).toContain('web-01');
  expect(world.published[0]?.Message).toContain('web-02');
  // They run again, and so are not fixed yet.
  await run();
  expect(world.published).toHaveLength(1);
});
