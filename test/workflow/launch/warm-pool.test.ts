import type { Lab, LabGroup, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { buildsEndAs, minutes, nothing, told, traces } from '../../support/failures';
import { settle, stateOf, withLab } from '../../support/run-lab';

const launchEvents = 'EC2 Instance-launch Lifecycle Action';
const terminateEvents = 'EC2 Instance-terminate Lifecycle Action';

/** What is known of an instance in the pool is its id and its address: its number and name come when it leaves. */
function pooled(lab: Lab, options: LabGroup = {}): void {
  const provision = { job: lab.jobs.provision, parameters: { INSTANCE: '{instanceId}', ADDRESS: '{address}' } };
  lab.addGroup('web', {
    warmPool: { minSize: 1, maxGroupPreparedCapacity: 1, reuseOnScaleIn: true },
    deregistrationDelaySeconds: 10,
    ...options,
    settings: { provision, ...options.settings },
  });
}

async function firstInPool(lab: Lab): Promise<string> {
  await minutes(lab, 10);
  await settle(lab);
  const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
  expect(stateOf(lab, id!)).toBe('Warmed:Stopped');
  return id!;
}

const withEvents: [string, (lab: Lab) => void][] = [
  ['with all events', () => undefined],
  [
    'with all events lost',
    (lab) =>
      lab.region.bus.setDelivery({ byDetailType: { [launchEvents]: { loss: 1 }, [terminateEvents]: { loss: 1 } } }),
  ],
];

describe.each(withEvents)('%s', (_, prepare) => {
  const inPool = (use: (lab: Lab, id: string) => Promise<void>, options: Omit<LabOptions, 'clock' | 'seed'> = {}) =>
    withLab(options, async (lab) => {
      prepare(lab);
      pooled(lab);
      await use(lab, await firstInPool(lab));
    });

  test('an instance that enters the pool is provisioned, and gets no number, name, deploy or target', () =>
    inPool(async (lab, id) => {
      expect(await lab.ledger.members('web')).toEqual([]);
      expect(await lab.ledger.findReserve('web', id)).toMatchObject({
        phase: 'warmed',
        builds: { provision: { outcome: { succeeded: true } } },
      });
      expect(await traces(lab, id)).toMatchObject({ dns: [], targets: 0 });
      expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(1);
      expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(0);
    }));

  test('leaving the pool it gets the rest, and is not provisioned again', () =>
    inPool(async (lab, id) => {
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      await minutes(lab, 10);
      await settle(lab);
      expect(stateOf(lab, id)).toBe('InService');
      expect(await lab.ledger.member('web', id)).toMatchObject({ name: 'web-01', phase: 'in-service' });
      expect(await lab.ledger.findReserve('web', id)).toBeUndefined();
      expect(lab.region.route53.world.resolve('web-01.internal.example.com')).toHaveLength(1);
      const provisioned = lab.jenkins?.builds(lab.jobs.provision).map(({ parameters }) => parameters.INSTANCE);
      expect(provisioned?.filter((instance) => instance === id)).toHaveLength(1);
      expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(1);
    }));

  test('back in the pool it gives its number back; out of it again, it is still not provisioned again', () =>
    inPool(async (lab, id) => {
      const { world } = lab.region.autoScaling;
      world.setDesiredCapacity('web', 1);
      await minutes(lab, 15);
      world.setDesiredCapacity('web', 0);
      await minutes(lab, 15);
      await settle(lab);
      expect(stateOf(lab, id)).toMatch(/^Warmed:/);
      expect(await traces(lab, id)).toMatchObject({ records: 1, dns: [], targets: 0 });
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
      world.setDesiredCapacity('web', 1);
      await minutes(lab, 20);
      await settle(lab);
      const [member] = await lab.ledger.members('web');
      expect(member).toMatchObject({ name: 'web-01', phase: 'in-service' });
      const builds = lab.jenkins?.builds(lab.jobs.provision).map(({ parameters }) => parameters.INSTANCE) ?? [];
      expect(new Set(builds).size).toBe(builds.length);
    }));
});

test('a provision that fails in the pool is held, reported and retried there', () =>
  withLab({}, async (lab) => {
    pooled(lab);
    buildsEndAs(lab, 'provision', 'FAILURE');
    await minutes(lab, 6);
    const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
    expect(stateOf(lab, id!)).toBe('Warmed:Pending:Wait');
    expect(told(lab).map(({ subject }) => subject)).toEqual([`${id!} is on hold: Provision failed (BuildFailed)`]);
    expect(await lab.muster.operations.retry({ group: 'web', instance: id! })).toMatchObject({ action: 'redriven' });
    expect(await firstInPool(lab)).toBe(id);
    expect(await lab.ledger.findHold('web', id!)).toBeUndefined();
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(2);
  }));

test('or, without an operator, abandoned without a trace', () =>
  withLab({}, async (lab) => {
    pooled(lab, { settings: { provision: { job: lab.jobs.provision, parameters: {} }, holdMinutes: 5 } });
    buildsEndAs(lab, 'provision', 'FAILURE');
    await minutes(lab, 4);
    const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
    await minutes(lab, 20);
    expect(await traces(lab, id!)).toEqual(nothing);
  }));

test('a job that asks for a name in the pool is refused, and the message says what to change', () =>
  withLab({}, async (lab) => {
    pooled(lab, { settings: { provision: { job: lab.jobs.provision, parameters: { NAME: '{name}' } } } });
    await minutes(lab, 6);
    expect(told(lab)[0]?.text).toMatch(/provision\.parameters\.NAME: got '\{name\}'.*has no \{name\}/);
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(0);
  }));

test('a job in the pool asks for an address that a restored ledger has lost: only a new attempt records it again', () =>
  withLab({}, async (lab) => {
    pooled(lab, { settings: { provision: { job: lab.jobs.provision, parameters: { ADDRESS: '{address}' } } } });
    buildsEndAs(lab, 'provision', 'FAILURE');
    await minutes(lab, 6);
    const [instance = ''] = lab.region.autoScaling.world.group('web').instances.keys();
    const { addresses, ...reserve } = (await lab.ledger.findReserve('web', instance))!;
    await lab.ledger.saveReserve({ ...reserve, revision: reserve.revision + 1 });
    const retry = () => lab.muster.operations.retry({ group: 'web', instance });
    expect(await retry()).toMatchObject({ action: 'redriven' });
    await minutes(lab, 2);
    expect(told(lab).at(-1)?.subject).toContain('Provision failed (RecordIncomplete)');
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(1);
    expect(await retry()).toMatchObject({ action: 'started' });
    expect(await firstInPool(lab)).toBe(instance);
    const given = lab.jenkins?.builds(lab.jobs.provision).map(({ parameters }) => parameters.ADDRESS);
    expect(given).toEqual([addresses?.[0], addresses?.[0]]);
  }));

test('an instance that is ended in the pool leaves no trace', () =>
  withLab({}, async (lab) => {
    pooled(lab);
    const id = await firstInPool(lab);
    lab.region.autoScaling.world.deleteWarmPool('web');
    await minutes(lab, 15);
    await settle(lab);
    expect(await traces(lab, id)).toEqual(nothing);
  }));

test('a whole stay in the pool that Muster has not seen: out of it again, it is launched all the same', () =>
  withLab({}, async (lab) => {
    pooled(lab);
    const { world } = lab.region.autoScaling;
    const id = await firstInPool(lab);
    world.setDesiredCapacity('web', 1);
    await minutes(lab, 10);
    await settle(lab);
    const before = await lab.ledger.member('web', id);
    expect(before?.phase).toBe('in-service');

    lab.region.bus.setDelivery({ byDetailType: { [launchEvents]: { loss: 1 }, [terminateEvents]: { loss: 1 } } });
    lab.muster.reconciler.disable();
    world.setDesiredCapacity('web', 0);
    await lab.clock.runUntil(() => stateOf(lab, id) === 'Warmed:Stopped', 4 * 3_600_000);
    world.setDesiredCapacity('web', 1);
    await lab.clock.runUntil(() => stateOf(lab, id) === 'Pending:Wait', 600_000);
    expect((await lab.ledger.member('web', id))?.phase).toBe('in-service');

    lab.muster.reconciler.enable();
    await minutes(lab, 15);
    await settle(lab);
    expect(stateOf(lab, id)).toBe('InService');
    const after = await lab.ledger.member('web', id);
    expect(after).toMatchObject({ phase: 'in-service', index: before?.index });
    expect(after?.execution).not.toBe(before?.execution);
    // Its earlier stays there do not count: its jobs have run for this stay.
    expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(2);
  }));
