import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { StepInterceptor } from '../../../infra/lab/systems/fleet/deploy-muster';
import { Iam } from '../../support/permissions/enforce';
import { buildsEndAs, minutes, nothing, told, traces } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

// Settings that come, go and change while builds run and launches are on hold.

const web01 = { group: 'web', instance: 'web-01' };

async function change(lab: Lab, changes: object): Promise<void> {
  lab.settings.put('web', { ...(await lab.settings.read('web')), ...changes });
}

/** One instance whose deploy has begun, with IAM in front of every call. */
async function inDeploy(lab: Lab, iam: Iam): Promise<string> {
  lab.addGroup('web');
  await iam.deploy(lab, ['web']);
  lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { durationMs: 3_000_000 } });
  lab.region.autoScaling.world.setDesiredCapacity('web', 1);
  const isRunning = () => (lab.jenkins?.builds(lab.jobs.deploy) ?? []).some(({ building }) => building);
  expect(await lab.clock.runUntil(isRunning, 600_000)).toBe(true);
  const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
  return id!;
}

const withIam = (use: (lab: Lab, iam: Iam) => Promise<void>) => {
  const iam = new Iam();
  return withLab(iam.options, (lab) => use(lab, iam));
};

async function leaves(lab: Lab, id: string): Promise<void> {
  lab.region.autoScaling.world.terminateInstance(id, { decrement: true });
  await minutes(lab, 20);
  await settle(lab);
  expect(lab.jenkins?.builds(lab.jobs.deploy)).toMatchObject([{ result: 'ABORTED' }]);
  expect(await traces(lab, id)).toEqual(nothing);
}

test('jobs are taken out while a build of them runs: the release may still ask Jenkins to end it', () =>
  withIam(async (lab, iam) => {
    const id = await inDeploy(lab, iam);
    await change(lab, { provision: undefined, deploy: undefined });
    await iam.deploy(lab, ['web']);
    await leaves(lab, id);
  }));

test('another secret, which IAM may not read for some minutes: the build is ended, and not left', () =>
  withIam(async (lab, iam) => {
    const id = await inDeploy(lab, iam);
    const { jenkins } = await lab.settings.read('web');
    await change(lab, { jenkins: { ...jenkins, credentialsSecret: 'lab/another' } });
    await iam.deploy(lab, ['web'], { afterMs: 4 * 60_000 });
    await leaves(lab, id);
  }));

const deployByName = (lab: Lab) => ({
  job: lab.jobs.deploy,
  parameters: { NAME: '{fqdn}', INSTANCE: '{instanceId}', ADDRESS: '{address}' },
});
const dnsOf = (lab: Lab) => ({ zoneId: lab.zone.id, zoneName: 'internal.example.com' });

test('DNS comes into the settings while a launch is on hold behind it: nothing is deployed to an empty name', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { dns: undefined, deploy: { job: lab.jobs.deploy, parameters: {} } } });
    buildsEndAs(lab, 'provision', 'FAILURE');
    const [id] = await launch(lab);
    expect(told(lab)[0]?.subject).toContain('Provision failed');
    await change(lab, { dns: dnsOf(lab), deploy: deployByName(lab) });
    await lab.muster.operations.retry(web01);
    await settle(lab);
    await minutes(lab, 5);
    // It has no name in DNS, and a redrive of a later step gives it none.
    expect(lab.jenkins?.builds(lab.jobs.deploy)).toEqual([]);
    expect(told(lab).at(-1)?.subject).toContain('Deploy failed (RecordIncomplete)');
    expect(told(lab).at(-1)?.text).toContain("NAME: got '{fqdn}', and no {fqdn} is on record of web-01");
    expect(told(lab).at(-1)?.text).toContain('It cannot be redriven (the state that failed does not record');
    expect(stateOf(lab, id!)).toBe('Pending:Wait');
    // A new attempt does.
    await lab.muster.operations.retry(web01);
    await settle(lab);
    expect(stateOf(lab, id!)).toBe('InService');
    const names = lab.jenkins?.builds(lab.jobs.deploy).map(({ parameters }) => parameters.NAME);
    expect(names).toEqual(['web-01.internal.example.com']);
  }));

test('DNS comes into the settings before a launch comes to its records: its jobs get the name that it has by then', async () => {
  let changed: (() => Promise<void>) | undefined;
  const interceptStep: StepInterceptor = (step, run) => async (payload) => {
    if (step === 'RegisterDns') await changed?.();
    return run(payload);
  };
  await withLab({ interceptStep }, async (lab) => {
    lab.addGroup('web', { settings: { dns: undefined } });
    changed = () => change(lab, { dns: dnsOf(lab), deploy: deployByName(lab) });
    const [id] = await launch(lab);
    expect(stateOf(lab, id!)).toBe('InService');
    const names = lab.jenkins?.builds(lab.jobs.deploy).map(({ parameters }) => parameters.NAME);
    expect(names).toEqual(['web-01.internal.example.com']);
  });
});

test('a target group comes into the settings while a launch waits for its health: it is registered there without a retry', () =>
  withLab({}, async (lab) => {
    const first = lab.addGroup('web', {
      settings: { provision: undefined, deploy: undefined, healthTimeoutMinutes: 30 },
    });
    const { world } = lab.region.elasticLoadBalancing;
    const idsIn = (arn: string) => world.targetsOf(world.targetGroup(arn)).map(({ instanceId }) => instanceId);
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    expect(await lab.clock.runUntil(() => idsIn(first).length > 0, 600_000)).toBe(true);
    const [id = ''] = idsIn(first);
    const { arn } = world.createTargetGroup({ name: 'late', vpcId: 'vpc-lab', targetType: 'instance' });
    await change(lab, { targetGroups: [first, arn] });
    lab.region.ec2.world.setAppState(id, 'healthy');
    await minutes(lab, 10);
    expect([stateOf(lab, id), idsIn(arn)]).toEqual(['InService', [id]]);
    expect(told(lab)).toEqual([]);
  }));
