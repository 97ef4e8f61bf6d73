import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { doctor, findingCodes, type Finding } from '../../../functions/fleet/operations/doctor';
import { worldOfLab } from '../../../infra/console/world-lab';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { muster, type CommandOutput } from '../../support/console/run';
import { launch, withLab } from '../../support/run-lab';

/** What the doctor says of a lab in which something was done. */
async function examined(
  prepare: (lab: Lab) => void | Promise<void>,
  args: string[] = [],
): Promise<CommandOutput & { codes: string[]; findings: Finding[] }> {
  return withLab({ reachedOver: 'http' }, async (lab) => {
    await prepare(lab);
    const said = await muster(['doctor', '--json', ...args], { world: worldOfLab(lab) });
    const findings = said.out.startsWith('[') ? (JSON.parse(said.out) as Finding[]) : [];
    return { ...said, findings, codes: findings.map(({ code }) => code) };
  });
}

test('a group as it should be has nothing', async () => {
  const said = await examined(async (lab) => {
    lab.addGroup('web');
    await launch(lab, 2);
  });
  // The lab's groups terminate by AWS's default policy.
  expect(said).toMatchObject({ code: 0, codes: ['termination-policy'] });
});

test.each<[string, (lab: Lab) => void | Promise<void>, string, RegExp]>([
  [
    'without its launch hook',
    (lab) => void lab.addGroup('web', { launchHook: null }),
    'hook-missing',
    /go into service without Muster/,
  ],
  [
    'whose hook was changed by hand',
    (lab) => {
      lab.addGroup('web');
      lab.region.autoScaling.world.putHook('web', 'autoscaling:EC2_INSTANCE_LAUNCHING', {
        name: 'muster-launch',
        defaultResult: 'CONTINUE',
        heartbeatTimeout: 60,
      });
    },
    'hook-drifted',
    /default result is CONTINUE.* 60 s/,
  ],
  [
    'whose target group has no listener',
    (lab) => void lab.addGroup('web', { hasListenerRule: false }),
    'target-group-without-listener',
    /no listener rule/,
  ],
  [
    'whose settings have mistakes',
    (lab) => lab.settings.put('web', { group: 'web', holdMinutes: 'soon' }),
    'settings-invalid',
    /holdMinutes/,
  ],
  [
    'whose target group takes no instances',
    (lab) => void lab.addGroup('web', { targetType: 'lambda' }),
    'target-group-unusable',
    /type lambda/,
  ],
  [
    'a number of which is held by an instance that it does not have',
    async (lab) => {
      lab.addGroup('web');
      const [instanceId, at] = ['i-0123456789abcdef0', lab.clock.now().toISOString()];
      await lab.ledger.claim({ group: 'web', instanceId, index: 7, name: 'web-07', execution: 'e', at });
    },
    'ledger-orphan',
    /^hold numbers and are not in the group: web-07 \(i-0123456789abcdef0\)$/,
  ],
  [
    'in the zone of which is a name of an instance without a number',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      const [member] = await lab.ledger.members('web');
      await lab.ledger.free(member!, 'a test', lab.clock.now().toISOString());
    },
    'dns-orphan',
    /^web-01\.\S+ is marked for i-\w+, which holds no number$/,
  ],
  [
    'that was taken out while an instance of it holds a number',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.settings.remove('web');
    },
    'group-taken-out',
    /^it is no longer in the configuration, and 1 of its instances hold/,
  ],
  ['that is gone', (lab) => lab.settings.put('gone', { group: 'gone' }), 'group-missing', /no group gone/],
  [
    'with a hold that its hook cuts',
    (lab) => void lab.addGroup('web', { heartbeatSeconds: 120, settings: { holdMinutes: 600 } }),
    'hold-beyond-hook',
    /600 min/,
  ],
  [
    'whose target group is gone',
    (lab) =>
      void lab.addGroup('web', {
        settings: {
          targetGroups: ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/x/0123456789abcdef'],
        },
      }),
    'target-group-missing',
    /targetgroup\/x/,
  ],
  [
    'in a zone that is none',
    (lab) => void lab.addGroup('web', { settings: { dns: { zoneId: 'Z0NOSUCHZONE', zoneName: 'x.example.com' } } }),
    'zone-unreadable',
    /Z0NOSUCHZONE/,
  ],
  [
    'in a zone of another name',
    (lab) => void lab.addGroup('web', { settings: { dns: { zoneId: lab.zone.id, zoneName: 'other.example.com' } } }),
    'zone-name-differs',
    /other\.example\.com/,
  ],
  [
    'whose job is not there',
    (lab) => void lab.addGroup('web', { settings: { deploy: { job: 'platform/nothing' } } }),
    'job-unusable',
    /job\/nothing/,
  ],
  [
    'whose job does not define a parameter',
    (lab) =>
      void lab.addGroup('web', { settings: { deploy: { job: lab.jobs.deploy, parameters: { COLOUR: 'red' } } } }),
    'job-unusable',
    /COLOUR/,
  ],
  [
    'whose job keeps too few builds',
    (lab) => {
      lab.addGroup('web');
      lab.jenkins!.updateJob(lab.jobs.deploy, { numToKeep: 2 });
    },
    'job-unusable',
    /keeps/,
  ],
  [
    'that cannot reach Jenkins',
    async (lab) => {
      lab.addGroup('web');
      lab.jenkins!.faults.add({ answer: 'reset', times: 100 });
    },
    'jenkins-unreachable',
    /./,
  ],
  [
    'with an instance of before',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      const [member] = await lab.ledger.members('web');
      await lab.ledger.free(member!, 'a test', lab.clock.now().toISOString());
    },
    'instance-unknown',
    /i-\w+/,
  ],
  [
    'whose pattern has changed',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.settings.put('web', { ...(await lab.settings.read('web')), names: { pattern: 'www-{index}' } });
    },
    'name-outside-pattern',
    /web-01/,
  ],
  [
    'whose DNS was taken out',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.settings.put('web', { ...(await lab.settings.read('web')), dns: undefined });
    },
    'zone-taken-out',
    /have records in zone Z\w+, which is not in the settings: web-01$/,
  ],
  [
    'that went to another zone',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab, 2);
      const { id } = lab.region.route53.world.createZone({ name: 'later.example.com' });
      const settings = await lab.settings.read('web');
      lab.settings.put('web', { ...settings, dns: { ...settings.dns, zoneId: id, zoneName: 'later.example.com' } });
    },
    'zone-taken-out',
    /web-01, web-02$/,
  ],
  [
    'whose target groups were taken out',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.settings.put('web', { ...(await lab.settings.read('web')), targetGroups: [] });
    },
    'target-group-taken-out',
    /are in arn:aws:elasticloadbalancing:.*, which is not in the settings: web-01$/,
  ],
  [
    'a member of which has another number on it',
    async (lab) => {
      lab.addGroup('web');
      const [id] = await launch(lab);
      lab.region.ec2.world.writeTags(id!, { 'muster:index': '9' });
      await lab.clock.advance(60_000);
    },
    'tag-differs',
    /web-01 \(i-\w+\) says 9/,
  ],
  [
    'a member of which has another name on it',
    async (lab) => {
      lab.addGroup('web');
      const [id] = await launch(lab);
      lab.region.ec2.world.writeTags(id!, { Name: 'web-001' });
      await lab.clock.advance(60_000);
    },
    'tag-differs',
    /web-01 \(i-\w+\) says web-001/,
  ],
  [
    'an instance of which bears a number that the ledger has lost',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.ledger.restore();
    },
    'tag-orphan',
    /i-\w+ \(1\)/,
  ],
  [
    'with a target of another group',
    async (lab) => {
      const TargetGroupArn = lab.addGroup('web');
      lab.addGroup('other');
      const [id] = await launch(lab, 1, 'other');
      await lab.region.elasticLoadBalancing.api.registerTargets({ TargetGroupArn, Targets: [{ Id: id! }] });
    },
    'target-orphan',
    /^web has targets that are no instances of the group: i-\w+$/,
  ],
  [
    'whose record was removed by hand',
    async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.region.route53.world.removeForeign(lab.zone.id, `web-01.${lab.zone.name}`, 'A');
    },
    'dns-missing',
    /web-01/,
  ],
  [
    'in which launching is suspended',
    (lab) => {
      lab.addGroup('web');
      lab.region.autoScaling.world.suspend('web', 'Launch');
    },
    'process-suspended',
    /Launch/,
  ],
])('a group %s', async (_, prepare, code, evidence) => {
  const said = await examined(prepare);
  expect(said.codes).toContain(code);
  const found = said.findings.find((one) => one.code === code)!;
  expect(found.evidence).toMatch(evidence);
  expect(found.repair).not.toBe('');
  expect(findingCodes).toContain(found.code);
  expect(said.code).toBe(found.severity === 'problem' ? 1 : said.code);
});

test('a zone that another group has, and one that the deployment still names, is within reach of releases', async () => {
  const said = (world: (lab: Lab) => object, prepare: (lab: Lab) => void) =>
    withLab({ reachedOver: 'http' }, async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      lab.settings.put('web', { ...(await lab.settings.read('web')), dns: undefined });
      prepare(lab);
      const found = await doctor({ ...worldOfLab(lab), ...world(lab) });
      return found.filter(({ code }) => code === 'zone-taken-out').map(({ severity, group }) => [group, severity]);
    });
  const without = () => ({});
  const nothing = () => undefined;
  expect(await said(without, nothing)).toEqual([['web', 'problem']]);
  expect(await said(without, (lab) => void lab.addGroup('api'))).toEqual([['web', 'notice']]);
  const named = (lab: Lab) => ({ formerly: { zones: [lab.zone.id], targetGroups: [] } });
  expect(await said(named, nothing)).toEqual([['web', 'notice']]);
});

test('what cannot be looked at is a finding, and no reason to leave out the rest', async () => {
  const said = await examined((lab) => {
    lab.addGroup('web', { hasListenerRule: false });
    jest
      .spyOn(lab.region.autoScaling.api, 'describeLifecycleHooks')
      .mockRejectedValue(Object.assign(new Error('not now'), { name: 'InternalFailure' }));
  });
  expect(said.codes).toEqual(expect.arrayContaining(['could-not-look', 'target-group-without-listener']));
});

test('a group that is not managed is said to be none', async () => {
  const said = await examined((lab) => void lab.addGroup('web'), ['nope']);
  expect(said).toMatchObject({ code: 1, out: expect.stringContaining('managed are web') as string });
});

test('each code that the doctor has is looked for in a test', () => {
  const tests = ['doctor.test.ts', 'over-aws.test.ts']
    .map((name) => readFileSync(join(__dirname, name), 'utf8'))
    .join('\n');
  expect(findingCodes.filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
});
