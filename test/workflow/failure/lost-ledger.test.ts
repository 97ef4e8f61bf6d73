import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { adopt, planAdoption } from '../../../functions/fleet/operations/adopt';
import { show } from '../../../functions/fleet/operations/show';
import { worldOfLab } from '../../../infra/console/world-lab';
import { buildsEndAs, minutes, told } from '../../support/failures';
import { executions, launch, settle, stateOf, withLab } from '../../support/run-lab';

// The table is restored to an earlier time, or a new, empty one takes its place. The instances know nothing of that.

/** The live instances' Name tags. */
async function names(lab: Lab): Promise<string[]> {
  const { Reservations = [] } = await lab.region.ec2.api.describeInstances({
    Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
  });
  const tags = Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(({ Tags = [] }) => Tags);
  return tags.flatMap(({ Key, Value = '' }) => (Key === 'Name' ? [Value] : [])).sort();
}

describe.each([
  ['with DNS', {}],
  ['without DNS', { settings: { dns: undefined } }],
])('a group %s', (_, options) => {
  test('grows beside instances that an empty ledger does not know', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', options);
      await launch(lab, 2);
      lab.ledger.restore();
      const [id] = await launch(lab);
      expect(stateOf(lab, id!)).toBe('InService');
      expect(await lab.ledger.member('web', id!)).toMatchObject({ name: 'web-03' });
      expect(await names(lab)).toEqual(['web-01', 'web-02', 'web-03']);
      expect(told(lab)).toEqual([]);
    }));

  test('in a crowd grows beside those that came after the time it was restored to', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { ...options, maxSize: 40 });
      await launch(lab, 1);
      const backup = lab.ledger.backup();
      await launch(lab, 4);
      lab.ledger.restore(backup);
      await launch(lab, 12);
      await minutes(lab, 2);
      await settle(lab);
      expect(await names(lab)).toEqual(
        Array.from({ length: 17 }, (_each, at) => `web-${String(at + 1).padStart(2, '0')}`),
      );
    }));

  // RUNBOOK.md, "Ledger lost or restored", step 3.
  test('is whole again when those that the ledger does not know are replaced one after the other', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { ...options, deregistrationDelaySeconds: 30 });
      const unknown = await launch(lab, 2);
      lab.ledger.restore();
      await launch(lab);
      for (const id of unknown) {
        lab.region.autoScaling.world.terminateInstance(id, { decrement: false });
        await minutes(lab, 10);
        await settle(lab);
        expect(stateOf(lab, id)).toBeUndefined();
      }
      const members = await lab.ledger.members('web');
      expect(members.map(({ phase }) => phase)).toEqual(['in-service', 'in-service', 'in-service']);
      expect(await names(lab)).toEqual(members.map(({ name }) => name));
      expect(told(lab)).toEqual([]);
    }));
});

// The restored ledger has the deploy build of the first launch as running: it has ended long ago, on the old volume.
test('a new root volume that a restored ledger does not know of is launched and built once more', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { maxSize: 1 });
    let backup: ReturnType<typeof lab.ledger.backup> | undefined;
    const stop = lab.jenkins?.on('build-started', ({ job }) => {
      if (job === lab.jobs.deploy) void lab.clock.after(5_000, () => (backup ??= lab.ledger.backup()));
    });
    const [id] = await launch(lab);
    expect(backup).toBeDefined();
    stop?.();
    lab.region.autoScaling.world.replaceRootVolume(id!);
    expect(await lab.clock.runUntil(() => stateOf(lab, id!) === 'Pending:Wait', 600_000)).toBe(true);
    await minutes(lab, 1);
    const again = executions(lab).at(-1)!;
    lab.muster.engine.stopExecution({ executionArn: again.executionArn! });
    await settle(lab);
    let built = 0;
    lab.jenkins?.on('build-started', ({ job }) => (built += job === lab.jobs.deploy ? 1 : 0));
    lab.ledger.restore(backup);
    await minutes(lab, 20);
    expect({ state: stateOf(lab, id!), built }).toEqual({ state: 'InService', built: 1 });
    expect(await lab.ledger.member('web', id!)).toMatchObject({ name: 'web-01', phase: 'in-service' });
  }));

test('a launch that is under way when the ledger is lost begins again when an operator retries it', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    await minutes(lab, 1);
    lab.ledger.restore();
    await settle(lab);
    const [failed] = executions(lab);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'InstanceGone' });
    const [{ subject, text } = { subject: '', text: '' }] = told(lab);
    expect(subject).toContain('InstanceGone');
    expect(text).toContain('It cannot be redriven (the instance holds nothing for it any more)');
    const [id = ''] = [...lab.region.autoScaling.world.group('web').instances.keys()];
    expect(await lab.muster.operations.retry({ group: 'web', instance: id })).toMatchObject({ action: 'started' });
    await settle(lab);
    expect(stateOf(lab, id)).toBe('InService');
    expect(await names(lab)).toEqual(['web-01']);
  }));

test('a hold that a restored ledger has again, of one that came into the pool since, is taken away when it is retried', () =>
  withLab({}, async (lab) => {
    const provision = { job: lab.jobs.provision, parameters: { INSTANCE: '{instanceId}' } };
    const warmPool = { minSize: 1, maxGroupPreparedCapacity: 1 };
    lab.addGroup('web', { warmPool, settings: { provision } });
    await lab.clock.advance(30_000);
    lab.ledger.restore();
    await minutes(lab, 5);
    const [id = ''] = [...lab.region.autoScaling.world.group('web').instances.keys()];
    expect(await lab.ledger.findHold('web', id)).toMatchObject({ error: 'InstanceGone' });
    const held = lab.ledger.backup();
    expect(await lab.muster.operations.retry({ group: 'web', instance: id })).toMatchObject({ action: 'started' });
    await settle(lab);
    await minutes(lab, 2);
    expect(stateOf(lab, id)).toBe('Warmed:Stopped');
    expect(await lab.ledger.findHold('web', id)).toBeUndefined();
    lab.ledger.restore(held);
    await minutes(lab, 3);
    expect(await lab.ledger.findHold('web', id)).toBeDefined();
    expect(await lab.muster.operations.retry({ group: 'web', instance: id })).toEqual({
      action: 'none',
      name: id,
      execution: expect.stringContaining('WarmPool') as string,
      reason: `${id} is no longer on hold: it was retried, and that succeeded`,
    });
    const mails = told(lab).length;
    await minutes(lab, 3);
    expect(told(lab)).toHaveLength(mails);
    expect(await lab.ledger.findHold('web', id)).toBeUndefined();
  }));

test('a launch that was on hold when the ledger was lost is retried under the number that it bears', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'SUCCESS', 'FAILURE');
    const [, id = ''] = await launch(lab, 2);
    const [name = ''] = (await lab.ledger.members('web')).flatMap((one) => (one.instanceId === id ? one.name : []));
    expect(stateOf(lab, id)).toBe('Pending:Wait');
    lab.ledger.restore();
    await minutes(lab, 3);
    const world = { ...worldOfLab(lab), pause: (millis: number) => lab.clock.advance(millis) };
    const { plan } = await planAdoption(world, 'web');
    expect(plan.passing).toEqual([
      { instanceId: id, why: expect.stringContaining(`muster retry ${id} continues it`) as string },
    ]);
    // Those in service become members again beside it, and its number stays free for it.
    expect((await adopt(world, 'web')).adopted).toHaveLength(1);
    const { next } = await show(world, { group: 'web', instance: id });
    expect(next.what).toContain('the ledger has lost its number');
    expect(next.commands[0]).toBe(`muster retry ${id}`);
    const retried = await lab.muster.operations.retry({ group: 'web', instance: id });
    expect(retried).toMatchObject({ action: 'started', reason: expect.stringContaining('lost its number') as string });
    // Another operator, at the same moment.
    expect(await lab.muster.operations.retry({ group: 'web', instance: id })).toMatchObject({ action: 'none' });
    await settle(lab);
    expect(stateOf(lab, id)).toBe('InService');
    expect(await lab.ledger.member('web', id)).toMatchObject({ name, phase: 'in-service' });
    expect(await names(lab)).toEqual(['web-01', 'web-02']);
  }));

test('an instance that is launched once more after the ledger was emptied keeps the number that it bears', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { dns: undefined }, deregistrationDelaySeconds: 30 });
    await launch(lab, 3);
    const [, second, third] = await lab.ledger.members('web');
    lab.region.autoScaling.world.terminateInstance(second!.instanceId, { decrement: true });
    await minutes(lab, 8);
    lab.ledger.restore();
    lab.region.autoScaling.world.replaceRootVolume(third!.instanceId);
    await minutes(lab, 8);
    await settle(lab);
    expect(await lab.ledger.member('web', third!.instanceId)).toMatchObject({ name: 'web-03' });
    expect(await names(lab)).toEqual(['web-01', 'web-03']);
  }));
