import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createLab, type Lab, type LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { executions, lastState, launch, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

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

const fqdn = 'web-01.internal.example.com';

describe.each(Object.entries(places))('%s beside the first', (place, options) => {
  // In one region a group has one name; another deployment's group of another name can be given the same names.
  const group = place === 'another deployment' ? 'web-next' : 'web';
  const names = { pattern: 'web-{index:02}' };

  test('gets no name of a group called the same, and its release leaves the first its own', () =>
    sideBySide([options], async (first, second) => {
      const reverse = first.region.route53.world.createZone({ name: '10.in-addr.arpa' });
      const reverseZone = { zoneId: reverse.id, zoneName: '10.in-addr.arpa' };
      const dns = { zoneId: first.zone.id, zoneName: first.zone.name, reverseZone };
      first.addGroup('web', { settings: { dns } });
      second.addGroup(group, { settings: { dns, names } });
      const [web] = await launch(first);
      const { world } = first.region.route53;
      const before = [...world.zones].map(({ records }) => records.from(undefined, undefined, 100));
      await launch(second, 1, group);
      const [failed] = executions(second);
      expect(failed).toMatchObject({ status: 'FAILED', error: 'NameTaken' });
      expect(failed?.cause).toContain(`${web} of group web of muster in eu-central-1 of account 123456789012`);
      second.region.autoScaling.world.setDesiredCapacity(group, 0);
      await second.clock.advance(20 * 60_000);
      expect(await second.ledger.members(group)).toEqual([]);
      expect([...world.zones].map(({ records }) => records.from(undefined, undefined, 100))).toEqual(before);
      expect(world.resolve(fqdn)).toEqual([first.region.ec2.world.instance(web!).privateIp]);
    }));

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

test('Jenkins is asked by values of which no other region has the same', () =>
  sideBySide([{ region: { name: 'eu-west-1' } }], async (first, second) => {
    first.addGroup('web');
    second.addGroup('api');
    await launch(first);
    await launch(second, 1, 'api');
    const asked = [...(await first.ledger.members('web')), ...(await second.ledger.members('api'))];
    const values = asked.map(({ builds }) => builds['deploy']?.correlation ?? '');
    expect(values[0]).toMatch(/^arn:aws:states:eu-central-1:123456789012:execution:scale-out:web_i-/);
    expect(values[1]).toMatch(/^arn:aws:states:eu-west-1:123456789012:execution:scale-out:api_i-/);
  }));

describe('an instance that is marked as another deployment’s', () => {
  const places = {
    'another account': 'aws:210987654321:eu-central-1:muster',
    'another deployment': 'aws:123456789012:eu-central-1:muster-next',
    'another partition': 'aws-cn:123456789012:eu-central-1:muster',
  };
  const mark = (value: string) => [{ Key: 'muster:deployment', Value: value }];

  test.each(Object.entries(places))('%s: is not numbered over it, until a person has taken the mark away', (_, other) =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { tags: { 'muster:deployment': other, 'muster:index': '7' } });
      const [id] = await launch(lab);
      const failed = onlyExecution(lab);
      expect(failed).toMatchObject({ status: 'FAILED', error: 'InstanceTaken' });
      expect(lastState(lab, failed.executionArn)).toBe('Tag instance');
      expect(failed.cause).toMatch(new RegExp(`${id} is marked as an instance of muster(-next)? in eu-central-1 of`));
      const { world } = lab.region.ec2;
      expect(world.instance(id!).tags.actual().get('muster:index')).toBe('7');
      world.removeTags(id!, ['muster:deployment']);
      // EC2 shows it a little later.
      await lab.clock.advance(60_000);
      await lab.muster.operations.retry({ group: 'web', instance: 'web-01' });
      await settle(lab);
      expect(stateOf(lab, id!)).toBe('InService');
      const tags = Object.fromEntries(world.instance(id!).tags.actual());
      expect(tags).toMatchObject({ 'muster:index': '1', 'muster:deployment': 'aws:123456789012:eu-central-1:muster' });
    }),
  );

  test('a warm pool’s instance is looked at too, though it gets its tags later', () =>
    withLab({}, async (lab) => {
      const tags = { 'muster:deployment': places['another deployment'] };
      const settings = { provision: { job: 'provision', parameters: { IP: '{address}' } } };
      lab.addGroup('web', { tags, settings, maxSize: 1, warmPool: { reuseOnScaleIn: true } });
      await lab.clock.advance(5 * 60_000);
      expect(onlyExecution(lab)).toMatchObject({ status: 'FAILED', error: 'InstanceTaken' });
    }));

  test('an instance with an earlier version’s tags gets the mark', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { tags: { 'muster:index': '1', Name: 'web-01' } });
      const [id] = await launch(lab);
      expect(stateOf(lab, id!)).toBe('InService');
      const tags = [...lab.region.ec2.world.instance(id!).tags.actual()].map(([Key, Value]) => ({ Key, Value }));
      expect(tags).toEqual(expect.arrayContaining(mark('aws:123456789012:eu-central-1:muster')));
    }));
});
