import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { withFaults } from '../../../infra/lab/region/calls/faults';
import { ServiceError } from '../../../infra/lab/region/base/service-error';
import { buildsEndAs, minutes, nothing, told, traces } from '../../support/failures';
import { executions, launch, settle, stateOf, withLab } from '../../support/run-lab';

// An instance can leave its group and run on. Its name leads to it, so its number stays its own.

const groups = (lab: Lab) => lab.region.autoScaling.world;
const ended = (lab: Lab, id: string) => lab.region.ec2.world.terminate(id);
const phaseOf = async (lab: Lab, id: string) => (await lab.ledger.member('web', id))?.phase;

/** Its name is its own, and leads to it. */
async function expectKept(lab: Lab, id: string, index: number): Promise<void> {
  const member = (await lab.ledger.member('web', id))!;
  expect(member).toMatchObject({ index, phase: 'detached' });
  expect(lab.region.route53.world.resolve(member.fqdn!)).toEqual([lab.region.ec2.world.instance(id).privateIp]);
  const holders = (await lab.ledger.members('web')).filter((one) => one.index === index);
  expect(holders.map(({ instanceId }) => instanceId)).toEqual([id]);
}

/** Takes the holder of index 1 out of the group in some way, and returns its id. */
async function withOneAway(
  take: (lab: Lab, id: string) => Promise<void> | void,
  use: (lab: Lab, id: string) => Promise<void>,
) {
  await withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup('web');
    lab.addGroup('api');
    await launch(lab, 2);
    const id = (await lab.ledger.members('web'))[0]!.instanceId;
    await take(lab, id);
    await minutes(lab, 15);
    await settle(lab);
    await use(lab, id);
    expect(lab.muster.reconciler.failures).toEqual([]);
  });
}

const waysOut: [string, (lab: Lab, id: string) => Promise<void> | void][] = [
  ['detached, and replaced', (lab, id) => void groups(lab).detachInstances('web', [id], { decrement: false })],
  [
    'detached with its place',
    (lab, id) => {
      groups(lab).detachInstances('web', [id], { decrement: true });
      groups(lab).setDesiredCapacity('web', 2);
    },
  ],
  [
    'detached out of Standby',
    async (lab, id) => {
      groups(lab).standby.enterStandby(groups(lab).group('web'), [id], false);
      await minutes(lab, 10);
      groups(lab).detachInstances('web', [id], { decrement: false });
    },
  ],
  [
    'moved to another group that Muster manages',
    async (lab, id) => {
      groups(lab).detachInstances('web', [id], { decrement: false });
      await minutes(lab, 10);
      groups(lab).standby.attach(groups(lab).group('api'), [id]);
    },
  ],
  [
    'detached, and stopped',
    async (lab, id) => {
      groups(lab).detachInstances('web', [id], { decrement: false });
      await minutes(lab, 10);
      lab.region.ec2.world.stop(id);
    },
  ],
];

test.each(waysOut)('an instance that was %s keeps its number until it ends', (_, take) =>
  withOneAway(take, async (lab, id) => {
    await expectKept(lab, id, 1);
    await launch(lab);
    await expectKept(lab, id, 1);
    const indexes = await lab.ledger.heldIndexes('web');
    expect(indexes).toEqual([1, 2, 3, 4]);
    if (lab.region.ec2.world.instance(id).state.current === 'stopped') lab.region.ec2.world.start(id);
    ended(lab, id);
    await minutes(lab, 10);
    await settle(lab);
    expect(await traces(lab, id)).toMatchObject({ records: 0, dns: [], targets: 0 });
    await launch(lab);
    expect(await lab.ledger.heldIndexes('web')).toEqual([1, 2, 3, 4]);
  }),
);

test('it is said once, and nothing is launched, held or told', async () => {
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  const log = { info: note, error: note, with: () => log };
  await withLab({ log }, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab);
    groups(lab).detachInstances('web', [id!], { decrement: true });
    await minutes(lab, 60);
    expect(lines.filter((line) => line.includes('has left web and still exists'))).toHaveLength(1);
    groups(lab).standby.attach(groups(lab).group('web'), [id!]);
    await minutes(lab, 60);
    expect(lines.filter((line) => line.includes('is in web again'))).toHaveLength(1);
    expect(await lab.ledger.member('web', id!)).toMatchObject({ index: 1, phase: 'in-service' });
    expect(stateOf(lab, id!)).toBe('InService');
    expect(executions(lab)).toHaveLength(1);
    expect(told(lab)).toEqual([]);
    groups(lab).terminateInstance(id!, { decrement: true });
    await minutes(lab, 20);
    expect(await traces(lab, id!)).toEqual(nothing);
  });
});

test('a group that is deleted, its instances kept, is deleted with their numbers when they end', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const ids = await launch(lab, 3);
    groups(lab).detachInstances('web', ids, { decrement: true });
    await minutes(lab, 10);
    groups(lab).deleteGroup('web', { force: false });
    await minutes(lab, 60);
    expect(await lab.ledger.members('web')).toMatchObject(ids.map(() => ({ phase: 'detached' })));
    ids.forEach((id) => ended(lab, id));
    await minutes(lab, 10);
    await settle(lab);
    for (const id of ids) expect(await traces(lab, id)).toEqual(nothing);
    expect(lab.muster.reconciler.failures).toEqual([]);
  }));

test('a group that is deleted with its instances leaves nothing', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const ids = await launch(lab, 3);
    groups(lab).deleteGroup('web', { force: true });
    await minutes(lab, 30);
    await settle(lab);
    for (const id of ids) expect(await traces(lab, id)).toEqual(nothing);
  }));

describe('a group that is deleted just as an action of it is completed', () => {
  /** From the first completion for such a hook on, Auto Scaling has no group and no instance of it. */
  const deletedAt = (hook: RegExp): Pick<LabOptions, 'interceptPorts'> => {
    let isGone = false;
    return {
      interceptPorts: (ports) => ({
        ...ports,
        autoScaling: intercept(ports.autoScaling, async ({ operation, input }, proceed) => {
          const { LifecycleHookName = '' } = input as { LifecycleHookName?: string };
          const completes = operation === 'completeLifecycleAction' && hook.test(LifecycleHookName);
          isGone ||= completes;
          if (isGone && operation === 'describeAutoScalingInstances') return { AutoScalingInstances: [] };
          if (!completes) return proceed();
          throw new ServiceError({ code: 'ValidationError', message: 'AutoScalingGroup name not found - null' });
        }),
      }),
    };
  };

  test('ends the launch as one whose instance has gone', () =>
    withLab({ reachedOver: 'memory', ...deletedAt(/launch/) }, async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      expect(executions(lab)).toMatchObject([{ status: 'FAILED', error: 'InstanceGone' }]);
    }));

  test('does not keep the release from giving the number back', () =>
    withLab({ reachedOver: 'memory', ...deletedAt(/terminat/) }, async (lab) => {
      lab.addGroup('web');
      const [id] = await launch(lab);
      groups(lab).terminateInstance(id!, { decrement: true });
      await minutes(lab, 10);
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
      expect(told(lab)).toEqual([]);
    }));

  test('is not supposed while the instance still waits: that refusal is told', () =>
    withLab(
      {
        reachedOver: 'memory',
        interceptPorts: (ports) => ({
          ...ports,
          autoScaling: intercept(ports.autoScaling, async ({ operation }, proceed) => {
            if (operation !== 'completeLifecycleAction') return proceed();
            throw new ServiceError({ code: 'ValidationError', message: 'Something new' });
          }),
        }),
      },
      async (lab) => {
        lab.addGroup('web');
        const [id] = await launch(lab);
        expect(executions(lab)).toMatchObject([{ status: 'FAILED', error: 'ValidationError' }]);
        groups(lab).terminateInstance(id!, { decrement: true });
        await minutes(lab, 5);
        expect(await lab.ledger.heldIndexes('web')).toEqual([1]);
      },
    ));
});

test('an instance that is ended by hand in Standby leaves nothing, though its group still has it', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const [id, other] = await launch(lab, 2);
    groups(lab).standby.enterStandby(groups(lab).group('web'), [id!], true);
    await minutes(lab, 10);
    const kept = await lab.ledger.member('web', id!);
    expect(kept?.phase).toBe('in-service');
    ended(lab, id!);
    await minutes(lab, 10);
    await settle(lab);
    expect(stateOf(lab, id!)).toBe('Standby');
    expect(await traces(lab, id!)).toEqual({ ...nothing, state: 'Standby' });
    expect(await phaseOf(lab, other!)).toBe('in-service');
  }));

test('one that is detached in the middle of its launch has the launch stopped, and keeps its number', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lab.jenkins?.updateJob(lab.jobs.provision, { behaviour: { durationMs: 1200_000 } });
    groups(lab).setDesiredCapacity('web', 1);
    await minutes(lab, 3);
    const [id] = [...groups(lab).group('web').instances.keys()];
    const selector = { groupName: 'web', hookName: 'muster-launch', instanceId: id! };
    groups(lab).actions.complete(selector, 'CONTINUE');
    await minutes(lab, 1);
    expect(stateOf(lab, id!)).toBe('InService');
    groups(lab).detachInstances('web', [id!], { decrement: true });
    await minutes(lab, 10);
    await settle(lab);
    expect(executions(lab)).toMatchObject([{ status: 'ABORTED', error: 'InstanceGone' }]);
    expect(await phaseOf(lab, id!)).toBe('detached');
    expect(told(lab)).toEqual([]);
    groups(lab).standby.attach(groups(lab).group('web'), [id!]);
    await minutes(lab, 10);
    expect(await phaseOf(lab, id!)).toBe('in-service');
    expect(executions(lab)).toHaveLength(1);
  }));

test('one whose launch had failed is held again when it is back', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    groups(lab).actions.complete({ groupName: 'web', hookName: 'muster-launch', instanceId: id! }, 'CONTINUE');
    await minutes(lab, 5);
    groups(lab).detachInstances('web', [id!], { decrement: true });
    await minutes(lab, 120);
    expect(await phaseOf(lab, id!)).toBe('detached');
    groups(lab).standby.attach(groups(lab).group('web'), [id!]);
    await minutes(lab, 5);
    expect(await phaseOf(lab, id!)).toBe('launching');
    expect(await lab.ledger.findHold('web', id!)).toMatchObject({ error: 'BuildFailed' });
    expect(told(lab)).toHaveLength(1);
  }));

test('an operator can let its number go: its name leads nowhere then, and it runs on', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab);
    groups(lab).detachInstances('web', [id!], { decrement: true });
    await minutes(lab, 10);
    lab.muster.engine.startExecution({
      stateMachineArn: lab.muster.releaseArn,
      name: `web_${id!}_release-orphan`,
      input: JSON.stringify({ group: 'web', instanceId: id, reason: 'orphan', lifecycle: null }),
    });
    await minutes(lab, 10);
    await settle(lab);
    expect(await traces(lab, id!)).toEqual(nothing);
    expect(lab.region.ec2.world.instance(id!).state.current).toBe('running');
    expect(lab.muster.reconciler.failures).toEqual([]);
  }));

test('while EC2 does not answer nothing is decided about it, which is an error of the run, and others are served', () => {
  let down = false;
  return withLab(
    {
      interceptPorts: (ports) => ({
        ...ports,
        ec2: withFaults(ports.ec2, () => (down ? { kind: 'refuse' } : undefined)),
      }),
    },
    async (lab) => {
      lab.addGroup('web');
      const [id, other] = await launch(lab, 2);
      groups(lab).detachInstances('web', [id!], { decrement: true });
      down = true;
      await minutes(lab, 10);
      expect((await lab.ledger.members('web')).map(({ phase }) => phase)).toEqual(['in-service', 'in-service']);
      expect(String(lab.muster.reconciler.failures.at(-1)?.error)).toMatch(/web: /);
      groups(lab).terminateInstance(other!, { decrement: true });
      await minutes(lab, 10);
      expect((await lab.ledger.members('web')).map(({ instanceId }) => instanceId)).toEqual([id]);
      down = false;
      await minutes(lab, 2);
      expect(await phaseOf(lab, id!)).toBe('detached');
    },
  );
});
