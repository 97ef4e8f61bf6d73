import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { connectionLost } from '../../../infra/lab/region/calls/faults';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { buildsEndAs, minutes, told } from '../../support/failures';
import { executions, launch, settle, stateOf, withLab } from '../../support/run-lab';

// One instance meets the same hooks more than once: out of a warm pool, with a new root volume. What is lost, late or
// delivered twice on one of these ways must do nothing on the next.

type Options = Omit<LabOptions, 'clock' | 'seed'>;
const launchEvents = 'EC2 Instance-launch Lifecycle Action';
const terminateEvents = 'EC2 Instance-terminate Lifecycle Action';

const created = ({ jenkins, jobs }: Lab) => [jobs.provision, jobs.deploy].map((job) => jenkins?.posts(job).created);

/** The last execution: from where to where its instance went, and how it is. */
function last(lab: Lab): { way: string; status: string | undefined } {
  const way = (name = '') => name.split('_')[2]!;
  const { name, status } = executions(lab).at(-1)!;
  const attempts = executions(lab).filter((execution) => way(execution.name) === way(name)).length;
  return { way: `${way(name)}, ${attempts} in all`, status };
}

/** Lets the reconciler find out, in case no event does, and all that is started come to its end. */
async function allEnds(lab: Lab): Promise<void> {
  await minutes(lab, 8);
  await settle(lab);
  await minutes(lab, 1);
}

/** A group of at most one instance, which is in the warm pool until it is wanted, and goes back there after that. */
async function poolOfOne(lab: Lab): Promise<string> {
  const provision = { job: lab.jobs.provision, parameters: { INSTANCE: '{instanceId}', ADDRESS: '{address}' } };
  const warmPool = { reuseOnScaleIn: true };
  lab.addGroup('web', { maxSize: 1, warmPool, deregistrationDelaySeconds: 30, settings: { provision } });
  await allEnds(lab);
  const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
  expect(stateOf(lab, id!)).toBe('Warmed:Stopped');
  return id!;
}

/** Takes it out of the pool, or back into it. */
async function want(lab: Lab, count: 0 | 1): Promise<void> {
  lab.region.autoScaling.world.setDesiredCapacity('web', count);
  await allEnds(lab);
}

async function inService(lab: Lab, deregistrationDelaySeconds = 30): Promise<string> {
  lab.addGroup('web', { deregistrationDelaySeconds });
  const [id] = await launch(lab);
  await allEnds(lab);
  expect(stateOf(lab, id!)).toBe('InService');
  return id!;
}

function keepTerminations(lab: Lab): unknown[] {
  const events: unknown[] = [];
  const pattern = { 'detail-type': [terminateEvents] };
  lab.region.bus.putRule({ name: 'keep', pattern, target: (event) => void events.push(event) });
  return events;
}

const outAndBackAndOut = async (lab: Lab) => {
  const id = await poolOfOne(lab);
  for (const count of [1, 0, 1] as const) await want(lab, count);
  expect(await lab.ledger.findReserve('web', id)).toBeUndefined();
  return id;
};
const replacedTwice = async (lab: Lab) => {
  // So long that the reconciler comes by while it drains.
  const id = await inService(lab, 90);
  for (let count = 0; count < 2; count += 1) {
    lab.region.autoScaling.world.replaceRootVolume(id);
    await allEnds(lab);
  }
  return id;
};

describe.each([
  [
    'out of the warm pool, back, and out again',
    outAndBackAndOut,
    { created: [1, 2], way: 'WarmPool-AutoScalingGroup, 2 in all' },
  ],
  ['two new root volumes', replacedTwice, { created: [3, 3], way: 'AutoScalingGroup-AutoScalingGroup, 2 in all' }],
])('%s', (_, travel, expected) => {
  const loseAll = { [launchEvents]: { loss: 1 }, [terminateEvents]: { loss: 1 } };

  test.each<[string, Options, (lab: Lab) => void]>([
    ['each event comes once', {}, () => undefined],
    ['all events are lost', {}, (lab) => lab.region.bus.setDelivery({ byDetailType: loseAll })],
    ['all events come twice', {}, (lab) => lab.region.bus.setDelivery({ quality: { duplication: 1 } })],
    [
      'each step runs twice in a row',
      {
        interceptStep: (_step, run) => async (payload) => {
          await run(payload);
          return run(payload);
        },
      },
      () => undefined,
    ],
  ])('%s', (_name, options, before) =>
    withLab(options, async (lab) => {
      before(lab);
      const id = await travel(lab);
      expect(stateOf(lab, id)).toBe('InService');
      expect(await lab.ledger.members('web')).toMatchObject([{ instanceId: id, name: 'web-01', phase: 'in-service' }]);
      expect(created(lab)).toEqual(expected.created);
      expect(last(lab)).toEqual({ way: expected.way, status: 'SUCCEEDED' });
      expect(told(lab)).toEqual([]);
    }),
  );
});

describe('the event of a leave that comes again', () => {
  async function comesAgain(lab: Lab, event: unknown): Promise<void> {
    expect(last(lab).status).toBe('RUNNING');
    expect(await lab.muster.startRelease(event)).toMatchObject([{ action: 'ignored', name: 'Duplicate' }]);
    await allEnds(lab);
    expect(last(lab).status).toBe('SUCCEEDED');
    expect(await lab.muster.startRelease(event)).toMatchObject([{ action: 'ignored', name: 'Duplicate' }]);
    await allEnds(lab);
    expect(await lab.ledger.members('web')).toMatchObject([{ name: 'web-01', phase: 'in-service' }]);
  }

  test('while the instance is on its way out of the pool once more, and in service, ends nothing', () =>
    withLab({}, async (lab) => {
      const events = keepTerminations(lab);
      await poolOfOne(lab);
      await want(lab, 1);
      await want(lab, 0);
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      await minutes(lab, 1);
      expect(events).toHaveLength(1);
      await comesAgain(lab, events[0]);
    }));

  test('while it is launched with its new root volume, and in service, ends nothing', () =>
    withLab({}, async (lab) => {
      const events = keepTerminations(lab);
      lab.region.autoScaling.world.replaceRootVolume(await inService(lab));
      await lab.clock.advance(105_000);
      expect(last(lab).way).toBe('AutoScalingGroup-AutoScalingGroup, 1 in all');
      await comesAgain(lab, events[0]);
    }));

  test('is no reason to leave a launch running that was there before it', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      lab.jenkins?.updateJob(lab.jobs.provision, { behaviour: { durationMs: 600_000 } });
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      await minutes(lab, 2);
      lab.region.autoScaling.world.setDesiredCapacity('web', 0);
      await minutes(lab, 1);
      expect(last(lab).status).toBe('ABORTED');
    }));
});

describe('a way out of the pool that failed', () => {
  async function failedOut(lab: Lab): Promise<string> {
    const id = await poolOfOne(lab);
    buildsEndAs(lab, 'deploy', 'FAILURE');
    await want(lab, 1);
    expect(stateOf(lab, id)).toBe('Pending:Wait');
    return id;
  }

  test('and was tried again does not bar the next', () =>
    withLab({}, async (lab) => {
      const id = await failedOut(lab);
      const { name, input } = executions(lab).at(-1)!;
      // As a retry does with a launch that cannot be redriven.
      lab.muster.engine.startExecution({
        stateMachineArn: lab.muster.stateMachineArn,
        name: `${name!}_2`,
        input: JSON.stringify({ ...(JSON.parse(input!) as object), startedBy: 'retry' }),
      });
      await allEnds(lab);
      expect(stateOf(lab, id)).toBe('InService');
      await want(lab, 0);
      await want(lab, 1);
      expect(stateOf(lab, id)).toBe('InService');
      expect(last(lab)).toEqual({ way: 'WarmPool-AutoScalingGroup, 3 in all', status: 'SUCCEEDED' });
    }));

  test('and was ended by hand does not bar the next', () =>
    withLab({}, async (lab) => {
      const id = await failedOut(lab);
      await lab.region.autoScaling.api.completeLifecycleAction({
        AutoScalingGroupName: 'web',
        LifecycleHookName: 'muster-launch',
        InstanceId: id,
        LifecycleActionResult: 'CONTINUE',
      });
      await allEnds(lab);
      await want(lab, 0);
      await want(lab, 1);
      expect(stateOf(lab, id)).toBe('InService');
      expect(last(lab)).toEqual({ way: 'WarmPool-AutoScalingGroup, 2 in all', status: 'SUCCEEDED' });
    }));
});

describe('a step of an earlier way that comes late', () => {
  /** With every input that a step has had until `recorded` is called. */
  async function withInputs(
    use: (lab: Lab, late: (step: string) => Promise<unknown>, recorded: () => void) => Promise<void>,
  ): Promise<void> {
    const inputs = new Map<string, unknown>();
    let recording = true;
    const interceptStep: Options['interceptStep'] = (step, run) => (payload: never) => {
      if (recording) inputs.set(step, payload);
      return run(payload);
    };
    await withLab({ interceptStep }, (lab) => {
      const late = async (step: string) => lab.muster.steps[step]!(inputs.get(step) as never);
      return use(lab, late, () => (recording = false));
    });
  }
  const gone = { name: 'InstanceGone' };

  test('makes no reserve of an instance that has left the pool', () =>
    withInputs(async (lab, late, recorded) => {
      const id = await poolOfOne(lab);
      recorded();
      await want(lab, 1);
      await expect(late('ClaimIndex')).rejects.toMatchObject(gone);
      expect(await lab.ledger.findReserve('web', id)).toBeUndefined();
    }));

  test('gives no number to an instance that is back in the pool', () =>
    withInputs(async (lab, late, recorded) => {
      await poolOfOne(lab);
      await want(lab, 1);
      recorded();
      await want(lab, 0);
      await expect(late('ClaimIndex')).rejects.toMatchObject(gone);
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
    }));

  test('does not complete the action of the way out, though both are known by the instance alone', () =>
    withInputs(async (lab, late, recorded) => {
      lab.region.bus.setDelivery({ byDetailType: { [launchEvents]: { loss: 1 } } });
      const id = await poolOfOne(lab);
      recorded();
      lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { durationMs: 600_000 } });
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      await minutes(lab, 3);
      expect(stateOf(lab, id)).toBe('Pending:Wait');
      await late('PutInService').catch(() => undefined);
      expect(stateOf(lab, id)).toBe('Pending:Wait');
    }));

  test('touches nothing of an instance that gets a new root volume', () =>
    withInputs(async (lab, late, recorded) => {
      const id = await inService(lab);
      recorded();
      lab.region.autoScaling.world.replaceRootVolume(id);
      await lab.clock.advance(40_000);
      expect(stateOf(lab, id)).toMatch(/^ReplacingRootVolume/);
      for (const step of ['TagInstance', 'RegisterDns', 'RunBuild', 'RegisterTargets', 'PutInService']) {
        await expect(late(step)).rejects.toMatchObject(gone);
      }
      expect((await lab.ledger.member('web', id))?.phase).toBe('replacing');
    }));
});

test('the name is put right on the next way, and that change is waited for, though its answer is lost', () => {
  const zone = { losing: false, lost: '', asked: [] as string[] };
  const loses: LabOptions['interceptPorts'] = (ports) => ({
    ...ports,
    route53: intercept(ports.route53, async ({ operation, input }, proceed) => {
      const answer = await proceed();
      if (operation === 'getChange') zone.asked.push((input as { Id: string }).Id);
      if (operation !== 'changeResourceRecordSets' || !zone.losing) return answer;
      zone.losing = false;
      zone.lost = (answer as { ChangeInfo: { Id: string } }).ChangeInfo.Id;
      throw connectionLost();
    }),
  });
  return withLab({ reachedOver: 'memory', interceptPorts: loses }, async (lab) => {
    const id = await inService(lab);
    const [before] = (await lab.ledger.member('web', id))?.dnsChanges ?? [];
    const { world } = lab.region.route53;
    const fqdn = 'web-01.internal.example.com';
    const [address] = world.resolve(fqdn);
    world.foreign(lab.zone.id, { name: fqdn, type: 'A', values: ['10.9.9.9'] });
    zone.losing = true;
    zone.asked.length = 0;
    lab.region.autoScaling.world.replaceRootVolume(id);
    await allEnds(lab);
    expect(stateOf(lab, id)).toBe('InService');
    expect(world.resolve(fqdn)).toContain(address);
    expect(zone.lost).not.toBe('');
    // Of the change whose answer is lost the id is not known: another one after it is waited for.
    const [after] = (await lab.ledger.member('web', id))?.dnsChanges ?? [];
    expect(after).not.toBe(before);
    expect(zone.asked).toContain(after);
    expect(zone.asked).not.toContain(before);
  });
});
