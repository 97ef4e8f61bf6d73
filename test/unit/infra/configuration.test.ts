import type { FleetSection } from '../../../infra/systems/fleet/config';
import { ConfigurationInvalid, parseDeployment } from '../../../infra/config/deployment';
import { deployment as example } from '../../../infra/config/muster';
import { storedSettings } from '../../../functions/fleet/contracts/stored-settings';

const web = example.fleet!.groups![0]!;

/** What a configuration is refused with: the lines below the heading. */
function mistakesIn(input: unknown): string[] {
  try {
    parseDeployment(input, 'a test');
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

const withFleet = (changes: Record<string, unknown>) => ({ ...example, fleet: { ...example.fleet, ...changes } });
const withGroup = (changes: Record<string, unknown>) => withFleet({ groups: [{ ...web, ...changes }] });
const parsed = (input: unknown) => parseDeployment(input, 'a test').systems[0]!.section as FleetSection;
const without = (key: keyof typeof example) =>
  Object.fromEntries(Object.entries(example).filter(([name]) => name !== key));

describe('the example', () => {
  test('has no mistakes, and defaults filled in', () => {
    const { stackName, logRetentionDays } = parseDeployment(example, 'a test');
    const { groups } = parsed(example);
    expect({ stackName, logRetentionDays }).toEqual({ stackName: 'muster', logRetentionDays: 90 });
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ heartbeatSeconds: 3600, settings: { group: 'web', holdMinutes: 60 } });
    // What only the deployment needs is kept from the settings: the functions refuse what they do not know.
    expect(groups[0]!.settings).not.toHaveProperty('heartbeatSeconds');
  });
});

describe('a wrong configuration is refused', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'an unknown field of a group',
      withGroup({ colour: 'red' }),
      /^fleet\.groups\.0\.colour: got "red", allowed: no such/,
    ],
    ['an unknown field', { ...example, acount: '1' }, /^acount: got "1", allowed: no such setting/],
    ['no account', without('account'), /^account: got nothing, allowed: the id of an AWS account, 12 digits/],
    ['a numeric account', { ...example, account: 111122223333 }, /^account: got 111122223333, allowed: .* in quotes/],
    [
      'a heartbeat below the range',
      withGroup({ heartbeatSeconds: 29, holdMinutes: 0 }),
      /heartbeatSeconds: got 29, .*/,
    ],
    [
      'a heartbeat above the range',
      withGroup({ heartbeatSeconds: 7201 }),
      /^fleet\.groups\.0\.heartbeatSeconds: got 7201, /,
    ],
    [
      'a heartbeat as text',
      withGroup({ heartbeatSeconds: '600' }),
      /^fleet\.groups\.0\.heartbeatSeconds: got "600", allowed/,
    ],
    [
      'a hold beyond 48 hours',
      withGroup({ holdMinutes: 2881 }),
      /^fleet\.groups\.0\.holdMinutes: got 2881, allowed: .*2880/,
    ],
    [
      'a hold beyond 100 heartbeats',
      withGroup({ heartbeatSeconds: 120, holdMinutes: 201, provision: undefined, deploy: undefined, targetGroups: [] }),
      /^fleet\.groups\.0\.holdMinutes: got 201, allowed: at most 200 minutes: .*100 times its heartbeat timeout of 120 s/,
    ],
    [
      'a hold that jobs and health leave no room for',
      withGroup({ heartbeatSeconds: 120, holdMinutes: 66 }),
      /^fleet\.groups\.0\.holdMinutes: got 66, allowed: at most 65 minutes: .*120 s, and jobs and health may take 135 minutes/,
    ],
    [
      'a default hold that they leave no room for',
      withGroup({ heartbeatSeconds: 120, holdMinutes: undefined, healthTimeoutMinutes: 30 }),
      /^fleet\.groups\.0\.holdMinutes: got 60, allowed: at most 50 minutes/,
    ],
    [
      'time-outs beyond the hook',
      withGroup({ heartbeatSeconds: 120, holdMinutes: 0, deploy: { job: 'deploy', timeoutMinutes: 120 } }),
      /^fleet\.groups\.0: .* allowed: time-outs of jobs and health of at most 200 minutes altogether: .*; these are 225/,
    ],
    [
      'a name pattern without index',
      withGroup({ names: { pattern: '{group}' } }),
      /^fleet\.groups\.0\.names\.pattern: got/,
    ],
    [
      'a zone name with a capital',
      withGroup({ dns: { zoneId: 'Z1', zoneName: 'Internal.example.com' } }),
      /^fleet\.groups\.0\.dns\.zoneName: got "Internal\.example\.com", allowed: a domain name in lower case/,
    ],
    [
      'a zone name with a dot at its end',
      withGroup({ dns: { zoneId: 'Z1', zoneName: 'internal.example.com.' } }),
      /^fleet\.groups\.0\.dns\.zoneName: got "internal\.example\.com\.", allowed: .* without a dot at its end/,
    ],
    [
      'a group twice',
      withFleet({ groups: [web, web] }),
      /^fleet\.groups\.1\.group: got "web", allowed: each group once/,
    ],
    [
      'a target group of another region',
      withGroup({
        targetGroups: ['arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef'],
      }),
      /^fleet\.groups\.0\.targetGroups\.0: .* in the account and region of the stack/,
    ],
    [
      'a former target group elsewhere',
      withFleet({
        formerly: {
          targetGroups: ['arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef'],
        },
      }),
      /^fleet\.formerly\.targetGroups\.0: .* in the account and region of the stack/,
    ],
    [
      'a secret elsewhere',
      withGroup({
        jenkins: { ...web.jenkins, credentialsSecret: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:j-AbCdEf' },
      }),
      /^fleet\.groups\.0\.jenkins\.credentialsSecret: .* in the account and region of the stack/,
    ],
    [
      'settings that no parameter holds',
      withGroup({ tags: tagsOf(9000) }),
      /^fleet\.groups\.0: .*at most 8192 bytes as they are/,
    ],
    [
      'a Jenkins whose token would be read on the way',
      withGroup({ jenkins: { ...web.jenkins, url: 'http://jenkins.internal' } }),
      /^fleet\.groups\.0\.jenkins\.url: got "http:\/\/jenkins\.internal", allowed: an https URL; or plainHttp: true/,
    ],
    [
      'more secrets than the functions can be given',
      withFleet({
        groups: Array.from({ length: 60 }, (_, n) => ({
          group: `g${n}`,
          jenkins: { url: 'https://jenkins.internal.example.com', credentialsSecret: `muster/jenkins-of-g${n}` },
        })),
      }),
      /^fleet\.groups: got 60 groups, allowed: secrets and URLs of Jenkins of at most 3000 bytes/,
    ],
    [
      'a name in DNS for a job of a group without DNS',
      withGroup({
        dns: undefined,
        deploy: { job: 'deploy', parameters: { HOST: '{address}', NAME: '{fqdn}' } },
        provision: { job: 'provision' },
      }),
      /^fleet\.groups\.0\.deploy\.parameters\.NAME: got "\{fqdn\}", allowed: no \{fqdn\} without dns/,
    ],
    [
      'a name in DNS for a tag of a group without DNS',
      withGroup({ dns: undefined, tags: { Host: 'https://{fqdn}/' }, provision: undefined, deploy: undefined }),
      /^fleet\.groups\.0\.tags\.Host: got .*, allowed: no \{fqdn\} without dns/,
    ],
    [
      'one hook for both ends',
      withGroup({ launchHook: 'muster', terminateHook: 'muster' }),
      /^fleet\.groups\.0\.terminateHook: got "muster", allowed: another name than that of launchHook/,
    ],
    [
      'a hook by the default name of the other',
      withGroup({ launchHook: 'muster-terminate', terminateHook: undefined }),
      /^fleet\.groups\.0\.launchHook: got "muster-terminate", allowed: another name than that of terminateHook/,
    ],
    [
      'one zone under two names',
      withFleet({
        groups: [
          { group: 'web', dns: { zoneId: 'Z1', zoneName: 'internal.example.com' } },
          { group: 'api', dns: { zoneId: 'Z1', zoneName: 'internal.example.org' } },
        ],
      }),
      /^fleet\.groups\.1\.dns\.zoneName: got "internal\.example\.org", allowed: a name that ends as internal\.example\.com does/,
    ],
    [
      'a zone that is its own reverse zone',
      withGroup({
        dns: {
          zoneId: 'Z1',
          zoneName: 'example.com',
          reverseZone: { zoneId: 'Z1', zoneName: '10.in-addr.arpa' },
        },
      }),
      /^fleet\.groups\.0\.dns\.reverseZone\.zoneName: .* allowed: a name that ends as example\.com does, which zone Z1 has/,
    ],
    [
      'every secret there is',
      withGroup({ jenkins: { ...web.jenkins, credentialsSecret: '*' } }),
      /^fleet\.groups\.0\.jenkins\.credentialsSecret: got "\*", allowed: the name or ARN of a secret/,
    ],
    [
      'a group with a colon, which IAM would read as the end of its id',
      withGroup({ group: 'web:x', names: { pattern: 'web-{index}' } }),
      /^fleet\.groups\.0\.group: got "web:x", allowed: the name of an Auto Scaling group/,
    ],
    [
      'a stack name that no parameter may begin with',
      { ...example, stackName: 'AWS-muster' },
      /^stackName: got "AWS-muster", allowed: .*neither aws nor ssm/,
    ],
    [
      'an address that is told twice',
      { ...example, notify: ['you@example.com', 'me@example.com', 'you@example.com'] },
      /^notify\.2: got "you@example\.com", allowed: each mail address once/,
    ],
    [
      'a subnet twice',
      withFleet({
        network: {
          ...example.fleet!.network,
          subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef0'],
        },
      }),
      /^fleet\.network\.subnetIds\.1: .* allowed: each subnet once/,
    ],
    [
      'a range that is none',
      withFleet({ network: { ...example.fleet!.network, vpcCidr: '10.0.0.256/16' } }),
      /^fleet\.network\.vpcCidr: got "10\.0\.0\.256\/16", allowed: the VPC's range/,
    ],
    ['no group at all', withFleet({ groups: [] }), /^fleet\.groups: got \[\], allowed: one group or more/],
    ['a group that is none', withFleet({ groups: ['web'] }), /^fleet\.groups\.0: got "web", allowed: an object/],
    [
      'endpoints without route tables',
      withFleet({ network: { ...example.fleet!.network, wayOut: 'endpoints', vpcCidr: '10.0.0.0/16' } }),
      /^fleet\.network\.routeTableIds: got nothing, allowed: the route tables of the subnets/,
    ],
    [
      'a demonstration without a network',
      withFleet({ network: undefined, demonstration: { group: 'shown' } }),
      /^fleet\.network\.subnetIds: got nothing, allowed: two subnets or more/,
    ],
    [
      'a demonstration with target groups',
      withFleet({ demonstration: { group: 'shown', targetGroups: [] } }),
      /^fleet\.demonstration\.targetGroups: got \[\], allowed: nothing: the stack makes its target group/,
    ],
  ])('%s', (_, input, expected) => {
    const mistakes = mistakesIn(input);
    expect(mistakes).toEqual([expect.stringMatching(expected)]);
  });

  test.each(['groups', 'network', 'ledgerTable', 'formerly', 'demonstration'])(
    '%s at the top, where earlier versions had it: it says where it stands now',
    (name) => {
      expect(mistakesIn({ ...example, [name]: [] })).toEqual([
        `${name}: got [], allowed: nothing here: it moved into the section of its system, as fleet: { ${name}: … }`,
      ]);
    },
  );

  test('no section, with the systems that there are', () => {
    expect(mistakesIn(without('fleet'))).toEqual([
      expect.stringMatching(/^\(all\): got .*, allowed: a section for one system or more: .*fleet.*webhooks/),
    ]);
  });

  test('no section because that of the fleet is still outside of it: that alone is told', () => {
    const { fleet, ...rest } = example;
    expect(mistakesIn({ ...rest, ...fleet }).map((line) => line.split(':')[0])).toEqual(['network', 'groups']);
  });

  test('what is no configuration', () => {
    expect(mistakesIn('muster')).toHaveLength(1);
  });

  test('with every mistake in one answer, and where a mistake stands beside a contradiction, both', () => {
    const zone = { zoneId: 'Z1', zoneName: 'Internal.example.com.' };
    const mistakes = mistakesIn({
      ...without('account'),
      fleet: {
        groups: [
          { ...web, dns: zone, colour: 'red', heartbeatSeconds: 10, holdMinutes: 60 },
          { ...web, group: 'shop', dns: zone, names: { pattern: 'web-{index:03}' }, deploy: { job: 7 } },
          { ...web, group: 'api', names: { pattern: '{group}' }, holdMinutes: 5000 },
        ],
      },
    });
    expect(mistakes.map((line) => line.split(':')[0]).sort()).toEqual([
      'account',
      'fleet.groups.0.colour',
      'fleet.groups.0.dns.zoneName',
      'fleet.groups.0.heartbeatSeconds',
      'fleet.groups.0.holdMinutes',
      'fleet.groups.1.deploy.job',
      'fleet.groups.1.dns.zoneName',
      'fleet.groups.1.names.pattern',
      'fleet.groups.2.holdMinutes',
      'fleet.groups.2.names.pattern',
    ]);
  });
});

describe('names in one zone', () => {
  const alone = { dns: undefined, provision: undefined };
  const two = (first: object, second: object) =>
    withFleet({
      groups: [
        { ...web, ...first },
        { ...web, ...second },
      ],
    });

  test.each<[string, object, object]>([
    ['one pattern twice', { names: { pattern: 'app-{index}' } }, { group: 'b', names: { pattern: 'app-{index}' } }],
    [
      'that differ in width only',
      { names: { pattern: 'a-{index}' } },
      { group: 'b', names: { pattern: 'a-{index:02}' } },
    ],
    [
      'that meet by the digits of a group',
      { names: { pattern: '{group}-{index}' } },
      { group: 'web-1', names: { pattern: '{group}{index}' } },
    ],
    ['of the default pattern', { names: {} }, { group: 'b', names: { pattern: 'web-{index:02}' } }],
  ])('%s are refused', (_, first, second) => {
    expect(mistakesIn(two(first, second))).toEqual([
      expect.stringMatching(/^fleet\.groups\.1\.names\.pattern: .*group web does/),
    ]);
  });

  test.each<[string, object, object]>([
    [
      'of other zones',
      {},
      { group: 'b', names: { pattern: 'web-{index:02}' }, dns: { zoneId: 'Z2', zoneName: 'example.net' } },
    ],
    ['of other patterns', {}, { group: 'api' }],
    [
      'in two names of one zone',
      { dns: { zoneId: 'Z1', zoneName: 'eu.example.com' }, names: { pattern: 'a-{index}' } },
      { group: 'b', dns: { zoneId: 'Z1', zoneName: 'us.example.com' }, names: { pattern: 'b-{index}' } },
    ],
    ['without DNS', alone, { ...alone, group: 'b', names: { pattern: 'web-{index:02}' } }],
  ])('%s are fine', (_, first, second) => {
    expect(mistakesIn(two(first, second))).toEqual([]);
  });
});

describe('the region', () => {
  const named = (region: string) =>
    mistakesIn({ ...example, region, fleet: { groups: [{ group: 'web' }] } }).filter((one) => one.startsWith('region'));
  test.each([
    'eu-central-1',
    'ap-southeast-7',
    'mx-central-1',
    'us-gov-west-1',
    'cn-northwest-1',
    'eusc-de-east-1',
    'us-iso-west-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
  ])('may be %s', (region) => {
    expect(named(region)).toEqual([]);
  });

  test.each(['', 'Frankfurt', 'eu-central', 'eu-central-1a', 'EU-CENTRAL-1', 'eusc-de-east-'])(
    'is not %p',
    (region) => {
      expect(named(region)).toHaveLength(1);
    },
  );
});

describe('the size of settings is that of what is stored', () => {
  /** Tags whose JSON has so many bytes. */
  const tagged = (bytes: number) => {
    const tags: Record<string, string> = {};
    for (let n = 0; Buffer.byteLength(JSON.stringify(tags)) < bytes - 260; n += 1) tags[`t${n}`] = 'x'.repeat(240);
    return tags;
  };
  const sizeOf = (group: Record<string, unknown>) => {
    const [found] = parsed(withGroup(group)).groups;
    return Buffer.byteLength(JSON.stringify(storedSettings(found!.settings)));
  };
  const padded = (group: Record<string, unknown>, size: number) => {
    const pad = (length: number) => ({ ...group, provision: { job: 'p', parameters: { PAD: 'x'.repeat(length) } } });
    return pad(size - sizeOf(pad(0)));
  };

  test('to the byte', () => {
    const full = padded({ tags: tagged(6000) }, 8192);
    expect(sizeOf(full)).toBe(8192);
    expect(mistakesIn(withGroup(full))).toEqual([]);
    const over = padded({ tags: tagged(6000) }, 8192);
    over.provision.parameters.PAD += 'x';
    expect(mistakesIn(withGroup(over))).toEqual([
      expect.stringMatching(
        /^fleet\.groups\.0: .*at most 8192 bytes as they are stored.*; these are 8193, most of them tags \d+/,
      ),
    ]);
  });

  test('with the defaults that are filled in', () => {
    const group = { ...web, ...padded({ tags: tagged(6000) }, 8200) };
    expect(Buffer.byteLength(JSON.stringify(group))).toBeLessThan(8192);
    expect(() => parsed(withFleet({ groups: [group] }))).toThrow(/these are 8200/);
  });

  test('in bytes, not in characters', () => {
    const tags = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`t${n}`, '漢'.repeat(200)]));
    expect(JSON.stringify({ ...web, tags }).length).toBeLessThan(8192);
    expect(mistakesIn(withGroup({ tags }))).toEqual([
      expect.stringMatching(/^fleet\.groups\.0: .*these are 1[23]\d{3}/),
    ]);
  });

  test('without what only the deployment needs', () => {
    const full = padded({ tags: tagged(6000) }, 8192);
    expect(mistakesIn(withGroup({ ...full, heartbeatSeconds: 3600 }))).toEqual([]);
  });

  test('with the target group that the stack makes for the demonstration', () => {
    const own = Object.fromEntries(Object.entries(web).filter(([name]) => name !== 'targetGroups'));
    const demonstration = { ...own, ...padded({ tags: tagged(6000) }, 8192), group: 'web' };
    const refused = mistakesIn(withFleet({ groups: [], demonstration }));
    expect(refused).toContainEqual(expect.stringMatching(/^fleet\.demonstration: .*these are 8\d{3}/));
  });
});

describe('the ends of a range are in it', () => {
  test.each([
    { heartbeatSeconds: 120, holdMinutes: 65 },
    { heartbeatSeconds: 120, holdMinutes: 200, provision: undefined, deploy: undefined, targetGroups: [] },
    { heartbeatSeconds: 7200, holdMinutes: 2745 },
    { heartbeatSeconds: 3600, holdMinutes: 0 },
  ])('%p', (changes) => {
    expect(mistakesIn(withGroup(changes))).toEqual([]);
  });
});

function tagsOf(bytes: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: Math.ceil(bytes / 200) }, (_, n) => [`tag-${n}`, 'x'.repeat(200)]));
}
