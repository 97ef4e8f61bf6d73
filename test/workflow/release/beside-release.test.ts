import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { minutes } from '../../support/failures';
import { executions, lastState, settle, stateOf, withLab } from '../../support/run-lab';

// An instance goes back to the warm pool, an operator completes its hook by hand, and it is wanted again, all before the release
// of its earlier stay is through.

async function inService(lab: Lab, deregistrationDelaySeconds: number): Promise<string> {
  const provision = { job: lab.jobs.provision, parameters: { INSTANCE: '{instanceId}', ADDRESS: '{address}' } };
  const warmPool = { reuseOnScaleIn: true };
  lab.addGroup('web', { maxSize: 1, warmPool, deregistrationDelaySeconds, settings: { provision } });
  await minutes(lab, 8);
  lab.region.autoScaling.world.setDesiredCapacity('web', 1);
  await minutes(lab, 8);
  const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
  expect(stateOf(lab, id!)).toBe('InService');
  return id!;
}

async function reach(lab: Lab, id: string, state: string): Promise<void> {
  expect(await lab.clock.runUntil(() => stateOf(lab, id) === state, 2 * 3_600_000)).toBe(true);
}

async function intoPoolAndOut(lab: Lab, id: string): Promise<void> {
  const { world, api } = lab.region.autoScaling;
  world.setDesiredCapacity('web', 0);
  await reach(lab, id, 'Warmed:Pending:Wait');
  await lab.clock.advance(10_000);
  expect(releases(lab)).toEqual(['RUNNING']);
  await api.completeLifecycleAction({
    AutoScalingGroupName: 'web',
    LifecycleHookName: 'muster-terminate',
    InstanceId: id,
    LifecycleActionResult: 'CONTINUE',
  });
  await reach(lab, id, 'Warmed:Stopped');
  world.setDesiredCapacity('web', 1);
  await reach(lab, id, 'Pending:Wait');
}

function releases({ muster: { engine, releaseArn: stateMachineArn } }: Lab): (string | undefined)[] {
  return (engine.listExecutions({ stateMachineArn }).executions ?? []).map(({ status }) => status);
}

async function endsWell(lab: Lab, id: string): Promise<void> {
  await minutes(lab, 10);
  await settle(lab);
  await minutes(lab, 3);
  const last = executions(lab).at(-1)!;
  expect(last.status).toBe('SUCCEEDED');
  expect(stateOf(lab, id)).toBe('InService');
  expect(await lab.ledger.members('web')).toMatchObject([
    { instanceId: id, name: 'web-01', phase: 'in-service', execution: last.executionArn },
  ]);
}

/** Keeps a step of the releases waiting, under a name that it waits as, until it is let through. */
function gate(gated: string, waitsAs: string): { options: Pick<LabOptions, 'interceptStep'>; open: () => void } {
  let isOpen = false;
  const interceptStep: LabOptions['interceptStep'] = (step, run) => async (payload) => {
    if (step === gated && !isOpen) throw Object.assign(new Error('not yet'), { name: waitsAs });
    return run(payload);
  };
  return { options: { interceptStep }, open: () => (isOpen = true) };
}

test('a launch whose instance is not taken over yet continues, and the release leaves it alone', () => {
  const { options, open } = gate('DeregisterTargets', 'LaunchEnding');
  return withLab(options, async (lab) => {
    const id = await inService(lab, 30);
    await intoPoolAndOut(lab, id);
    await lab.clock.advance(20_000);
    const { name, executionArn } = executions(lab).at(-1)!;
    expect(name).toMatch(/WarmPool-AutoScalingGroup/);
    expect(await lab.ledger.member('web', id)).toMatchObject({ execution: executionArn });
    open();
    await endsWell(lab, id);
  });
});

test('a launch waits for the end of a release that drains for the better part of an hour', () => {
  const { options, open } = gate('CheckDrained', 'TargetDraining');
  return withLab(options, async (lab) => {
    const id = await inService(lab, 30);
    await intoPoolAndOut(lab, id);
    const earlier = (await lab.ledger.member('web', id))!;
    await minutes(lab, 50);
    const { status, executionArn } = executions(lab).at(-1)!;
    expect({ status, releases: releases(lab) }).toEqual({ status: 'RUNNING', releases: ['RUNNING'] });
    expect(lastState(lab, executionArn)).toBe('Claim index');
    expect(await lab.ledger.member('web', id)).toEqual(earlier);
    open();
    await endsWell(lab, id);
  });
});
