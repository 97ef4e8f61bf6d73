import { numberingState } from '../../../functions/fleet/domain/redrive-or-new-attempt';
import type { Lab, LabGroup } from '../../../infra/lab/systems/fleet/lab';
import { interceptAllPorts } from '../../support/intercept-ports';
import { minutes } from '../../support/failures';
import { executions, launch, settle, withLab } from '../../support/run-lab';

// Numbers are dense among those who have or seek one, even if the group's capacity counts others.

const upTo = (count: number, start = 1) => Array.from({ length: count }, (_, at) => at + start);
const inMemory = { reachedOver: 'memory' } as const;

/** Each launch's first claim meets another one, as when all of them claim in the same moment. */
function contended(): ReturnType<typeof interceptAllPorts> {
  let claims = 0;
  return interceptAllPorts((call, proceed) => {
    if (call !== 'ledger.claim') return proceed();
    claims += 1;
    return claims % 2 === 1 ? Promise.resolve('contended') : proceed();
  });
}

/** Instances that were there before Muster, and that it leaves alone. */
async function addGroupWithStrangers(lab: Lab, count: number): Promise<void> {
  lab.addGroup('web', { launchHook: null });
  const { world } = lab.region.autoScaling;
  world.setDesiredCapacity('web', count);
  await minutes(lab, 5);
  world.putHook('web', 'autoscaling:EC2_INSTANCE_LAUNCHING', { name: 'muster-launch', heartbeatTimeout: 3600 });
}

test.each<[string, number, LabGroup]>([
  ['30 launches of 8 units each', 240, { instanceTypes: [{ instanceType: 'm7g.2xlarge', weightedCapacity: 8 }] }],
  [
    '40 launches of 3 units and of 1',
    80,
    {
      instanceTypes: [
        { instanceType: 'm7g.xlarge', weightedCapacity: 3 },
        { instanceType: 'm7g.large', weightedCapacity: 1 },
      ],
    },
  ],
])('%s', (_, units, group) =>
  withLab(inMemory, async (lab) => {
    lab.addGroup('web', group);
    const ids = await launch(lab, units);
    expect(ids.length).toBeLessThan(units);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(ids.length));
  }),
);

test.each([
  [2, 18],
  [1, 200],
  [30, 30],
])('%d launches beside %d instances that Muster leaves alone', (count, strangers) =>
  withLab({ ...inMemory, interceptPorts: contended() }, async (lab) => {
    await addGroupWithStrangers(lab, strangers);
    await launch(lab, count);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(count));
  }),
);

/** Lets time pass until the first of new launches is held by its hook. */
async function untilFirstIsHeld(lab: Lab): Promise<void> {
  const states = () => [...lab.region.autoScaling.world.group('web').instances.values()].map(({ state }) => state);
  for (let tried = 0; tried < 600 && !states().includes('Pending:Wait'); tried += 1) await lab.clock.advance(100);
  expect(states()).toContain('Pending:Wait');
}

// They are on their way into service like a launch, and no hook is for them.
test.each([
  [2, 30],
  [1, 60],
  [30, 30],
])('%d launches while %d instances that Muster leaves alone come back from Standby', (count, strangers) =>
  withLab({ ...inMemory, interceptPorts: contended() }, async (lab) => {
    await addGroupWithStrangers(lab, strangers);
    const { world } = lab.region.autoScaling;
    const ids = [...world.group('web').instances.keys()];
    world.standby.enterStandby(world.group('web'), ids, true);
    await minutes(lab, 10);
    world.setDesiredCapacity('web', count);
    await untilFirstIsHeld(lab);
    world.standby.exitStandby(world.group('web'), ids);
    await settle(lab);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(count));
  }),
);

test('two launches while instances of others are attached', () =>
  withLab({ ...inMemory, interceptPorts: contended() }, async (lab) => {
    lab.addGroup('web');
    const subnetId = lab.region.ec2.world.subnets[0]?.id ?? '';
    const ids = upTo(30).map(() => lab.region.ec2.world.launch({ subnetId }).id);
    const { world } = lab.region.autoScaling;
    await minutes(lab, 2);
    world.setDesiredCapacity('web', 2);
    await untilFirstIsHeld(lab);
    world.standby.attach(world.group('web'), ids);
    await settle(lab);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(2));
  }));

test('a crowd beside a crowd that has its numbers, and is still on its way', () =>
  withLab(inMemory, async (lab) => {
    lab.addGroup('web', { settings: { names: { start: 0 } } });
    lab.jenkins?.updateJob(lab.jobs.provision, { behaviour: { durationMs: 1200_000 } });
    const { world } = lab.region.autoScaling;
    world.setDesiredCapacity('web', 30);
    await minutes(lab, 4);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(30, 0));
    world.setDesiredCapacity('web', 60);
    await minutes(lab, 4);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(60, 0));
    await settle(lab);
  }));

test('the lowest numbers are given again first, also to a crowd', () =>
  withLab(inMemory, async (lab) => {
    lab.addGroup('web');
    await launch(lab, 40);
    const { world } = lab.region.autoScaling;
    for (const { instanceId, index } of await lab.ledger.members('web')) {
      if (index <= 28) world.terminateInstance(instanceId, { decrement: true });
    }
    await minutes(lab, 20);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(12, 29));
    await launch(lab, 28);
    expect(await lab.ledger.heldIndexes('web')).toEqual(upTo(40));
  }));

test('when every number is held, the launch says so, and continues once one is free', () =>
  withLab({ ...inMemory, reconciler: false }, async (lab) => {
    lab.addGroup('web');
    const at = lab.clock.now().toISOString();
    const holder = (index: number) => ({ group: 'web', index, instanceId: `i-0${String(index).padStart(7, '0')}` });
    for (const index of upTo(9999)) {
      await lab.ledger.claim({ ...holder(index), name: `web-${index}`, execution: 'none', at });
    }
    const [id] = await launch(lab);
    expect(executions(lab)).toMatchObject([{ status: 'FAILED', error: 'NumbersExhausted' }]);
    await lab.ledger.free(holder(9999), 'a test', at);
    expect(await lab.ledger.findHold('web', id!)).toMatchObject({ state: numberingState });
    // It never had a number: it continues where it stands.
    const retried = await lab.muster.operations.retry({ group: 'web', instance: id! });
    expect(retried).toMatchObject({ action: 'redriven' });
    await settle(lab);
    expect(await lab.ledger.member('web', id!)).toMatchObject({ name: 'web-9999', phase: 'in-service' });
  }));
