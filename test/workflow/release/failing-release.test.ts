import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { ServiceError } from '../../../infra/lab/region/base/service-error';
import { minutes, told } from '../../support/failures';
import { Iam } from '../../support/permissions/enforce';
import { launch, settle, withLab } from '../../support/run-lab';

// A release that fails repeatedly is reported, once, and when it is fixed.

const withIam = (use: (lab: Lab, iam: Iam) => Promise<void>) => {
  const iam = new Iam();
  return withLab(iam.options, (lab) => use(lab, iam));
};

/** Lets an instance leave whose target group was taken out of the settings too early. */
async function leaveInVain(lab: Lab, iam: Iam): Promise<{ id: string; targetGroups: string[] }> {
  lab.addGroup('web');
  await iam.deploy(lab, ['web']);
  const [id] = await launch(lab);
  const settings = await lab.settings.read('web');
  lab.settings.put('web', { ...settings, targetGroups: [] });
  await iam.deploy(lab, ['web']);
  lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
  return { id: id!, targetGroups: settings.targetGroups };
}

test('it is told after its second failure, once, with what it holds and what to do; and when it has succeeded', async () => {
  await withIam(async (lab, iam) => {
    const { id, targetGroups } = await leaveInVain(lab, iam);
    await minutes(lab, 15);
    expect(told(lab)).toEqual([]);
    await minutes(lab, 60);
    expect(told(lab)).toHaveLength(1);
    const [{ subject, text }] = told(lab) as [{ subject: string; text: string }];
    expect(subject).toBe('release of web-01 fails repeatedly (NotPermitted)');
    for (const part of [
      id,
      'number 1',
      'web-01.internal.example.com',
      'target group web',
      'npx muster doctor',
      'redrive-execution',
    ])
      expect(text).toContain(part);
    await minutes(lab, 12 * 60);
    expect(told(lab)).toHaveLength(1);
    expect(await lab.ledger.heldIndexes('web')).toEqual([1]);

    await iam.deploy(lab, ['web'], { formerly: { zones: [], targetGroups } });
    await minutes(lab, 5 * 60);
    await settle(lab);
    expect(await lab.ledger.heldIndexes('web')).toEqual([]);
    expect(
      told(lab)
        .slice(1)
        .map((one) => one.subject),
    ).toEqual(['release of web-01 has succeeded']);
  });
}, 60_000);

test('a message that could not be sent is sent by the next run', async () => {
  const iam = new Iam();
  let refused = 0;
  const interceptPorts = (ports: Ports): Ports => {
    const inner = iam.options.interceptPorts(ports);
    const publish: Ports['sns']['publish'] = (input) => {
      if (!/fails repeatedly/.test(input.Subject ?? '') || refused >= 2) return inner.sns.publish(input);
      refused += 1;
      return Promise.reject(new ServiceError({ code: 'AuthorizationError', message: 'not now', status: 403 }));
    };
    return { ...inner, sns: { ...inner.sns, publish } };
  };
  await withLab({ ...iam.options, interceptPorts }, async (lab) => {
    await leaveInVain(lab, iam);
    await minutes(lab, 75);
    expect(refused).toBe(2);
    expect(told(lab)).toHaveLength(1);
  });
}, 60_000);
