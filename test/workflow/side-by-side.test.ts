import { VirtualClock } from '../../infra/lab/clock';
import { createLab, type Lab, type LabOptions } from '../../infra/lab/lab';
import { launch, settle, stateOf } from '../support/run-lab';

/** A lab, and others beside it with these differences, all on one clock. */
async function sideBySide(
  others: readonly Omit<LabOptions, 'clock' | 'seed' | 'beside'>[],
  use: (first: Lab, ...others: Lab[]) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock();
  const labs = [await createLab({ clock, seed: 1, reachedOver: 'memory' })];
  try {
    for (const other of others) labs.push(await createLab({ ...other, clock, seed: 1, beside: labs[0]! }));
    await use(...(labs as [Lab]));
  } finally {
    for (const lab of labs.reverse()) await lab.close();
  }
}

const places = {
  'another region': { region: { name: 'eu-west-1' } },
  'another account': { region: { account: '210987654321' } },
  'another deployment': { stackName: 'muster-next' },
};

describe.each(Object.entries(places))('%s beside the first', (place, options) => {
  test('serves its own groups, with the zones and the Jenkins of both', () =>
    sideBySide([options], async (first, second) => {
      first.addGroup('web');
      second.addGroup('api');
      const [web] = await launch(first);
      const [api] = await launch(second, 1, 'api');
      await settle(second);
      expect([stateOf(first, web!), stateOf(second, api!)]).toEqual(['InService', 'InService']);
      expect(web).not.toBe(api);
      const { world } = first.region.route53;
      expect(world.resolve('web-01.internal.example.com')).toEqual([first.region.ec2.world.instance(web!).privateIp]);
      expect(world.resolve('api-01.internal.example.com')).toEqual([second.region.ec2.world.instance(api!).privateIp]);
      expect(first.region.ec2.world.find(api!) === undefined).toBe(place !== 'another deployment');
      expect(await first.ledger.members('api')).toEqual([]);
    }));
});

test('two deployments of one name in one region are refused', () =>
  expect(sideBySide([{}], async () => undefined)).rejects.toMatchObject({ name: 'StackExists' }));
