import type { Lab, LabGroup } from '../../../infra/lab/systems/fleet/lab';
import { buildsEndAs, minutes, nothing, told, traces } from '../../support/failures';
import { executions, launch, settle, stateOf, withLab } from '../../support/run-lab';

const launchEvents = 'EC2 Instance-launch Lifecycle Action';
const terminateEvents = 'EC2 Instance-terminate Lifecycle Action';
const statusEvents = 'Step Functions Execution Status Change';

function lose(lab: Lab, ...kinds: string[]): void {
  lab.region.bus.setDelivery({ byDetailType: Object.fromEntries(kinds.map((kind) => [kind, { loss: 1 }])) });
}

/** When each instance came into service, in lab time (ms). */
async function timesToService(count: number, before: (lab: Lab) => void): Promise<number[]> {
  return withLab({}, async (lab) => {
    lab.addGroup('web');
    before(lab);
    const { world } = lab.region.autoScaling;
    const began = lab.clock.millis();
    world.setDesiredCapacity('web', count);
    await minutes(lab, 12);
    await settle(lab);
    const instances = [...world.group('web').instances.values()];
    expect(instances.map(({ state }) => state)).toEqual(Array.from({ length: count }, () => 'InService'));
    return instances.map(({ arrival }) => (arrival?.endedAt?.getTime() ?? Infinity) - began);
  });
}

test('all launch events lost: every instance is in service within one reconciler interval more', async () => {
  const heard = Math.max(...(await timesToService(6, () => undefined)));
  const lost = Math.max(...(await timesToService(6, (lab) => lose(lab, launchEvents))));
  expect(lost).toBeGreaterThan(heard);
  // DNS and builds do not take equally long in both runs: some seconds are theirs.
  expect(lost - heard).toBeLessThan(60_000 + 40_000);
});

test('whose launch event was lost is launched by the next run of the reconciler', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lose(lab, launchEvents);
    await launch(lab, 6);
    await minutes(lab, 5);
    const began = lab.region.bus.published.filter((event) => event['detail-type'] === launchEvents);
    expect(began).toHaveLength(6);
    for (const { time, detail } of began) {
      const its = executions(lab).filter(({ name = '' }) => name.includes(String(detail.EC2InstanceId)));
      expect(its).toHaveLength(1);
      // Events tell whole seconds.
      expect(its[0]!.startDate!.getTime() - Date.parse(time)).toBeLessThanOrEqual(61_000);
    }
  }));

test('late launch events, when the reconciler was quicker, start nothing a second time', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lab.region.bus.setDelivery({ byDetailType: { [launchEvents]: { delayMs: [400_000, 400_000] } } });
    const ids = await launch(lab, 3);
    await minutes(lab, 15);
    await settle(lab);
    expect(ids.map((id) => stateOf(lab, id))).toEqual(['InService', 'InService', 'InService']);
    expect(executions(lab)).toHaveLength(3);
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(3);
  }));

test('all status events lost: the hold is still written, and reported once', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lose(lab, statusEvents);
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    expect(told(lab)).toEqual([]);
    await minutes(lab, 2);
    expect(await lab.ledger.findHold('web', id!)).toMatchObject({ error: 'BuildFailed', report: { state: 'sent' } });
    await minutes(lab, 20);
    expect(told(lab)).toHaveLength(1);
  }));

test('all termination events lost: what left is released all the same', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab, 2);
    lose(lab, terminateEvents);
    lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
    await minutes(lab, 15);
    await settle(lab);
    expect(await traces(lab, id!)).toEqual(nothing);
    expect(await lab.ledger.members('web')).toHaveLength(1);
  }));

describe('the reconciler is down', () => {
  const group: LabGroup = { heartbeatSeconds: 1800, settings: { holdMinutes: 600 } };

  test('for 20 minutes: no launch is lost', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', group);
      buildsEndAs(lab, 'deploy', 'FAILURE');
      const [held] = await launch(lab);
      await minutes(lab, 60);
      lab.jenkins?.updateJob(lab.jobs.provision, { behaviour: { durationMs: 1500_000 } });
      lab.muster.reconciler.disable();
      const { world } = lab.region.autoScaling;
      world.setDesiredCapacity('web', 3);
      await minutes(lab, 20);
      lab.muster.reconciler.enable();
      await minutes(lab, 15);
      await lab.muster.operations.retry({ group: 'web', instance: held! });
      await settle(lab);
      await minutes(lab, 2);
      const states = [...world.group('web').instances.values()].map(({ state }) => state);
      expect(states).toEqual(['InService', 'InService', 'InService']);
      expect(executions(lab)).toHaveLength(3);
    }));

  test('for longer than the heartbeat timeout: AWS abandons, and all they held is cleaned up when it is back', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', group);
      buildsEndAs(lab, 'deploy', 'FAILURE', 'FAILURE');
      const ids = await launch(lab, 2);
      lab.muster.reconciler.disable();
      lose(lab, terminateEvents);
      await minutes(lab, 60);
      expect(ids.map((id) => stateOf(lab, id))).toEqual([undefined, undefined]);
      expect((await traces(lab, ids[0]!)).records).toBeGreaterThan(0);
      lab.muster.reconciler.enable();
      await minutes(lab, 10);
      await settle(lab);
      for (const id of ids) expect(await traces(lab, id)).toEqual(nothing);
      const names = (await lab.ledger.members('web')).map(({ phase }) => phase);
      expect(names).toEqual(['in-service', 'in-service']);
    }));
});

test('a spot interruption in the middle of Provision: execution stopped, everything released, no hold', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lab.jenkins?.updateJob(lab.jobs.provision, { behaviour: { durationMs: 600_000 } });
    const { world } = lab.region.autoScaling;
    world.setDesiredCapacity('web', 1);
    await minutes(lab, 3);
    const [id] = [...world.group('web').instances.keys()];
    expect((await lab.ledger.member('web', id!))?.builds.provision).toBeDefined();
    world.interruptSpot(id!);
    world.setDesiredCapacity('web', 0);
    await minutes(lab, 20);
    await settle(lab);
    expect(executions(lab)[0]).toMatchObject({ status: 'ABORTED' });
    expect(await traces(lab, id!)).toEqual(nothing);
    expect(told(lab)).toEqual([]);
  }));

test('Jenkins is down for ten minutes: nothing is abandoned, and the launches continue when it is back', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const { world } = lab.region.autoScaling;
    world.setDesiredCapacity('web', 4);
    await lab.clock.advance(80_000);
    lab.jenkins?.outage({ kind: 'refused', forMs: 600_000 });
    const ids = [...world.group('web').instances.keys()];
    await settle(lab);
    await minutes(lab, 1);
    expect([...world.group('web').instances.keys()]).toEqual(ids);
    expect(ids.map((id) => stateOf(lab, id))).toEqual(ids.map(() => 'InService'));
    expect(told(lab)).toEqual([]);
    expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(4);
  }));

test('a hold whose launch was redriven in the console ends by itself', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    lab.muster.engine.redriveExecution({ executionArn: executions(lab)[0]!.executionArn! });
    await settle(lab);
    await minutes(lab, 90);
    expect(stateOf(lab, id!)).toBe('InService');
    expect(await lab.ledger.findHold('web', id!)).toBeUndefined();
  }));

test('instances that were there before Muster, and those of other groups, are left alone', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { launchHook: null });
    lab.region.autoScaling.world.setDesiredCapacity('web', 2);
    await minutes(lab, 30);
    expect(executions(lab)).toEqual([]);
    expect(await lab.ledger.members('web')).toEqual([]);
    expect(lab.muster.reconciler.failures).toEqual([]);
  }));

test('settings that cannot be read are an error of the run, and heartbeats continue', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { heartbeatSeconds: 600 });
    lab.addGroup('api');
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    const good = await lab.settings.read('web');
    lab.settings.put('web', { group: 'web', names: 7 });
    lose(lab, launchEvents);
    lab.region.autoScaling.world.setDesiredCapacity('api', 1);
    await minutes(lab, 45);
    expect(stateOf(lab, id!)).toBe('Pending:Wait');
    expect(lab.muster.reconciler.failures.length).toBeGreaterThan(40);
    expect(String(lab.muster.reconciler.failures[0]?.error)).toMatch(/web.*SettingsInvalid/s);
    expect(await lab.ledger.members('api')).toMatchObject([{ phase: 'in-service' }]);
    lab.settings.put('web', good);
  }));
