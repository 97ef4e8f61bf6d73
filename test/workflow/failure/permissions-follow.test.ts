import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { Iam } from '../../support/permissions/enforce';
import { executions, launch, settle, withLab } from '../../support/run-lab';
import { minutes } from '../../support/failures';

// With IAM in front of every call: settings change while members live, and IAM follows a deployment after a while.

const withIam = (use: (lab: Lab, iam: Iam) => Promise<void>) => {
  const iam = new Iam();
  return withLab(iam.options, (lab) => use(lab, iam));
};

function releases(lab: Lab) {
  const { engine, releaseArn: stateMachineArn } = lab.muster;
  const list = engine.listExecutions({ stateMachineArn }).executions ?? [];
  return list.map(({ executionArn = '' }) => engine.describeExecution({ executionArn }));
}

async function change(lab: Lab, changes: object): Promise<void> {
  lab.settings.put('web', { ...(await lab.settings.read('web')), ...changes });
}

function recordsOf(lab: Lab, name: string) {
  const { records } = lab.region.route53.world.zones.find(({ id }) => id === lab.zone.id)!;
  return records.from(undefined, undefined, 1000).filter((one) => one.name.startsWith(`${name}.`));
}

async function launchOne(lab: Lab, iam: Iam) {
  lab.addGroup('web');
  await iam.deploy(lab, ['web']);
  const [id] = await launch(lab);
  expect(executions(lab)).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(recordsOf(lab, 'web-01').length).toBeGreaterThan(0);
  return id!;
}

test('a name of an earlier pattern is given back under the policies of the new one', async () => {
  await withIam(async (lab, iam) => {
    const id = await launchOne(lab, iam);
    await change(lab, { names: { pattern: 'host{index:04}' } });
    await iam.deploy(lab, ['web']);
    lab.region.autoScaling.world.terminateInstance(id, { decrement: true });
    await minutes(lab, 10);
    await settle(lab);
    expect(releases(lab)).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(recordsOf(lab, 'web-01')).toEqual([]);
    expect(await lab.ledger.heldIndexes('web')).toEqual([]);
  });
}, 60_000);

test.each([
  ['target groups', { targetGroups: [] }, /deregister-targets may not elasticloadbalancing:DeregisterTargets on arn:/],
  ['DNS', { dns: undefined }, /remove-dns may not route53:ListResourceRecordSets on arn:aws:route53:::hostedzone\/Z/],
])(
  '%s taken out: a release says what it may not, and continues once they are named',
  async (_, changes, cause) => {
    await withIam(async (lab, iam) => {
      const { engine } = lab.muster;
      const id = await launchOne(lab, iam);
      const { targetGroups } = await lab.settings.read('web');
      await change(lab, changes);
      await iam.deploy(lab, ['web']);
      lab.region.autoScaling.world.terminateInstance(id, { decrement: true });
      const failed = () => releases(lab).some(({ status }) => status === 'FAILED');
      // It is waited for about as long as IAM takes.
      expect(await lab.clock.runUntil(failed, 5 * 60_000)).toBe(false);
      expect(await lab.clock.runUntil(failed, 60 * 60_000)).toBe(true);
      const [release] = releases(lab);
      expect(release).toMatchObject({ error: 'NotPermitted', cause: expect.stringMatching(cause) as string });
      expect(await lab.ledger.heldIndexes('web')).toEqual([1]);

      await iam.deploy(lab, ['web'], { formerly: { zones: [lab.zone.id], targetGroups } });
      if (failed()) engine.redriveExecution({ executionArn: release!.executionArn! });
      await minutes(lab, 10);
      await settle(lab);
      expect(releases(lab)).toMatchObject([{ status: 'SUCCEEDED' }]);
      expect(recordsOf(lab, 'web-01')).toEqual([]);
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
    });
  },
  60_000,
);

test('a launch waits for IAM to follow the deployment that it comes with', async () => {
  await withIam(async (lab, iam) => {
    await launchOne(lab, iam);
    await change(lab, { names: { pattern: 'host{index:04}' } });
    await iam.deploy(lab, ['web'], { afterMs: 4 * 60_000 });
    await launch(lab);
    const [, last] = executions(lab);
    expect(last).toMatchObject({ status: 'SUCCEEDED' });
    const { events } = lab.muster.engine.getExecutionHistory({ executionArn: last!.executionArn! });
    const waited = events.flatMap(({ taskFailedEventDetails }) => taskFailedEventDetails?.error ?? []);
    expect(waited).toContain('NotPermitted');
    expect(recordsOf(lab, 'host0002').length).toBeGreaterThan(0);
  });
}, 60_000);
