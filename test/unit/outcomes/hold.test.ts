import { settleLaunch } from '../../../functions/fleet/outcomes/settle';
import { aLaunch, someSettings } from '../../support/launches';
import { aHold, aMember, anExecution } from '../../support/sightings';
import { createWorld, deployFailed, failedLaunch, noAnswer, topicArn, wrongSettings } from './world';

type World = Awaited<ReturnType<typeof createWorld>>['world'];

describe('a launch that has failed', () => {
  test('is held, and reported once', async () => {
    const { world, deps } = await createWorld();
    const settled = await settleLaunch(deps, failedLaunch);
    expect(settled).toEqual({
      action: 'held',
      reason: 'web-01 is on hold until 2026-01-01T13:00:00.000Z: Deploy failed (BuildFailed)',
    });
    expect(await world.hold()).toEqual(
      aHold({
        reason: 'deploy #1 FAILURE after 20 s\nconnection refused',
        // 48 hours from 11:50, when it started.
        hookEndsAt: '2026-01-03T11:50:00.000Z',
        report: { state: 'sent', at: '2026-01-01T12:00:02.000Z' },
      }),
    );
    expect(world.published).toMatchObject([
      { TopicArn: topicArn, Subject: 'web-01 is on hold: Deploy failed (BuildFailed)' },
    ]);
    expect(world.counted('LaunchesHeld')).toBe(1);

    expect(await settleLaunch(deps, failedLaunch)).toMatchObject({ action: 'none' });
    expect(world.published).toHaveLength(1);
    expect(world.counted('LaunchesHeld')).toBe(1);
  });

  test('is counted before it is held, and held before it is told', async () => {
    const { world, deps } = await createWorld();
    await settleLaunch(deps, failedLaunch);
    expect(world.order).toEqual(['breaker 1', 'hold sending', expect.stringMatching(/^publish web-01/), 'hold sent']);
  });

  test.each([
    ['came into service', { ...failedLaunch, status: 'SUCCEEDED', redrives: 1 }],
    ['is under way again', { ...failedLaunch, status: 'RUNNING', redrives: 1 }],
    ['has failed once more, which its own event tells', { ...failedLaunch, redrives: 1 }],
  ])('is not held if it was retried while AWS was slow, and %s', async (_, since) => {
    const { world, deps } = await createWorld();
    world.executions = [since];
    expect(await settleLaunch(deps, failedLaunch)).toEqual({
      action: 'none',
      reason: 'the execution has been redriven meanwhile',
    });
    expect(await world.hold()).toBeUndefined();
    expect(await world.breaker()).toBeUndefined();
    expect(world.published).toHaveLength(0);
  });

  test('has no end and no limit if nothing waits for it', async () => {
    const { world, deps } = await createWorld();
    world.states.set('i-0a1b2c3d', 'InService');
    await settleLaunch(deps, { ...failedLaunch, input: aLaunch({ lifecycle: null, startedBy: 'notification' }) });
    expect(await world.hold()).toMatchObject({ state: 'Deploy' });
    expect(await world.hold()).not.toHaveProperty('endsAt');
    expect(await world.hold()).not.toHaveProperty('hookEndsAt');
    expect(world.published[0]?.Message).toContain('No lifecycle action waits');
  });

  test('never outlasts its hook', async () => {
    const { world, deps } = await createWorld();
    world.hooks = [{ LifecycleHookName: 'muster-launch', GlobalTimeout: 3000 }];
    await settleLaunch(deps, failedLaunch);
    expect(await world.hold()).toMatchObject({
      endsAt: '2026-01-01T12:38:00.000Z',
      hookEndsAt: '2026-01-01T12:40:00.000Z',
    });
  });

  test('ends as configured if the hook is no longer there', async () => {
    const { world, deps } = await createWorld();
    world.hooks = [];
    await settleLaunch(deps, failedLaunch);
    expect(await world.hold()).toMatchObject({ endsAt: '2026-01-01T13:00:00.000Z' });
    expect(await world.hold()).not.toHaveProperty('hookEndsAt');
  });

  test('is held for nothing with 0 minutes', async () => {
    const { world, deps } = await createWorld();
    world.settings = someSettings({ holdMinutes: 0 });
    await settleLaunch(deps, failedLaunch);
    expect((await world.hold())?.endsAt).toBe('2026-01-01T12:00:00.000Z');
  });

  test('is held for the default time with settings that have mistakes, and the message says so', async () => {
    const { world, deps } = await createWorld();
    world.settings = wrongSettings();
    await settleLaunch(deps, failedLaunch);
    expect((await world.hold())?.endsAt).toBe('2026-01-01T13:00:00.000Z');
    expect(world.published[0]?.Message).toContain('holdMinutes: got "soon"');
  });

  test('waits for settings that only did not come this time', async () => {
    const { world, deps } = await createWorld();
    world.settings = noAnswer();
    await expect(settleLaunch(deps, failedLaunch)).rejects.toThrow('no answer');
    expect(await world.hold()).toBeUndefined();
  });

  test('before it had a number is held under its id', async () => {
    const { world, deps } = await createWorld();
    await world.become(undefined);
    await settleLaunch(deps, failedLaunch);
    expect(world.published[0]?.Subject).toBe('i-0a1b2c3d is on hold: Deploy failed (BuildFailed)');
  });

  test('is held again when its redrive has failed', async () => {
    const { world, deps } = await createWorld();
    await settleLaunch(deps, failedLaunch);
    world.pass(30);
    const again = { ...failedLaunch, redrives: 1, stoppedAt: new Date('2026-01-01T12:30:00Z') };
    world.executions = [again];
    expect(await settleLaunch(deps, again)).toMatchObject({ action: 'held' });
    expect(await world.hold()).toMatchObject({ revision: 4, redrive: 1, endsAt: '2026-01-01T13:30:00.000Z' });
    expect(world.published).toHaveLength(2);
    expect(world.counted('LaunchesHeld')).toBe(2);
    expect((await world.breaker())?.failed).toEqual(['i-0a1b2c3d']);
  });

  test.each<[string, (world: World) => unknown]>([
    ['is gone', (world) => world.states.clear()],
    ['is leaving', (world) => world.states.set('i-0a1b2c3d', 'Terminating:Wait')],
    ['is being released', (world) => world.become(aMember({ phase: 'releasing' }))],
    [
      'is launched by a later execution',
      (world) => {
        const arn = `${failedLaunch.arn}_2`;
        world.executions.push(anExecution({ arn, startedAt: new Date('2026-01-01T12:00:01Z') }));
        return world.become(aMember({ execution: arn }));
      },
    ],
  ])('is neither held nor reported nor counted when its instance %s', async (_, change) => {
    const { world, deps } = await createWorld();
    await change(world);
    const settled = await settleLaunch(deps, failedLaunch);
    expect(settled.action).toBe('none');
    expect(settled.reason).toContain('nothing to hold');
    expect([await world.hold(), await world.breaker(), world.published]).toEqual([undefined, undefined, []]);
  });

  test('is not held in a group that its instance has left for another', async () => {
    const { world, deps } = await createWorld();
    await world.become(undefined);
    await settleLaunch(deps, { ...failedLaunch, input: aLaunch({ group: 'api' }) });
    expect(world.order).toEqual([]);
  });

  test('is held though its member still has the execution before', async () => {
    const { world, deps } = await createWorld();
    const arn = `${failedLaunch.arn}_2`;
    const second = { ...failedLaunch, arn, startedAt: new Date('2026-01-01T11:58:00Z') };
    expect(await settleLaunch(deps, second)).toMatchObject({ action: 'held' });
    expect((await world.hold())?.execution).toBe(arn);
  });
});

describe('the state that failed', () => {
  test('is looked for as far back as it was polled', async () => {
    const { world, deps } = await createWorld();
    const polls = Array.from({ length: 3 }, () => [{ id: 1, type: 'TaskFailed' as const, timestamp: new Date(0) }]);
    world.history = [...polls, deployFailed];
    await settleLaunch(deps, failedLaunch);
    expect((await world.hold())?.state).toBe('Deploy');
    expect(world.historyCalls).toHaveLength(4);
    expect(world.historyCalls[3]).toMatchObject({ reverseOrder: true, includeExecutionData: false, nextToken: '3' });
  });

  test('is looked for within bounds', async () => {
    const { world, deps } = await createWorld();
    world.history = Array.from({ length: 100 }, () => []);
    await settleLaunch(deps, failedLaunch);
    expect(world.historyCalls).toHaveLength(25);
    expect((await world.hold())?.state).toBe('launch');
  });
});

describe('a launch that has not failed', () => {
  test('and runs is left alone', async () => {
    const { world, deps } = await createWorld();
    expect(await settleLaunch(deps, anExecution())).toMatchObject({ action: 'none' });
    expect(world.order).toEqual([]);
  });

  test('and is none of ours is left alone', async () => {
    const { world, deps } = await createWorld();
    expect(await settleLaunch(deps, { ...failedLaunch, input: undefined })).toMatchObject({ action: 'none' });
    expect(world.order).toEqual([]);
  });

  const succeeded = { ...anExecution({ status: 'SUCCEEDED' }), stoppedAt: new Date('2026-01-01T12:20:00Z') };

  test('and has succeeded is no longer on hold, and the count begins again', async () => {
    const { world, deps } = await createWorld();
    await settleLaunch(deps, failedLaunch);
    expect(await settleLaunch(deps, { ...succeeded, redrives: 1 })).toMatchObject({ action: 'cleared' });
    expect(await world.hold()).toBeUndefined();
    expect((await world.breaker())?.failed).toEqual([]);
  });

  test('does not end the hold of what came after it', async () => {
    const { world, deps } = await createWorld();
    const later = aHold({ revision: 1, execution: 'later', failedAt: '2026-01-01T12:30:00.000Z' });
    await world.ledger.saveHold(later);
    expect(await settleLaunch(deps, succeeded)).toMatchObject({ action: 'none' });
    expect(await world.hold()).toEqual(later);
  });

  test('ends no other hold than the one it looked at', async () => {
    const { world, deps } = await createWorld();
    await settleLaunch(deps, failedLaunch);
    const removed: unknown[] = [];
    const removeHold = async (...what: unknown[]) => void removed.push(what);
    await settleLaunch({ ...deps, ledger: { ...deps.ledger, removeHold } }, { ...succeeded, redrives: 1 });
    expect(removed).toEqual([['web', 'i-0a1b2c3d', failedLaunch.arn]]);
    expect((await world.breaker())?.failed).toEqual([]);
  });

  test('leaves nothing behind where nothing has failed', async () => {
    const { world, deps } = await createWorld();
    expect(await settleLaunch(deps, succeeded)).toMatchObject({ action: 'none' });
    expect(world.order).toEqual([]);
  });
});
