import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { connectionLost } from '../../../infra/lab/region/calls/faults';
import { interceptAllPorts } from '../../support/intercept-ports';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

const fqdn = (index: number) => `web-0${index}.internal.example.com`;

function releases({ muster }: Lab) {
  const list = muster.engine.listExecutions({ stateMachineArn: muster.releaseArn }).executions ?? [];
  return list.map(({ executionArn = '' }) => muster.engine.describeExecution({ executionArn }));
}

/** Everything that an instance can leave behind. */
async function traces(lab: Lab, instanceId: string, index = 1) {
  const targets = lab.region.elasticLoadBalancing.world.targetGroups.flatMap((group) => [...group.targets.values()]);
  return {
    member: await lab.ledger.member('web', instanceId),
    held: (await lab.ledger.heldIndexes('web')).includes(index),
    dns: ['A', 'TXT'].flatMap((type) => lab.region.route53.world.resolve(fqdn(index), type as 'A' | 'TXT')),
    targets: targets.filter((target) => target.instanceId === instanceId && target.drainingUntil === undefined).length,
  };
}

const nothing = { member: undefined, held: false, dns: [], targets: 0 };

async function scaleIn(lab: Lab): Promise<void> {
  const { world } = lab.region.autoScaling;
  world.setDesiredCapacity('web', world.group('web').desired - 1);
  await lab.clock.advance(600_000);
  await settle(lab);
}

async function oneComesAndGoes(options: Omit<LabOptions, 'clock' | 'seed'>, before?: (lab: Lab) => void) {
  return withLab(options, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab);
    expect(stateOf(lab, id!)).toBe('InService');
    before?.(lab);
    await scaleIn(lab);
    await lab.clock.advance(300_000);
    await settle(lab);
    expect(stateOf(lab, id!)).toBeUndefined();
    return { traces: await traces(lab, id!), statuses: releases(lab).map(({ status }) => status) };
  });
}

test('an instance that leaves on scale-in gives back target, name and number', async () => {
  expect(await oneComesAndGoes({})).toEqual({ traces: nothing, statuses: ['SUCCEEDED'] });
});

test('its number is the next one given, and who held it is on record', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const [first] = await launch(lab, 3);
    const gone = (await lab.ledger.members('web')).find(({ instanceId }) => instanceId === first)!;
    lab.region.autoScaling.world.terminateInstance(first!, { decrement: true });
    await lab.clock.advance(600_000);
    await settle(lab);
    const [heir] = await launch(lab);
    expect((await lab.ledger.member('web', heir!))?.index).toBe(gone.index);
    const history = await lab.ledger.history('web', { index: gone.index });
    expect(history.map(({ event, instanceId }) => [event, instanceId])).toEqual([
      ['claimed', heir],
      ['freed', first],
      ['claimed', first],
    ]);
  }));

test('the events of one termination, however often they come, make one release', async () => {
  const twice = await oneComesAndGoes({}, (lab) => lab.region.bus.setDelivery({ quality: { duplication: 1 } }));
  expect(twice).toEqual({ traces: nothing, statuses: ['SUCCEEDED'] });
});

test('a record at its name that belongs to another owner by now stays', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab);
    const { world } = lab.region.route53;
    for (const type of ['A', 'TXT'] as const) world.removeForeign(lab.zone.id, fqdn(1), type);
    world.foreign(lab.zone.id, { name: fqdn(1), type: 'A', values: ['10.9.9.9'] });
    await scaleIn(lab);
    expect(world.resolve(fqdn(1))).toEqual(['10.9.9.9']);
    expect(await lab.ledger.member('web', id!)).toBeUndefined();
  }));

test('a launch that failed is let go as the runbook says: everything is given back, and the group launches another', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { result: 'FAILURE' } });
    const [id] = await launch(lab);
    expect(stateOf(lab, id!)).toBe('Pending:Wait');
    expect(await traces(lab, id!)).toMatchObject({ held: true, dns: [expect.anything(), expect.anything()] });

    const { engine, stateMachineArn, releaseArn } = lab.muster;
    const [{ executionArn } = {}] = engine.listExecutions({ stateMachineArn }).executions ?? [];
    const failed = JSON.parse(engine.describeExecution({ executionArn }).input!) as Record<string, object>;
    const { group, instanceId, lifecycle } = failed;
    const input = { group, instanceId, reason: 'abandoned', lifecycle: { ...lifecycle, result: 'ABANDON' } };
    lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { result: 'SUCCESS' } });
    engine.startExecution({ stateMachineArn: releaseArn, input: JSON.stringify(input) });
    await lab.clock.advance(600_000);
    await settle(lab);

    expect(await lab.ledger.member('web', id!)).toBeUndefined();
    const [heir] = await lab.ledger.members('web');
    expect(heir).toMatchObject({ name: 'web-01', phase: 'in-service' });
    expect(heir?.instanceId).not.toBe(id);
    const history = await lab.ledger.history('web', { index: 1 });
    expect(history.map(({ event, reason }) => (event === 'freed' ? reason : event))).toEqual([
      'claimed',
      'abandoned',
      'claimed',
    ]);
  }));

test('an instance that never got a number does not block its group', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { launchHook: null });
    const { id } = lab.region.autoScaling.world.launchInstance('web');
    await lab.clock.advance(20_000);
    await scaleIn(lab);
    expect(stateOf(lab, id)).toBeUndefined();
    expect(releases(lab).map(({ status }) => status)).toEqual(['SUCCEEDED']);
  }));

test("another hook's termination is left alone, and a launch is no termination", () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const detail = (transition: string, hook: string) => ({
      AutoScalingGroupName: 'web',
      EC2InstanceId: 'i-0a',
      LifecycleActionToken: 't',
      LifecycleHookName: hook,
      LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
    });
    const event = (...parts: [string, string]) => ({
      'detail-type': 'EC2 Instance-terminate Lifecycle Action',
      detail: detail(...parts),
    });
    expect(await lab.muster.startRelease(event('TERMINATING', 'backup'))).toMatchObject([{ name: 'NotOurs' }]);
    expect(await lab.muster.startRelease(event('LAUNCHING', 'muster-launch'))).toMatchObject([
      { name: 'NotATermination' },
    ]);
    expect(await lab.muster.startScaleOut(event('TERMINATING', 'muster-terminate'))).toMatchObject([
      { name: 'NotALaunch' },
    ]);
    expect(releases(lab)).toEqual([]);
  }));

test('each step run twice in a row leaves nothing behind either', async () => {
  const twice = await oneComesAndGoes({
    interceptStep: (_, run) => async (payload) => {
      await run(payload);
      return run(payload);
    },
  });
  expect(twice).toEqual({ traces: nothing, statuses: ['SUCCEEDED'] });
});

test.each([
  ['after its effect and before its answer', true],
  ['before its effect', false],
])(
  'a release killed at any of its calls, %s, leaves nothing behind',
  async (_, effect) => {
    let total = 1;
    for (let fatal = 0; fatal < total; fatal += 1) {
      let count = -1;
      const interceptPorts = interceptAllPorts(async (_call, proceed) => {
        if (count < 0) return proceed();
        count += 1;
        if (count - 1 !== fatal) return proceed();
        if (effect) await proceed();
        throw connectionLost();
      });
      const end = await oneComesAndGoes({ interceptPorts }, () => (count = 0));
      total = Math.max(total, Math.min(count, 25));
      expect({ fatal, ...end }).toEqual({ fatal, traces: nothing, statuses: ['SUCCEEDED'] });
    }
    expect(total).toBeGreaterThan(10);
  },
  120_000,
);
