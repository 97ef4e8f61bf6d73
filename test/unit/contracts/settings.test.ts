import { parseGroupSettings } from '../../../functions/fleet/contracts/settings';

const mistakesOf = (input: unknown): string[] => {
  try {
    parseGroupSettings(input, 'web.json');
  } catch (error) {
    return String(error).split('\n').slice(1);
  }
  return [];
};

const targetGroup = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';
const full = {
  group: 'web',
  launchHook: 'muster-launch',
  names: { pattern: '{group}-{index:02}', start: 0 },
  dns: {
    zoneId: 'Z0123456789ABC',
    zoneName: 'internal.example.com',
    ttlSeconds: 30,
    ipv6: true,
    reverseZone: { zoneId: 'Z1', zoneName: '0.10.in-addr.arpa' },
  },
  tags: { Role: '{group}' },
  jenkins: { url: 'https://jenkins.example.com/ci', credentialsSecret: 'muster/jenkins' },
  provision: {
    job: 'platform/provision',
    parameters: { HOST: '{fqdn}' },
    correlationParameter: 'REQUEST',
    unstable: 'success',
    timeoutMinutes: 20,
  },
  deploy: { job: 'deploy-web', parameters: { JSON: '{"host":"{name}"}' } },
  targetGroups: [targetGroup],
  healthTimeoutMinutes: 5,
};

test('the smallest settings are a group: the rest has defaults', () => {
  expect(parseGroupSettings({ group: 'web' }, 'web.json')).toEqual({
    group: 'web',
    launchHook: 'muster-launch',
    terminateHook: 'muster-terminate',
    names: { pattern: '{group}-{index:02}', start: 1 },
    tags: {},
    targetGroups: [],
    healthTimeoutMinutes: 15,
    holdMinutes: 60,
    breakerAfter: 3,
  });
});

test('full settings are taken as they are', () => {
  expect(parseGroupSettings(full, 'web.json')).toMatchObject(full);
});

test('all mistakes are reported together, each with its path, its value and what is allowed', () => {
  const mistakes = mistakesOf({
    ...full,
    group: 'Web',
    color: 'blue',
    names: { start: 2 },
    dns: { zoneId: 'Z1', zoneName: 'Internal.example.com.', ttlSeconds: 0 },
    tags: { 'aws:x': 'y', Role: '{role}' },
    provision: { job: '/x', timeoutMinutes: 0.5, unstable: 'maybe' },
    targetGroups: ['web'],
    healthTimeoutMinutes: '5',
  });
  const expected = [
    'names.start: got 2, allowed: 0 or 1',
    'dns.zoneName: got "Internal.example.com.", allowed: a domain name in lower case without a dot at its end, such as internal.example.com',
    'dns.ttlSeconds: got 0, allowed: a whole number of seconds from 1 to 86400',
    'tags.aws:x: got "aws:x", allowed: tag keys that start with neither aws: nor muster:',
    'provision.timeoutMinutes: got 0.5, allowed: a whole number of minutes from 1 to 360',
    'provision.unstable: got "maybe", allowed: "success" or "failure"',
    'targetGroups.0: got "web", allowed: the ARN of a target group',
    'healthTimeoutMinutes: got "5", allowed: a whole number of minutes from 1 to 120',
    'color: got "blue", allowed: no such setting',
  ];
  expect(mistakes).toEqual(expect.arrayContaining(expected));
  expect(mistakes.some((line) => line.startsWith('tags.Role: got "{role}"'))).toBe(true);
  expect(mistakes.some((line) => line.startsWith('provision.job: got "/x"'))).toBe(true);
});

describe('how long a build may take, and whether it is stopped', () => {
  const jobWith = (changes: object) => ({ ...full, deploy: { ...full.deploy, ...changes } });

  test('have defaults', () => {
    expect(parseGroupSettings(full, 'x').deploy).toMatchObject({
      queueTimeoutMinutes: 30,
      timeoutMinutes: 30,
      interruptible: true,
    });
  });

  test.each([
    { queueTimeoutMinutes: 1 },
    { queueTimeoutMinutes: 360, timeoutMinutes: 1 },
    { interruptible: false },
    { interruptible: true },
  ])('are taken as they are: %j', (changes) => {
    expect(parseGroupSettings(jobWith(changes), 'x').deploy).toMatchObject(changes);
  });

  test.each([
    [{ queueTimeoutMinutes: 0 }, 'deploy.queueTimeoutMinutes: got 0, allowed: a whole number of minutes from 1 to 360'],
    [
      { queueTimeoutMinutes: 361 },
      'deploy.queueTimeoutMinutes: got 361, allowed: a whole number of minutes from 1 to 360',
    ],
    [
      { queueTimeoutMinutes: '30' },
      'deploy.queueTimeoutMinutes: got "30", allowed: a whole number of minutes from 1 to 360',
    ],
    [
      { queueTimeoutMinutes: null },
      'deploy.queueTimeoutMinutes: got null, allowed: a whole number of minutes from 1 to 360',
    ],
    [{ interruptible: 'false' }, 'deploy.interruptible: got "false", allowed: true or false'],
    [{ interruptible: 0 }, 'deploy.interruptible: got 0, allowed: true or false'],
    [{ interruptable: false }, 'deploy.interruptable: got false, allowed: no such setting'],
  ])('are refused: %j', (changes, expected) => {
    expect(mistakesOf(jobWith(changes))).toEqual([expected]);
  });
});

describe('what is said of Jenkins', () => {
  const withJenkins = (changes: object) => ({ ...full, jenkins: { ...full.jenkins, ...changes } });
  const lines = 'a whole number of lines from 0 to 40';

  test.each([{ logLines: 0 }, { logLines: 40 }, { plainHttp: true, url: 'http://ci:8080' }, { plainHttp: false }])(
    'is taken as it is: %j',
    (changes) => expect(parseGroupSettings(withJenkins(changes), 'x').jenkins).toMatchObject(changes),
  );

  test.each([
    [{ logLines: 41 }, `jenkins.logLines: got 41, allowed: ${lines}`],
    [{ logLines: -1 }, `jenkins.logLines: got -1, allowed: ${lines}`],
    [{ logLines: '10' }, `jenkins.logLines: got "10", allowed: ${lines}`],
    [{ url: 'http://ci' }, expect.stringMatching(/^jenkins\.url: got "http:\/\/ci", allowed: an https URL/)],
    [{ url: 'HTTP://ci', plainHttp: false }, expect.stringMatching(/^jenkins\.url: .*an https URL/)],
  ])('is refused: %j', (changes, expected) => {
    expect(mistakesOf(withJenkins(changes))).toEqual([expected]);
  });
});

const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`tag-${at}`, 'x']));

test.each([
  [55, tags(55), /^tags: .*at most 47 tags: an instance has room for 50 .*; these are 55$/],
  [48, { ...tags(48), Name: 'x' }, /these are 48$/],
])('%i tags do not fit', (_, given, expected) => {
  expect(mistakesOf({ ...full, tags: given })).toEqual([expect.stringMatching(expected)]);
});

test('48 tags fit, and a Name of their own', () => {
  expect(parseGroupSettings({ ...full, tags: { ...tags(47), Name: '{fqdn}' } }, 'x').tags).toHaveProperty('tag-46');
});

test.each([
  ['a pattern without an index', { names: { pattern: '{group}' } }, 'names.pattern'],
  ['a pattern with two', { names: { pattern: '{index}-{index}' } }, 'names.pattern'],
  ['a pattern that gives no DNS label', { names: { pattern: 'Web_{index}' } }, 'names.pattern'],
  ['a name that is too long', { names: { pattern: `${'w'.repeat(60)}{index}` } }, 'names.pattern'],
  ['jobs without a Jenkins', { deploy: { job: 'deploy' } }, 'jenkins'],
  [
    'a parameter that Muster fills in',
    { ...full, deploy: { job: 'd', parameters: { MUSTER_BUILD: '1' } } },
    'deploy.parameters.MUSTER_BUILD',
  ],
  [
    'a reverse zone that is none',
    { dns: { zoneId: 'Z1', zoneName: 'a.b', reverseZone: { zoneId: 'Z2', zoneName: 'c.d' } } },
    'dns.reverseZone.zoneName',
  ],
  [
    'a reverse zone of IPv6',
    { dns: { zoneId: 'Z1', zoneName: 'a.b', reverseZone: { zoneId: 'Z2', zoneName: '8.b.d.0.1.0.0.2.ip6.arpa' } } },
    'dns.reverseZone.zoneName',
  ],
  ['a width without a zero, which would leave a gap', { names: { pattern: 'web-{index:2}' } }, 'names.pattern'],
  ['no group', {}, 'group'],
])('refused: %s', (_, changes, path) => {
  const input = 'group' in changes || path === 'group' ? changes : { group: 'web', ...changes };
  expect(mistakesOf(input).map((line) => line.split(':')[0])).toEqual([path]);
});

test('a contradiction is told beside a mistake elsewhere', () => {
  const mistakes = mistakesOf({ group: 'web', names: { pattern: 'Web{index}' }, healthTimeoutMinutes: 0 });
  expect(mistakes.map((line) => line.split(':')[0])).toEqual(['healthTimeoutMinutes', 'names.pattern']);
});

test('what is not an object at all is refused', () => {
  for (const input of [null, 7, 'web', [], undefined]) expect(mistakesOf(input)).toHaveLength(1);
});

test('credentials in a URL are refused and not shown', () => {
  const mistakes = mistakesOf({
    group: 'web',
    jenkins: { url: 'https://me:hunter2@jenkins.example.com', credentialsSecret: 's' },
  });
  expect(mistakes.join()).toContain('put them into the secret');
  expect(mistakes.join()).not.toContain('hunter2');
});
