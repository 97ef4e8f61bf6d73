import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { executions, launch, lastState, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

const words = (cause: string | undefined) => (JSON.parse(cause ?? '{}') as { errorMessage: string }).errorMessage;

async function members(lab: Lab, group = 'web') {
  return (await lab.ledger.members(group)).map(({ index, name, instanceId }) => ({ index, name, instanceId }));
}

test('three instances at once come into service, each with number, name, address, builds and a healthy target', () =>
  withLab({ reachedOver: 'http' }, async (lab) => {
    const targetGroup = lab.addGroup('web');
    const ids = await launch(lab, 3);
    expect(ids.map((id) => stateOf(lab, id))).toEqual(['InService', 'InService', 'InService']);
    expect(executions(lab).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    for (const member of await lab.ledger.members('web')) {
      const instance = lab.region.ec2.world.instance(member.instanceId);
      expect(lab.region.route53.world.resolve(member.fqdn!)).toEqual([instance.privateIp]);
      expect(lab.region.route53.world.resolve(member.fqdn!, 'TXT')).toEqual([
        `"heritage=muster,deployment=aws:123456789012:eu-central-1:muster,group=web,instance=${member.instanceId}"`,
      ]);
      const described = await lab.region.ec2.api.describeInstances({ InstanceIds: [member.instanceId] });
      expect(described.Reservations?.[0]?.Instances?.[0]?.Tags).toEqual(
        expect.arrayContaining([
          { Key: 'muster:index', Value: String(member.index) },
          { Key: 'Name', Value: member.name },
          { Key: 'Role', Value: 'web' },
        ]),
      );
      expect(Object.values(member.builds).map(({ outcome }) => outcome?.succeeded)).toEqual([true, true]);
      const health = await lab.region.elasticLoadBalancing.api.describeTargetHealth({
        TargetGroupArn: targetGroup,
        Targets: [{ Id: member.instanceId }],
      });
      expect(health.TargetHealthDescriptions?.[0]?.TargetHealth?.State).toBe('healthy');
      expect(member.phase).toBe('in-service');
    }
    expect((await members(lab)).map(({ name }) => name)).toEqual(['web-01', 'web-02', 'web-03']);
  }));

describe('numbers', () => {
  test.each([1, 7, 23])('20 instances at the same moment get 20 different, dense ones (seed %i)', (seed) =>
    withLab({ seed, reachedOver: 'http' }, async (lab) => {
      lab.addGroup('web');
      const ids = await launch(lab, 20);
      expect(ids).toHaveLength(20);
      expect(await lab.ledger.heldIndexes('web')).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect(new Set((await members(lab)).map(({ instanceId }) => instanceId)).size).toBe(20);
    }),
  );

  test('a freed one is the next one given', () =>
    withLab({ reachedOver: 'http' }, async (lab) => {
      lab.addGroup('web');
      await launch(lab, 3);
      const second = (await lab.ledger.members('web'))[1]!;
      lab.region.autoScaling.world.terminateInstance(second.instanceId, { decrement: true });
      await lab.clock.advance(600_000);
      expect(await lab.ledger.heldIndexes('web')).toEqual([1, 3]);
      const [newcomer] = await launch(lab);
      expect((await lab.ledger.member('web', newcomer!))?.name).toBe('web-02');
    }));

  test('start where the settings say', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { settings: { names: { start: 0, pattern: 'w{index}' } } });
      await launch(lab, 2);
      expect((await members(lab)).map(({ name }) => name)).toEqual(['w0', 'w1']);
    }));
});

describe('names', () => {
  const fqdn = 'web-01.internal.example.com';

  test.each([
    ['an A record', { name: fqdn, type: 'A', values: ['10.9.9.9'] }],
    ['a CNAME', { name: fqdn, type: 'CNAME', values: ['elsewhere.example.com.'] }],
    ["another system's TXT", { name: fqdn, type: 'TXT', values: ['"heritage=external-dns"'] }],
  ] as const)('%s of another owner fails the step with NameTaken and stays as it is', (_, record) =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      lab.region.route53.world.foreign(lab.zone.id, record);
      const [id] = await launch(lab);
      const execution = onlyExecution(lab);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'NameTaken' });
      expect(lastState(lab, execution.executionArn)).toBe('Register DNS');
      expect(words(execution.cause)).toContain(record.values[0]);
      expect(lab.region.route53.world.resolve(fqdn, record.type)).toEqual(record.values);
      expect(stateOf(lab, id!)).toBe('Pending:Wait');
    }),
  );

  test('what a dead instance of the group left behind is taken over', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      lab.region.route53.world.foreign(lab.zone.id, { name: fqdn, type: 'A', values: ['10.0.0.99'], ttl: 300 });
      const owner =
        '"heritage=muster,deployment=aws:123456789012:eu-central-1:muster,group=web,instance=i-0dead0dead0dead00"';
      lab.region.route53.world.foreign(lab.zone.id, { name: fqdn, type: 'TXT', values: [owner] });
      const [id] = await launch(lab);
      expect(stateOf(lab, id!)).toBe('InService');
      expect(lab.region.route53.world.resolve(fqdn)).toEqual([lab.region.ec2.world.instance(id!).privateIp]);
    }));

  test("another group's name is not, even when its instance is dead", () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      const owner = '"heritage=muster,group=old,instance=i-0dead0dead0dead00"';
      lab.region.route53.world.foreign(lab.zone.id, { name: fqdn, type: 'TXT', values: [owner] });
      await launch(lab);
      expect(onlyExecution(lab).error).toBe('NameTaken');
      expect(lab.region.route53.world.resolve(fqdn, 'TXT')).toEqual([owner]);
    }));

  test('with a reverse zone the address leads back to the name', () =>
    withLab({}, async (lab) => {
      const reverse = lab.region.route53.world.createZone({ name: '10.in-addr.arpa' });
      lab.addGroup('web', {
        settings: {
          dns: {
            zoneId: lab.zone.id,
            zoneName: lab.zone.name,
            reverseZone: { zoneId: reverse.id, zoneName: '10.in-addr.arpa' },
          },
        },
      });
      const [id] = await launch(lab);
      const [a, b, c, d] = lab.region.ec2.world.instance(id!).privateIp.split('.');
      expect(lab.region.route53.world.resolve(`${d}.${c}.${b}.${a}.in-addr.arpa`, 'PTR')).toEqual([`${fqdn}.`]);
      expect(stateOf(lab, id!)).toBe('InService');
    }));
});

describe('target groups', () => {
  test('one without a listener rule fails at once, with the reason that ELB gives', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { hasListenerRule: false });
      await launch(lab);
      const execution = onlyExecution(lab);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'TargetUnusable' });
      expect(lastState(lab, execution.executionArn)).toBe('Await healthy');
      expect(words(execution.cause)).toContain('Target.NotInUse');
      const { events } = lab.muster.engine.getExecutionHistory({ executionArn: execution.executionArn! });
      const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'Await healthy');
      expect(execution.stopDate!.getTime() - entered!.timestamp!.getTime()).toBeLessThan(5000);
    }));

  test('one that does not exist fails with its name', () =>
    withLab({}, async (lab) => {
      const arn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/gone/0123456789abcdef';
      lab.addGroup('web', { settings: { targetGroups: [arn] } });
      await launch(lab);
      expect(onlyExecution(lab)).toMatchObject({ error: 'TargetGroupUnusable' });
      expect(words(onlyExecution(lab).cause)).toContain('gone');
    }));

  test("the group's own registration after the hook changes nothing", () =>
    withLab({}, async (lab) => {
      const arn = lab.addGroup('web');
      const [id] = await launch(lab);
      const targets = () => lab.region.elasticLoadBalancing.world.targetGroup(arn).targets;
      expect([...targets().values()].map((target) => target.instanceId)).toEqual([id]);
      expect(lab.region.autoScaling.world.member(id!)?.registered).toBe(true);
      const { TargetHealthDescriptions } = await lab.region.elasticLoadBalancing.api.describeTargetHealth({
        TargetGroupArn: arn,
      });
      expect(TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(['healthy']);
    }));

  test('an application that never answers fails as unhealthy when its time is over', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { settings: { healthTimeoutMinutes: 3 } });
      lab.jenkins?.on('build-finished', (build) =>
        lab.region.ec2.world.setAppState(build.parameters.INSTANCE!, { status: 503 }),
      );
      await launch(lab);
      expect(onlyExecution(lab)).toMatchObject({ status: 'FAILED', error: 'TargetUnhealthy' });
      expect(words(onlyExecution(lab).cause)).toContain('503');
    }));
});

describe('a step that fails', () => {
  test('leaves the execution FAILED at that state; a redrive repeats just that, and the launch continues', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      let bad = true;
      lab.jenkins?.updateJob(lab.jobs.deploy, {
        behaviour: {
          durationMs: 20_000,
          result: () => (bad ? 'FAILURE' : 'SUCCESS'),
          ending: () => (bad ? ['ERROR: no space left on device'] : []),
        },
      });
      const [id] = await launch(lab);
      const failed = onlyExecution(lab);
      expect(failed).toMatchObject({ status: 'FAILED', error: 'BuildFailed' });
      expect(lastState(lab, failed.executionArn)).toBe('Deploy');
      expect(words(failed.cause)).toContain('no space left on device');
      expect(stateOf(lab, id!)).toBe('Pending:Wait');
      const before = (await lab.ledger.member('web', id!))!;

      bad = false;
      lab.muster.engine.redriveExecution({ executionArn: failed.executionArn! });
      await settle(lab);
      expect(onlyExecution(lab)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
      expect(stateOf(lab, id!)).toBe('InService');
      const after = (await lab.ledger.member('web', id!))!;
      expect(after).toMatchObject({ index: before.index, name: before.name });
      expect(after.builds.provision).toEqual(before.builds.provision);
      expect(after.builds.deploy?.attempt).toBe(2);
      expect(lab.jenkins?.builds(lab.jobs.provision)).toHaveLength(1);
      expect(lab.jenkins?.builds(lab.jobs.deploy)).toHaveLength(2);
    }));

  test('is served with settings that were fixed meanwhile', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { settings: { deploy: { job: 'platform/deplyo' } } });
      const [id] = await launch(lab);
      const failed = onlyExecution(lab);
      expect(failed).toMatchObject({ error: 'JenkinsMisconfigured' });
      expect(words(failed.cause)).toContain('deplyo');
      const settings = await lab.settings.read('web');
      lab.settings.put('web', { ...settings, deploy: { ...settings.provision, job: lab.jobs.deploy } });
      lab.muster.engine.redriveExecution({ executionArn: failed.executionArn! });
      await settle(lab);
      expect(stateOf(lab, id!)).toBe('InService');
    }));

  test('continues with the build that it began, when the settings name another job by then', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { durationMs: 300_000 } });
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      const runs = () => lab.jenkins?.builds(lab.jobs.deploy).some(({ building }) => building) === true;
      expect(await lab.clock.runUntil(runs, 600_000)).toBe(true);
      const settings = await lab.settings.read('web');
      lab.settings.put('web', { ...settings, deploy: { ...settings.deploy, job: lab.jobs.provision } });
      await settle(lab);
      expect(onlyExecution(lab).status).toBe('SUCCEEDED');
      expect(lab.jenkins?.builds(lab.jobs.deploy)).toHaveLength(1);
      expect(lab.jenkins?.builds(lab.jobs.provision)).toHaveLength(1);
    }));

  test('that timed out while its build runs: a redrive follows the same build', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      const settings = await lab.settings.read('web');
      lab.settings.put('web', { ...settings, deploy: { ...settings.deploy, timeoutMinutes: 1 } });
      lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { durationMs: 100_000 } });
      await launch(lab);
      expect(onlyExecution(lab).error).toBe('BuildTimedOut');
      lab.muster.engine.redriveExecution({ executionArn: onlyExecution(lab).executionArn! });
      await settle(lab);
      expect(onlyExecution(lab).status).toBe('SUCCEEDED');
      expect(lab.jenkins?.builds(lab.jobs.deploy)).toHaveLength(1);
    }));

  test('of an instance that is terminated meanwhile is ended, and everything is released', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      lab.jenkins?.on('build-finished', (build) => {
        if (build.job === lab.jobs.provision)
          lab.region.autoScaling.world.terminateInstance(build.parameters.INSTANCE!, { decrement: true });
      });
      await launch(lab);
      expect(onlyExecution(lab)).toMatchObject({ status: 'ABORTED', error: 'InstanceGone' });
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
      expect(lab.region.route53.world.resolve('web-01.internal.example.com')).toEqual([]);
    }));
});

test('a group without jobs, DNS and target groups passes these steps, and says why', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', {
      settings: { dns: undefined, jenkins: undefined, provision: undefined, deploy: undefined, targetGroups: [] },
    });
    const [id] = await launch(lab);
    expect(stateOf(lab, id!)).toBe('InService');
    const output = JSON.parse(onlyExecution(lab).output ?? '{}') as Record<string, unknown>;
    expect(output).toMatchObject({
      name: 'web-01',
      fqdn: null,
      provision: { action: 'passed', reason: 'web has no provision job in its settings' },
      health: 'web has no target groups in its settings',
    });
  }));

test('Jenkins may restart in the middle: the launch continues when it is back', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    let restarted = false;
    lab.jenkins?.on('build-started', () => {
      if (!restarted) lab.jenkins?.restart({ downForMs: 300_000, refusedForMs: 20_000 });
      restarted = true;
    });
    const [id] = await launch(lab);
    expect(restarted).toBe(true);
    expect(stateOf(lab, id!)).toBe('InService');
    expect(lab.jenkins?.builds(lab.jobs.provision)).toHaveLength(1);
  }));
