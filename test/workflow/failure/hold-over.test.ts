import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { connectionLost } from '../../../infra/lab/region/calls/faults';
import { interceptAllPorts } from '../../support/intercept-ports';
import { allBuilds, buildsEndAs, minutes, nothing, told, traces } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

/** A deploy that never succeeds, held for ten minutes; then its replacement, which does. */
async function heldTooLong(options: Omit<LabOptions, 'clock' | 'seed'> = {}, atFailure?: (lab: Lab) => void) {
  return withLab(options, async (lab) => {
    lab.addGroup('web', { settings: { holdMinutes: 10 } });
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    expect(stateOf(lab, id!)).toBe('Pending:Wait');
    atFailure?.(lab);
    await minutes(lab, 15);
    await settle(lab);
    // What a killed release leaves is tried again after ten minutes.
    await minutes(lab, 30);
    await settle(lab);
    const [heir] = await lab.ledger.members('web');
    return { left: await traces(lab, id!), heir: heir && { name: heir.name, phase: heir.phase } };
  });
}

const well = { left: nothing, heir: { name: 'web-01', phase: 'in-service' } };

test('when a hold is over: target deregistered, DNS gone, lifecycle ABANDON, index free, in that order', async () => {
  const order: string[] = [];
  const watched = interceptAllPorts((call, proceed) => {
    const steps = /deregisterTargets|changeResourceRecordSets|completeLifecycleAction|ledger\.free/;
    if (steps.test(call)) order.push(call);
    return proceed();
  });
  expect(await heldTooLong({ interceptPorts: watched }, () => order.splice(0))).toEqual(well);
  expect(order.slice(0, 3)).toEqual([
    // Its target had not been registered when the deploy failed.
    'route53.changeResourceRecordSets',
    'autoScaling.completeLifecycleAction',
    'ledger.free',
  ]);
});

test('a target that never becomes healthy is deregistered first', () =>
  withLab({}, async (lab) => {
    const targetGroup = lab.addGroup('web', { settings: { holdMinutes: 10, healthTimeoutMinutes: 2 } });
    lab.jenkins?.on('build-finished', ({ parameters }) => {
      lab.region.ec2.world.setAppState(parameters.INSTANCE ?? '', { status: 500 });
    });
    const [id] = await launch(lab);
    const { targets } = lab.region.elasticLoadBalancing.world.targetGroup(targetGroup);
    expect([...targets.keys()]).toHaveLength(1);
    const states: (string | undefined)[] = [];
    lab.muster.engine.on('history', ({ event }) => {
      if (event.type === 'TaskStateExited') states.push(event.stateExitedEventDetails?.name);
    });
    expect(told(lab)[0]?.subject).toBe('web-01 is on hold: Await healthy failed (TargetUnhealthy)');
    await minutes(lab, 20);
    expect(states.slice(0, 6)).toEqual([
      'Deregister targets',
      'End builds',
      'Await drained',
      'Remove DNS',
      'Complete release',
      'Free index',
    ]);
    expect(await traces(lab, id!)).toEqual(nothing);
  }));

test.each([
  ['after its effect and before its answer', true],
  ['before its effect', false],
])(
  'abandoning, killed at any of its calls, %s, and run again, ends the same',
  async (_, effect) => {
    let total = 1;
    for (let fatal = 0; fatal < total; fatal += 1) {
      let count = -1;
      const interceptPorts = interceptAllPorts(async (call, proceed) => {
        // The calls of the release and of what starts it; reads and polls of others do not count.
        if (count < 0 || /jenkins|getChange|describeTargetHealth|settings|listExecutions|describe/.test(call)) {
          return proceed();
        }
        count += 1;
        if (count - 1 !== fatal) return proceed();
        if (effect) await proceed();
        throw connectionLost();
      });
      const end = await heldTooLong({ interceptPorts }, () => (count = 0));
      total = Math.max(total, Math.min(count, 30));
      expect({ fatal, ...end }).toEqual({ fatal, ...well });
    }
    expect(total).toBeGreaterThan(10);
  },
  240_000,
);

test('an operator who does not want to wait abandons it, also while the breaker is open', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { breakerAfter: 1 } });
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    expect(await lab.muster.operations.abandon({ group: 'web', instance: 'web-01' })).toMatchObject({
      action: 'releasing',
    });
    await minutes(lab, 15);
    await settle(lab);
    expect(await traces(lab, id!)).toEqual(nothing);
    expect(await lab.ledger.members('web')).toMatchObject([{ name: 'web-01', phase: 'in-service' }]);
  }));

describe("the hook's global limit before the hold's end", () => {
  // 100 heartbeat timeouts of 120 s.
  const group = { heartbeatSeconds: 120, settings: { holdMinutes: 600 } };

  test('is in the message, and the launch is abandoned in good order before it is reached', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', group);
      buildsEndAs(lab, 'deploy', 'FAILURE');
      const [id] = await launch(lab);
      const { endsAt = '', hookEndsAt = '' } = (await lab.ledger.findHold('web', id!))!;
      expect(Date.parse(hookEndsAt) - Date.parse(endsAt)).toBe(120_000);
      expect(hookEndsAt).toMatch(/^2026-01-01T03:20/);
      expect(told(lab)[0]?.text).toContain(endsAt.slice(11, 16));
      expect(told(lab)[0]?.text).toMatch(/limit/);
      await minutes(lab, 190);
      expect(stateOf(lab, id!)).toBe('Pending:Wait');
      await minutes(lab, 30);
      await settle(lab);
      expect(await traces(lab, id!)).toEqual(nothing);
    }));

  test('leaves nothing behind when it strikes all the same: the breaker was open', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { ...group, settings: { ...group.settings, breakerAfter: 1 } });
      allBuilds(lab, 'deploy', 'FAILURE');
      const [id] = await launch(lab);
      await minutes(lab, 196);
      expect(stateOf(lab, id!)).toBe('Pending:Wait');
      await minutes(lab, 30);
      expect(await traces(lab, id!)).toEqual(nothing);
    }));
});
