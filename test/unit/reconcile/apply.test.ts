import type { Decision, Sighting } from '../../../functions/fleet/domain/reconcile/sighting';
import type { FailingRelease } from '../../../functions/fleet/domain/reconcile/failing-releases';
import { makeApply } from '../../../functions/fleet/triggers/reconcile/apply';
import { pendingIn } from '../../../functions/fleet/triggers/reconcile/failing';
import { aLaunch } from '../../support/launches';
import { aHold, aMember, anExecution, aReserve, aSighting } from '../../support/sightings';
import { createWorld, instanceId, launchArn, named, noActiveAction, releaseArn } from './world';

const startArn = launchArn;
const release = (
  reason: 'orphan' | 'abandoned' | 'scale-in' | 'root-volume',
): Extract<Decision, { action: 'release' }> => ({
  action: 'release',
  release: { group: 'web', instanceId, reason, lifecycle: null },
  reason: 'it is to go',
});
const released = (way: string) =>
  `${releaseArn.replace(':stateMachine:', ':execution:')}:web_${instanceId}_release-${way}`;

function setUp() {
  const { world, deps } = createWorld();
  const failing: FailingRelease[] = [];
  const apply = makeApply(deps, (one) => failing.push(one));
  return {
    world,
    failing,
    apply: (decision: Decision, seen: Partial<Sighting> = {}) => apply(aSighting(seen), decision),
  };
}

describe('a heartbeat', () => {
  const heartbeat: Decision = { action: 'heartbeat', hookName: 'muster-launch', reason: 'its launch runs' };

  test('is recorded by instance, and leaves no line: there are thousands of them', async () => {
    const { world, apply } = setUp();
    await apply(heartbeat);
    expect(world.calls).toEqual([
      {
        api: 'recordLifecycleActionHeartbeat',
        input: { AutoScalingGroupName: 'web', LifecycleHookName: 'muster-launch', InstanceId: instanceId },
      },
    ]);
    expect(world.logs()).toEqual([]);
  });

  test('of an instance that waits no more is nothing', async () => {
    const { world, apply } = setUp();
    world.heartbeat = noActiveAction;
    await expect(apply(heartbeat)).resolves.toBeUndefined();
  });

  test.each([
    'AutoScalingGroup name not found - null',
    "AutoScalingGroup name not found - AutoScalingGroup 'web' not found",
  ])('of a group that was deleted since we looked is nothing: %s', async (message) => {
    const { world, apply } = setUp();
    world.heartbeat = named('ValidationError', message);
    await expect(apply(heartbeat)).resolves.toBeUndefined();
  });

  test.each([
    ['Throttling', 'Rate exceeded'],
    ['ValidationError', 'No Lifecycle Hook with the name muster-launch'],
  ])('that fails with %s is told', async (name, message) => {
    const { world, apply } = setUp();
    world.heartbeat = named(name, message);
    await expect(apply(heartbeat)).rejects.toThrow(message);
  });
});

describe('a launch that was never heard of', () => {
  const start: Decision = {
    action: 'start',
    launch: aLaunch({ startedBy: 'reconciler' }),
    reason: 'no launch of it runs',
  };

  test('is started, with a line that says so', async () => {
    const { world, apply } = setUp();
    await apply(start);
    expect(world.called('startExecution')).toHaveLength(1);
    expect(world.executions.get(startArn)?.status).toBe('RUNNING');
    expect(world.logs()).toEqual([
      { level: 'info', message: 'no launch of it runs', group: 'web', instance: instanceId, action: 'start' },
    ]);
  });

  test('that runs by now is left alone, and the line says why', async () => {
    const { world, apply } = setUp();
    world.run(startArn, 'RUNNING');
    await apply(start, { member: aMember() });
    expect(world.called('startExecution')).toHaveLength(1);
    expect(world.executions.size).toBe(1);
    expect(world.logs()).toEqual([
      {
        level: 'info',
        message: `web_${instanceId}_EC2-AutoScalingGroup: its execution is running`,
        group: 'web',
        instance: instanceId,
        name: 'web-01',
        action: 'none',
      },
    ]);
  });

  test.each([
    ['a token', 'token-2'],
    ['no token', null],
  ])('after an earlier stay is a further attempt, with %s', async (_, token) => {
    const { world, apply } = setUp();
    world.run(startArn, 'SUCCEEDED');
    await apply({
      ...start,
      launch: aLaunch({ startedBy: 'reconciler', lifecycle: { hookName: 'muster-launch', token } }),
    });
    expect([...world.executions].filter(([, { status }]) => status === 'RUNNING')).toHaveLength(1);
    const name = world.called('startExecution').at(-1)?.name;
    expect(name).toMatch(/_\d{12}$/);
    // The attempt of a known action has a name that every other who knows it gives it too; without one it follows the last.
    const again = setUp();
    again.world.run(startArn, 'SUCCEEDED');
    await again.apply({ ...start, launch: aLaunch({ lifecycle: { hookName: 'muster-launch', token: 'token-2' } }) });
    expect(again.world.called('startExecution').at(-1)?.name === name).toBe(token !== null);
  });

  test('that may be held is started after its heartbeat was taken', async () => {
    const { world, apply } = setUp();
    await apply({ ...start, action: 'start-if-held', hookName: 'muster-launch' });
    expect(world.calls.map(({ api }) => api).slice(0, 1)).toEqual(['recordLifecycleActionHeartbeat']);
    expect(world.executions.get(startArn)?.status).toBe('RUNNING');
  });

  // The ledger was restored to the time when it was in service: its hold is gone, and another one serves it by now.
  test('that may be held, and has failed already, is put on hold again, and the instance is not in service', async () => {
    const { world, apply } = setUp();
    world.group('web', { [instanceId]: 'Pending:Wait' });
    world.hiddenStates.set(instanceId, { group: 'web', state: 'Pending:Wait' });
    const member = aMember({ phase: 'in-service', execution: 'arn:of-its-first-launch' });
    await world.claim(member);
    world.run(startArn, 'FAILED', { error: 'BuildFailed' });
    await apply({ ...start, action: 'start-if-held', hookName: 'muster-launch' }, { member });
    expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase: 'replacing' });
    expect(await world.ledger.findHold('web', instanceId)).toMatchObject({ execution: startArn, error: 'BuildFailed' });
    expect(world.called('publish')).toHaveLength(1);
  });

  test('that our hook does not hold is not started', async () => {
    const { world, apply } = setUp();
    world.heartbeat = noActiveAction;
    await apply({ ...start, action: 'start-if-held', hookName: 'muster-launch' });
    expect(world.executions.size).toBe(0);
    expect(world.logs()).toEqual([]);
  });
});

describe('a release', () => {
  test('is started, with its input and a line', async () => {
    const { world, apply } = setUp();
    await world.claim(aMember());
    await apply(release('scale-in'), { member: aMember() });
    expect(world.called('startExecution')).toMatchObject([{ name: `web_${instanceId}_release-scale-in` }]);
    expect(world.counted('LaunchesAbandoned')).toEqual([]);
    expect(world.logs()).toEqual([
      {
        level: 'info',
        message: 'it is to go',
        group: 'web',
        instance: instanceId,
        name: 'web-01',
        action: 'release started',
      },
    ]);
  });

  test('that runs already is no second one', async () => {
    const { world, apply, failing } = setUp();
    world.run(released('scale-in'), 'RUNNING', { redriveCount: 3 });
    await apply(release('scale-in'));
    expect(world.executions.size).toBe(1);
    expect(world.logs()).toMatchObject([
      { action: 'exists', message: expect.stringContaining('release-scale-in: ') as string },
    ]);
    expect(failing).toEqual([]);
  });

  describe('of what an orphan holds', () => {
    test('is not started where it holds nothing any more', async () => {
      const { world, apply } = setUp();
      await apply(release('orphan'));
      expect(world.calls).toEqual([]);
      expect(world.logs()).toEqual([]);
    });

    test.each(['member', 'hold', 'reserve'] as const)('is started where a %s is on record', async (kind) => {
      const { world, apply } = setUp();
      if (kind === 'member') await world.claim(aMember());
      if (kind === 'hold') await world.hold(aHold({ revision: 1 }));
      if (kind === 'reserve') await world.reserve(aReserve());
      await apply(release('orphan'));
      expect(world.executions.get(released('orphan'))?.status).toBe('RUNNING');
    });

    test.each([
      ['RUNNING', true],
      ['FAILED', false],
    ] as const)('where its launch is %s: %s', async (status, isStarted) => {
      const { world, apply } = setUp();
      world.run(launchArn, status);
      await apply(release('orphan'), { launch: anExecution({ status }) });
      expect(world.executions.has(released('orphan'))).toBe(isStarted);
    });

    test('of another reason is started without being looked at once more', async () => {
      const { world, apply } = setUp();
      await apply(release('scale-in'));
      expect(world.executions.has(released('scale-in'))).toBe(true);
    });
  });

  describe('after a hold', () => {
    const failed = anExecution({ status: 'FAILED', redrivable: true, error: 'BuildFailed' });

    async function abandon(seen: Partial<Sighting>, status: 'FAILED' | 'RUNNING' | 'ABORTED' = 'FAILED') {
      const all = setUp();
      all.world.run(launchArn, status);
      await all.world.hold(aHold());
      await all.apply(release('abandoned'), seen);
      return { ...all, isStarted: all.world.executions.has(released('abandoned')) };
    }

    test('lets go of its instance, and counts it', async () => {
      const { world, isStarted } = await abandon({ hold: aHold(), launch: failed });
      expect(isStarted).toBe(true);
      expect(world.counted('LaunchesAbandoned')).toEqual([1]);
      expect(world.measured('LaunchesAbandoned')).toMatchObject([{ Group: 'web' }]);
    });

    test('is not started where the hold was changed since', async () => {
      expect((await abandon({ hold: aHold({ revision: 1 }), launch: failed })).isStarted).toBe(false);
    });

    test('is not started where the launch was redriven since', async () => {
      expect((await abandon({ hold: aHold(), launch: failed }, 'RUNNING')).isStarted).toBe(false);
    });

    test('is started where no launch of it is known', async () => {
      expect((await abandon({ hold: aHold(), launch: undefined })).isStarted).toBe(true);
    });

    test('is not started where the hold is gone', async () => {
      const { world, apply } = setUp();
      world.run(launchArn, 'FAILED');
      await apply(release('abandoned'), { launch: failed });
      await apply(release('abandoned'), { launch: failed, hold: aHold() });
      expect(world.executions.has(released('abandoned'))).toBe(false);
    });

    test('continues once it has begun, even if there is a hold', async () => {
      const releasing = aMember({ phase: 'releasing' });
      expect((await abandon({ hold: aHold({ revision: 1 }), member: releasing, launch: failed })).isStarted).toBe(true);
      const letGo = anExecution({ status: 'ABORTED', error: 'InstanceGone' });
      expect((await abandon({ hold: aHold({ revision: 1 }), launch: letGo })).isStarted).toBe(true);
      const stopped = anExecution({ status: 'ABORTED', error: 'StoppedByHand' });
      expect((await abandon({ hold: aHold({ revision: 1 }), launch: stopped })).isStarted).toBe(false);
      const inService = aMember({ phase: 'in-service' });
      expect((await abandon({ hold: aHold({ revision: 1 }), member: inService, launch: failed })).isStarted).toBe(
        false,
      );
      expect((await abandon({ hold: aHold({ revision: 1 }), member: inService })).isStarted).toBe(false);
    });

    test('that was counted is not counted by the next run', async () => {
      const { world, apply } = await abandon({ hold: aHold(), launch: failed });
      await apply(release('abandoned'), { hold: aHold(), launch: failed });
      expect(world.counted('LaunchesAbandoned')).toEqual([1]);
    });
  });

  describe('stops the launch', () => {
    const running = anExecution();

    test('that runs, and that the ledger does not know', async () => {
      const { world, apply } = setUp();
      world.run(launchArn, 'RUNNING');
      await apply(release('scale-in'), { launch: running });
      expect(world.called('stopExecution')).toEqual([
        { executionArn: launchArn, error: 'InstanceGone', cause: 'it is to go' },
      ]);
    });

    test('not if it has come back by that launch', async () => {
      const { world, apply } = setUp();
      world.run(launchArn, 'RUNNING');
      await apply(release('scale-in'), {
        launch: running,
        member: aMember({ phase: 'releasing', execution: 'earlier' }),
      });
      expect(world.called('stopExecution')).toEqual([]);
    });

    test('not if it is over', async () => {
      const { world, apply } = setUp();
      world.run(launchArn, 'RUNNING');
      await apply(release('scale-in'), { launch: anExecution({ status: 'FAILED' }) });
      expect(world.called('stopExecution')).toEqual([]);
    });
  });

  describe('that fails again', () => {
    const failedAgain = (redriveCount: number) => ({ redriveCount, error: 'NotPermitted', stopDate: new Date(0) });

    test('is reported, with all that it holds', async () => {
      const { world, apply, failing } = setUp();
      const targetGroups = ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067'];
      const member = aMember({ phase: 'releasing', fqdn: 'web-01.internal.example.com', targetGroups });
      await world.claim(member);
      world.run(released('scale-in'), 'FAILED', failedAgain(2));
      await apply(release('scale-in'), { member });
      expect(failing).toEqual([
        {
          instanceId,
          name: 'web-01',
          execution: released('scale-in'),
          error: 'NotPermitted',
          failures: 3,
          holds: ['number 1', 'web-01.internal.example.com', 'target group web'],
        },
      ]);
      expect(world.logs()).toMatchObject([{ action: 'release redriven', message: 'it is to go' }]);
    });

    test('without a member, a name of its own or an error is reported too', async () => {
      const { world, apply, failing } = setUp();
      world.run(released('scale-in'), 'TIMED_OUT', {
        redriveCount: 1,
        redriveStatus: 'REDRIVABLE',
        stopDate: new Date(0),
      });
      await apply(release('scale-in'));
      await apply(release('scale-in'), { member: aMember() });
      expect(failing[0]).toEqual({
        instanceId,
        execution: released('scale-in'),
        error: 'TIMED_OUT',
        failures: 2,
        holds: [],
      });
    });

    test('of one without DNS and targets, its number alone is told', async () => {
      const { world, apply, failing } = setUp();
      world.run(released('scale-in'), 'FAILED', failedAgain(1));
      await apply(release('scale-in'), { member: aMember() });
      expect(failing.map(({ holds }) => holds)).toStrictEqual([['number 1']]);
    });

    test('the first failure is tried again in silence', async () => {
      const { world, apply, failing } = setUp();
      world.run(released('scale-in'), 'FAILED', failedAgain(0));
      await apply(release('scale-in'));
      expect(world.executions.get(released('scale-in'))?.status).toBe('RUNNING');
      expect(failing).toEqual([]);
    });

    test('one that was started again is none', async () => {
      const { apply, failing } = setUp();
      await apply(release('scale-in'));
      expect(failing).toEqual([]);
    });
  });
});

describe('what is on record', () => {
  test('of a launch that failed is settled, with a line', async () => {
    const { world, apply } = setUp();
    world.group('web', { [instanceId]: 'Pending:Wait' });
    world.hiddenStates.set(instanceId, { group: 'web', state: 'Pending:Wait' });
    const execution = anExecution({ status: 'FAILED', redrivable: true, error: 'BuildFailed', stoppedAt: new Date(0) });
    world.run(launchArn, 'FAILED', { error: 'BuildFailed' });
    await apply({ action: 'settle', execution, reason: 'its launch is FAILED' });
    expect(await world.ledger.findHold('web', instanceId)).toMatchObject({ error: 'BuildFailed' });
    expect(world.logs()).toMatchObject([{ instance: instanceId, action: expect.not.stringMatching('none') as string }]);
  });

  test('a replaced root volume is marked', async () => {
    const { world, apply } = setUp();
    await world.claim(aMember({ phase: 'in-service' }));
    await apply({ action: 'mark-replacing', member: aMember(), reason: 'the root volume is being replaced' });
    expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase: 'replacing' });
    expect(world.logs()).toMatchObject([{ action: 'mark-replacing', message: 'the root volume is being replaced' }]);
  });

  test('service is marked, and where its launch came from decides what is forgotten', async () => {
    const fromPool = anExecution({ input: aLaunch({ origin: 'WarmPool' }) });
    for (const [launch, kept] of [
      [fromPool, undefined],
      [anExecution(), { phase: 'warmed' }],
      [anExecution({ input: undefined }), { phase: 'warmed' }],
      [undefined, { phase: 'warmed' }],
    ] as const) {
      const { world, apply } = setUp();
      await world.claim(aMember({ phase: 'completing' }));
      await world.reserve(aReserve());
      await apply({ action: 'mark-in-service', member: aMember({ phase: 'completing' }), reason: 'it is' }, { launch });
      expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase: 'in-service' });
      const reserve = await world.ledger.findReserve('web', instanceId);
      if (kept === undefined) expect(reserve).toBeUndefined();
      else expect(reserve).toMatchObject(kept);
      expect(world.logs()).toMatchObject([{ action: 'mark-in-service', message: 'it is' }]);
    }
  });
});

describe('a member that left its group and runs on', () => {
  const reason = 'web-01 has left web';
  const detached = (stop?: string): Decision => ({
    action: 'detached',
    member: aMember(),
    ...(stop !== undefined && { stop }),
    reason,
  });

  test('is marked so, and its launch is stopped before', async () => {
    const { world, apply } = setUp();
    await world.claim(aMember());
    world.run(launchArn, 'RUNNING');
    await apply(detached(launchArn));
    expect(world.called('stopExecution')).toEqual([{ executionArn: launchArn, error: 'InstanceGone', cause: reason }]);
    expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase: 'detached' });
    expect(world.logs()).toMatchObject([{ action: 'detached', message: reason }]);
  });

  test('without a running launch stops none', async () => {
    const { world, apply } = setUp();
    await world.claim(aMember());
    world.run(launchArn, 'RUNNING');
    await apply(detached());
    expect(world.calls).toEqual([]);
    expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase: 'detached' });
  });

  test.each(['launching', 'in-service'] as const)(
    'and is back is %s again, and no launch of it is stopped',
    async (phase) => {
      const { world, apply } = setUp();
      await world.claim(aMember({ phase: 'detached' }));
      world.run(launchArn, 'RUNNING');
      await apply({ action: 'attached', member: aMember({ phase: 'detached' }), phase, reason: 'it is back' });
      expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase });
      expect(world.calls).toEqual([]);
      expect(world.logs()).toMatchObject([{ action: 'attached' }]);
    },
  );

  test('is left to its release', async () => {
    const { world, apply } = setUp();
    await world.claim(aMember({ phase: 'releasing' }));
    world.run(launchArn, 'RUNNING');
    await apply(detached(launchArn));
    expect(world.called('stopExecution')).toEqual([]);
    expect(await world.ledger.member('web', instanceId)).toMatchObject({ phase: 'releasing' });
    expect(world.logs()).toEqual([]);
  });

  test('and holds nothing, or another number, any more is left alone', async () => {
    const { world, apply } = setUp();
    await apply(detached());
    await world.claim(aMember({ index: 2 }));
    await apply(detached());
    expect(await world.ledger.member('web', instanceId)).toMatchObject({ index: 2, phase: 'launching' });
    expect(world.logs()).toEqual([]);
  });
});

describe('which instances are being released, or are to be', () => {
  const one = (id: string, changes: Partial<Sighting> = {}) => aSighting({ instanceId: id, ...changes });
  const seen = [
    one('i-1', { isReleasing: true }),
    one('i-2', { member: aMember({ phase: 'releasing' }) }),
    one('i-3', { member: aMember({ phase: 'in-service' }) }),
    one('i-4'),
    one('i-5'),
  ];

  test('those whose release runs, that give up what they hold, or that are to be released now', () => {
    const todo = [
      { one: seen[3]!, decision: release('orphan') },
      { one: seen[4]!, decision: { action: 'heartbeat', hookName: 'muster-launch', reason: '' } as const },
    ];
    expect([...pendingIn(seen, todo)]).toEqual(['i-1', 'i-2', 'i-4']);
  });
});
