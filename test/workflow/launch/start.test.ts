import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { executions, launch, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

const load = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, '../../support/events', `${name}.json`), 'utf8')) as Record<string, unknown>;
const inSns = (message: unknown) => ({
  Records: [{ EventSource: 'aws:sns', Sns: { ...load('sns-envelope'), Message: JSON.stringify(message) } }],
});

/** The group and the waiting instance that the documented event speaks of; its own event never arrives. */
async function documentedWorld(lab: Lab): Promise<void> {
  lab.region.bus.setDelivery({ quality: { loss: 1 } });
  lab.addGroup('my-asg', { launchHook: 'my-lifecycle-hook' });
  lab.region.autoScaling.world.launchInstance('my-asg', {
    instanceId: 'i-1234567890abcdef0',
    tokens: { 'my-lifecycle-hook': '87654321-4321-4321-4321-210987654321' },
  });
  await lab.clock.advance(20_000);
}

async function group(lab: Lab, name = 'dev-idp') {
  lab.addGroup(name, { launchHook: null });
  lab.region.autoScaling.world.launchInstance(name, { instanceId: 'i-06e5a36f44cf8a51c' });
  await lab.clock.advance(20_000);
}

test('the documented event, unchanged, brings its instance into service', () =>
  withLab({}, async (lab) => {
    await documentedWorld(lab);
    expect(await lab.muster.startScaleOut(load('launch-lifecycle-action'))).toMatchObject([{ action: 'started' }]);
    await settle(lab);
    expect(stateOf(lab, 'i-1234567890abcdef0')).toBe('InService');
  }));

test('the classic notification in its envelope starts the workflow, without a lifecycle action to complete', () =>
  withLab({ region: { account: '894947205914' } }, async (lab) => {
    await group(lab);
    expect(await lab.muster.startScaleOut(inSns(load('launch-notification')))).toMatchObject([{ action: 'started' }]);
    await settle(lab);
    expect(JSON.parse(onlyExecution(lab).output!)).toMatchObject({
      name: 'dev-idp-01',
      reason: 'no lifecycle action waits for dev-idp-01',
    });
  }));

describe('the same event twice', () => {
  const provisionedOnce = (lab: Lab) => {
    expect(onlyExecution(lab).status).toBe('SUCCEEDED');
    expect(lab.jenkins?.posts(lab.jobs.provision).received).toBe(1);
    expect(lab.jenkins?.posts(lab.jobs.deploy).received).toBe(1);
  };

  test('at the same moment provisions once', () =>
    withLab({}, async (lab) => {
      await documentedWorld(lab);
      const event = load('launch-lifecycle-action');
      await Promise.all([lab.muster.startScaleOut(event), lab.muster.startScaleOut(event)]);
      await settle(lab);
      provisionedOnce(lab);
    }));

  test('while the launch continues provisions once', () =>
    withLab({}, async (lab) => {
      await documentedWorld(lab);
      await lab.muster.startScaleOut(load('launch-lifecycle-action'));
      await lab.clock.advance(60_000);
      await lab.muster.startScaleOut(load('launch-lifecycle-action'));
      await settle(lab);
      provisionedOnce(lab);
    }));

  test('after the launch has finished provisions once, and says so', () =>
    withLab({}, async (lab) => {
      await documentedWorld(lab);
      await lab.muster.startScaleOut(load('launch-lifecycle-action'));
      await settle(lab);
      const again = await lab.muster.startScaleOut(load('launch-lifecycle-action'));
      expect(again).toEqual([
        { action: 'ignored', name: 'Duplicate', reason: expect.stringContaining('has succeeded') as string },
      ]);
      await settle(lab);
      provisionedOnce(lab);
    }));

  test('however often the bus delivers it', () =>
    withLab({}, async (lab) => {
      lab.region.bus.setDelivery({ quality: { duplication: 1 } });
      lab.addGroup('web');
      await launch(lab, 3);
      expect(executions(lab)).toHaveLength(3);
      expect(lab.jenkins?.posts(lab.jobs.provision).received).toBe(3);
    }));

  test('and the notification of the same launch beside it', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { notifies: true });
      const [id] = await launch(lab);
      await lab.clock.advance(60_000);
      expect(lab.region.topics.published.map(({ message }) => message).join()).toContain(id);
      provisionedOnce(lab);
    }));

  test('after the launch has failed leaves it to its operator', () =>
    withLab({}, async (lab) => {
      await documentedWorld(lab);
      lab.region.route53.world.foreign(lab.zone.id, {
        name: `my-asg-01.${lab.zone.name}`,
        type: 'A',
        values: ['10.9.9.9'],
      });
      await lab.muster.startScaleOut(load('launch-lifecycle-action'));
      await settle(lab);
      const again = await lab.muster.startScaleOut(load('launch-lifecycle-action'));
      expect(again).toMatchObject([{ action: 'ignored', reason: expect.stringContaining('redrive') as string }]);
      expect(onlyExecution(lab).status).toBe('FAILED');
    }));
});

test('an instance that waits for a further action of our hook is launched again, under a name of its own', () =>
  withLab({}, async (lab) => {
    await documentedWorld(lab);
    const event = load('launch-lifecycle-action');
    await lab.muster.startScaleOut(event);
    await settle(lab);
    lab.region.autoScaling.world.member('i-1234567890abcdef0')!.state = 'Pending:Wait';
    const detail = { ...(event.detail as object), LifecycleActionToken: 'another' };
    const [again] = await lab.muster.startScaleOut({ ...event, detail });
    expect(again).toMatchObject({
      action: 'started',
      execution: expect.stringMatching(/EC2-AutoScalingGroup_\d{12}$/) as string,
    });
  }));

describe('an instance that is in service already', () => {
  test.each([
    ['comes back from Standby', 'Moving EC2 instance out of Standby: i-06e5a36f44cf8a51c', 'MovedOutOfStandby'],
    ['is attached', 'Attaching an existing EC2 instance: i-06e5a36f44cf8a51c', 'Attached'],
  ])('and %s starts nothing, and it is said why', (_, description, name) =>
    withLab({}, async (lab) => {
      await group(lab);
      const results = await lab.muster.startScaleOut(
        inSns({ ...load('launch-notification'), Description: description }),
      );
      expect(results).toEqual([
        { action: 'ignored', name, reason: expect.stringContaining('i-06e5a36f44cf8a51c') as string },
      ]);
      expect(executions(lab)).toHaveLength(0);
    }),
  );

  test('is not provisioned again by the notification that Auto Scaling really sends after Standby', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { notifies: true });
      const [id] = await launch(lab);
      const { world } = lab.region.autoScaling;
      world.standby.enterStandby(world.group('web'), [id!], true);
      // It is drained first, for as long as the target group's deregistration delay says.
      await lab.clock.advance(400_000);
      world.standby.exitStandby(world.group('web'), [id!]);
      await lab.clock.advance(120_000);
      expect(stateOf(lab, id!)).toBe('InService');
      expect(lab.region.topics.published.some(({ message }) => message.includes('out of Standby'))).toBe(true);
      expect(executions(lab)).toHaveLength(1);
      expect(lab.jenkins?.posts(lab.jobs.provision).received).toBe(1);
    }));
});

test.each([
  ['TEST_NOTIFICATION', inSns({ Event: 'autoscaling:TEST_NOTIFICATION' }), 'TestNotification'],
  ['an unknown kind', { 'detail-type': 'EC2 Spot Instance Interruption Warning', detail: {} }, 'UnknownEvent'],
  ['a group without settings', load('launch-lifecycle-action'), 'NotOurs'],
])('%s is a named no-op', (_, message, name) =>
  withLab({}, async (lab) => {
    expect(await lab.muster.startScaleOut(message)).toMatchObject([{ action: 'ignored', name }]);
    expect(executions(lab)).toHaveLength(0);
  }),
);

describe('what another account or region forwards', () => {
  const event = load('launch-lifecycle-action');
  const { detail } = event as { detail: object };

  test.each<[string, unknown]>([
    ['an event', { ...event, account: '999999999999' }],
    ["a hook's notification", inSns({ ...detail, AccountId: '999999999999' })],
    ['a classic notification', inSns({ ...load('launch-notification'), AutoScalingGroupName: 'my-asg' })],
    ['an event in SQS', { Records: [{ body: JSON.stringify({ ...event, account: '000000000000' }) }] }],
  ])('%s is ignored by name, though a group of ours has the same name', (_, message) =>
    withLab({}, async (lab) => {
      await documentedWorld(lab);
      const ignored = [expect.objectContaining({ action: 'ignored', name: 'ForeignAccount' })];
      expect(await lab.muster.startScaleOut(message)).toEqual(ignored);
      expect(await lab.muster.startRelease(message)).toEqual(ignored);
      expect(executions(lab)).toHaveLength(0);
    }),
  );

  test.each([{ account: '999999999999' }, { region: 'eu-west-1' }])('%p does not match the rules', (elsewhere) =>
    withLab({ reconciler: false }, async (lab) => {
      lab.addGroup('web');
      lab.region.bus.setDelivery({ quality: { loss: 1 } });
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      await lab.clock.advance(30_000);
      const [sent] = lab.region.bus.published.filter((one) => one['detail-type'].startsWith('EC2 Instance-launch'));
      lab.region.bus.setDelivery({});
      lab.region.bus.deliver({ ...sent!, ...elsewhere });
      await lab.clock.advance(30_000);
      expect(executions(lab)).toHaveLength(0);
      lab.region.bus.deliver(sent!);
      await lab.clock.advance(30_000);
      expect(executions(lab)).toHaveLength(1);
    }),
  );
});

test.each([
  ['+00:00', '2025-12-31T23:59:00+00:00', '2025-12-31T23:59:00.000Z'],
  ['+02:00', '2026-01-01T01:59:00.5+02:00', '2025-12-31T23:59:00.500Z'],
  ['-0330', '2025-12-31T20:29:00-0330', '2025-12-31T23:59:00.000Z'],
])('a time with the offset %s is the same instant', (_, time, since) =>
  withLab({}, async (lab) => {
    await documentedWorld(lab);
    await lab.muster.startScaleOut({ ...load('launch-lifecycle-action'), time });
    expect(JSON.parse(onlyExecution(lab).input ?? '{}')).toMatchObject({ lifecycle: { since } });
    await settle(lab);
    expect(stateOf(lab, 'i-1234567890abcdef0')).toBe('InService');
  }),
);

test('an execution that a person starts with such times is no wrong input', () =>
  withLab({ reconciler: false }, async (lab) => {
    await documentedWorld(lab);
    const lifecycle = {
      hookName: 'my-lifecycle-hook',
      token: '87654321-4321-4321-4321-210987654321',
      since: '2026-01-01T00:00:00-05:30',
    };
    const input = { group: 'my-asg', instanceId: 'i-1234567890abcdef0', lifecycle, startedBy: 'retry' };
    const { engine, stateMachineArn, steps } = lab.muster;
    const launch = { ...input, origin: 'EC2', destination: 'AutoScalingGroup' };
    engine.startExecution({ stateMachineArn, name: 'by-hand', input: JSON.stringify(launch) });
    await settle(lab);
    expect(onlyExecution(lab).status).toBe('SUCCEEDED');
    const run = {
      execution: 'x',
      redrives: 1,
      enteredAt: '2026-01-01T01:00:00+01:00',
      redrivenAt: '2026-01-01T01:00:00+01:00',
    };
    const checkDns = steps['CheckDns'] as (payload: unknown) => Promise<unknown>;
    const again = checkDns({ launch, run, index: 1, name: 'x', changes: [] });
    await expect(again).resolves.toMatchObject({ action: 'passed' });
  }));

test("another hook's action is left alone", () =>
  withLab({}, async (lab) => {
    await documentedWorld(lab);
    const event = load('launch-lifecycle-action');
    const detail = { ...(event.detail as object), LifecycleHookName: 'backup' };
    expect(await lab.muster.startScaleOut({ ...event, detail })).toMatchObject([
      { action: 'ignored', name: 'NotOurs' },
    ]);
  }));

test('what is malformed is refused by name, after the rest of the message was served', () =>
  withLab({}, async (lab) => {
    await documentedWorld(lab);
    const { Records: good } = inSns((load('launch-lifecycle-action') as { detail: unknown }).detail);
    const { Records: bad } = inSns({ Event: 'autoscaling:EC2_INSTANCE_LAUNCH' });
    await expect(lab.muster.startScaleOut({ Records: [...bad, ...good] })).rejects.toMatchObject({
      name: 'EventRefused',
      message: expect.stringContaining('EC2InstanceId') as string,
    });
    expect(executions(lab)).toHaveLength(1);
    await expect(lab.muster.startScaleOut('not JSON')).rejects.toMatchObject({ name: 'EventRefused' });
  }));
