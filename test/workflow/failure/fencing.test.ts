import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { interceptAllPorts } from '../../support/intercept-ports';
import { buildsEndAs, minutes, nothing, traces } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

const writes =
  /createTags|changeResourceRecordSets|registerTargets|completeLifecycleAction|advance|ledger\.(claim|update|saveBuild|saveHold|saveReserve|free)/;

/** A launch that was abandoned, and its number given to the next; with every input that a step of it has had. */
async function withHeir(
  use: (world: {
    lab: Lab;
    late: string;
    heir: string;
    inputs: Map<string, unknown>;
    calls: string[];
  }) => Promise<void>,
): Promise<void> {
  const inputs = new Map<string, unknown>();
  const calls: string[] = [];
  let recording = true;
  await withLab(
    {
      interceptStep: (step, run) => (payload) => {
        const job = (payload as { job?: string }).job ?? '';
        if (recording) inputs.set(`${step}${job}`, payload);
        return run(payload);
      },
      interceptPorts: interceptAllPorts((call, proceed) => {
        calls.push(call);
        return proceed();
      }),
    },
    async (lab) => {
      lab.addGroup('web', { settings: { healthTimeoutMinutes: 1 } });
      const untilHealthy = lab.jenkins?.on('build-finished', ({ parameters }) => {
        lab.region.ec2.world.setAppState(parameters.INSTANCE ?? '', { status: 500 });
      });
      const [late] = await launch(lab);
      expect(stateOf(lab, late!)).toBe('Pending:Wait');
      untilHealthy?.();
      await lab.muster.operations.abandon({ group: 'web', instance: 'web-01' });
      recording = false;
      await minutes(lab, 10);
      await settle(lab);
      expect(await traces(lab, late!)).toEqual(nothing);
      const [heir] = await lab.ledger.members('web');
      expect(heir).toMatchObject({ name: 'web-01', phase: 'in-service' });
      lab.muster.reconciler.disable();
      await use({ lab, late: late!, heir: heir!.instanceId, inputs, calls });
    },
  );
}

test('no step of a launch, however late, touches what belongs to the next holder of its number', () =>
  withHeir(async ({ lab, heir, inputs, calls }) => {
    const before = await lab.ledger.member('web', heir);
    const late = ['ClaimIndex', 'TagInstance', 'RegisterDns', 'RunBuildprovision', 'RunBuilddeploy'];
    for (const step of [...late, 'RegisterTargets', 'CheckHealth']) {
      const input = inputs.get(step);
      expect([step, input]).not.toEqual([step, undefined]);
      calls.length = 0;
      await expect(lab.muster.steps[step.replace(/provision|deploy/, '')]!(input as never)).rejects.toMatchObject({
        name: 'InstanceGone',
      });
      expect([step, calls.filter((call) => writes.test(call))]).toEqual([step, []]);
    }
    const complete = { ...(inputs.get('CheckHealth') as object) };
    calls.length = 0;
    await expect(lab.muster.steps.PutInService!(complete as never)).rejects.toMatchObject({
      name: 'InstanceGone',
    });
    expect(calls.filter((call) => writes.test(call))).toEqual([]);
    expect(await lab.ledger.member('web', heir)).toEqual(before);
  }));

test('nor does a release that comes a second time, a week late', () =>
  withHeir(async ({ lab, late, heir }) => {
    const before = await traces(lab, heir);
    await minutes(lab, 7 * 24 * 60);
    for (const reason of ['abandoned', 'scale-in', 'orphan', 'to-warm-pool', 'root-volume']) {
      const lifecycle = { hookName: 'muster-launch', token: null, result: 'ABANDON' };
      const input = JSON.stringify({ group: 'web', instanceId: late, reason, lifecycle });
      lab.muster.engine.startExecution({ stateMachineArn: lab.muster.releaseArn, input });
      await settle(lab);
    }
    expect(await traces(lab, heir)).toEqual(before);
    expect(await traces(lab, late)).toEqual(nothing);
    expect(lab.region.route53.world.resolve('web-01.internal.example.com')).toHaveLength(1);
  }));

test('a launch that is redriven while its release waits for its last steps does nothing more', () => {
  const calls: string[] = [];
  const noted = interceptAllPorts((call, proceed) => {
    calls.push(call);
    return proceed();
  });
  return withLab({ interceptPorts: noted }, async (lab) => {
    lab.addGroup('web', { maxSize: 1 });
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    const { execution } = (await lab.ledger.member('web', id!))!;
    await lab.muster.operations.abandon({ group: 'web', instance: 'web-01' });
    await lab.clock.advance(5_000);
    expect(await lab.ledger.member('web', id!)).toMatchObject({
      phase: 'launching',
      endingSince: expect.any(String) as string,
    });
    lab.muster.reconciler.disable();
    calls.length = 0;
    lab.muster.engine.redriveExecution({ executionArn: execution });
    await lab.clock.advance(5_000);
    expect(lab.muster.engine.describeExecution({ executionArn: execution })).toMatchObject({
      status: 'FAILED',
      error: 'InstanceGone',
    });
    expect(calls.filter((call) => writes.test(call))).toEqual([]);
    await expect(lab.muster.operations.retry({ group: 'web', instance: 'web-01' })).rejects.toThrow(/being released/);
    lab.muster.reconciler.enable();
    await minutes(lab, 10);
    expect(await traces(lab, id!)).toEqual(nothing);
  });
});

test('so does one that prepares an instance for the warm pool', () =>
  withLab({}, async (lab) => {
    const provision = { job: lab.jobs.provision, parameters: { INSTANCE: '{instanceId}' } };
    lab.addGroup('web', { maxSize: 1, warmPool: {}, settings: { provision } });
    buildsEndAs(lab, 'provision', 'FAILURE');
    await minutes(lab, 3);
    const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
    const { execution, builds } = (await lab.ledger.findReserve('web', id!))!;
    await lab.muster.operations.abandon({ group: 'web', instance: id! });
    await lab.clock.advance(5_000);
    expect(await lab.ledger.findReserve('web', id!)).toMatchObject({
      endingSince: expect.any(String) as string,
      builds,
    });
    lab.muster.engine.redriveExecution({ executionArn: execution });
    await lab.clock.advance(5_000);
    expect(lab.muster.engine.describeExecution({ executionArn: execution }).error).toBe('InstanceGone');
    expect((await lab.ledger.findReserve('web', id!))?.builds).toEqual(builds);
    await minutes(lab, 10);
    expect(await traces(lab, id!)).toEqual(nothing);
  }));

test('one that was about to come into service when its release began is left in service, and its launch has the say again', async () => {
  let hold = true;
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  await withLab(
    {
      interceptPorts: interceptAllPorts(async (call, proceed) => {
        if (hold && call === 'autoScaling.completeLifecycleAction') {
          hold = false;
          await gate;
        }
        return proceed();
      }),
    },
    async (lab) => {
      lab.addGroup('web', { maxSize: 1 });
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      expect(await lab.clock.runUntil(() => !hold, 600_000)).toBe(true);
      const [member] = await lab.ledger.members('web');
      expect(member).toMatchObject({ phase: 'completing' });
      await lab.muster.operations.abandon({ group: 'web', instance: 'web-01' });
      await lab.clock.advance(5_000);
      expect(await lab.ledger.member('web', member!.instanceId)).toHaveProperty('endingSince');
      open();
      await minutes(lab, 10);
      expect(stateOf(lab, member!.instanceId)).toBe('InService');
      const now = await lab.ledger.member('web', member!.instanceId);
      expect(now).toMatchObject({ phase: 'in-service' });
      expect(now).not.toHaveProperty('endingSince');
    },
  );
});

test('a failed launch whose number was freed by hand is redriven in vain, and the next holder keeps it', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [first] = await launch(lab);
    const stale = (await lab.ledger.member('web', first!))!;
    await lab.ledger.free(stale, 'by hand', lab.clock.now().toISOString());
    for (const type of ['A', 'TXT'] as const) lab.region.route53.world.removeForeign(lab.zone.id, stale.fqdn!, type);
    const [second] = await launch(lab);
    expect((await lab.ledger.member('web', second!))?.name).toBe('web-01');
    lab.muster.engine.redriveExecution({ executionArn: stale.execution });
    await settle(lab);
    expect(lab.muster.engine.describeExecution({ executionArn: stale.execution })).toMatchObject({
      status: 'FAILED',
      error: 'InstanceGone',
    });
    expect((await lab.ledger.member('web', second!))?.index).toBe(1);
    expect(lab.region.route53.world.resolve('web-01.internal.example.com', 'TXT')[0]).toContain(second!);
  }));
