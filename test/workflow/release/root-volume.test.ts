import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { buildsEndAs, minutes, told } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

const events = ['EC2 Instance-launch Lifecycle Action', 'EC2 Instance-terminate Lifecycle Action'];

async function replaced(lab: Lab, id: string): Promise<void> {
  lab.region.autoScaling.world.replaceRootVolume(id);
  await minutes(lab, 15);
  await settle(lab);
}

describe.each([
  ['with all events', 0],
  ['with all events lost', 1],
])('%s', (_, loss) => {
  test('a member whose root volume is replaced keeps number and name, and is provisioned and deployed to again', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { deregistrationDelaySeconds: 10 });
      const [id] = await launch(lab, 2);
      const before = (await lab.ledger.member('web', id!))!;
      lab.region.bus.setDelivery({ byDetailType: Object.fromEntries(events.map((kind) => [kind, { loss }])) });
      await replaced(lab, id!);
      expect(stateOf(lab, id!)).toBe('InService');
      const after = (await lab.ledger.member('web', id!))!;
      const { index, name, fqdn, claimedAt } = before;
      expect(after).toMatchObject({ index, name, fqdn, claimedAt, phase: 'in-service' });
      expect(Object.values(after.builds).map(({ attempt }) => attempt)).toEqual([2, 2]);
      expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(3);
      expect(lab.region.route53.world.resolve(before.fqdn!)).toEqual(before.addresses);
      expect(told(lab)).toEqual([]);
    }));
});

test('it is launched once more each time', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { deregistrationDelaySeconds: 10 });
    const [id] = await launch(lab);
    for (const attempt of [2, 3]) {
      await replaced(lab, id!);
      expect(stateOf(lab, id!)).toBe('InService');
      expect((await lab.ledger.member('web', id!))?.builds.deploy?.attempt).toBe(attempt);
    }
  }));

test('a deploy that fails then is held and retried, as after any launch', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { deregistrationDelaySeconds: 10 });
    const [id] = await launch(lab);
    buildsEndAs(lab, 'deploy', 'FAILURE');
    await replaced(lab, id!);
    expect(stateOf(lab, id!)).toBe('Pending:Wait');
    expect(told(lab).map(({ subject }) => subject)).toEqual(['web-01 is on hold: Deploy failed (BuildFailed)']);
    await lab.muster.operations.retry({ group: 'web', instance: 'web-01' });
    await settle(lab);
    expect(stateOf(lab, id!)).toBe('InService');
    expect((await lab.ledger.member('web', id!))?.name).toBe('web-01');
  }));
