import { queryError } from './canned-aws';
import { DeployedFunctions, describedInstance, launch } from './deployed';

// As in calls.test.ts, of the functions for DNS and the load balancer: the bundle that is deployed, against servers that speak AWS's and Jenkins' protocols: what the build takes out of
// the clients must not be missed. Each service is called at least once, and asked for at least one error.

const deployed = new DeployedFunctions();
beforeAll(() => deployed.start(), 60_000);
afterAll(() => deployed.stop());
beforeEach(() => deployed.reset());

const targetGroup = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef';

describe('register-dns and check-dns', () => {
  const zone = '/2013-04-01/hostedzone/Z1';
  const change = (status: string) =>
    `<Response><ChangeInfo><Id>/change/C1</Id><Status>${status}</Status><SubmittedAt>2026-11-23T06:00:00Z</SubmittedAt>
    </ChangeInfo></Response>`;

  test('writes the records of a name that is free', async () => {
    await deployed.claimed();
    deployed.settings({ dns: { zoneId: 'Z1', zoneName: 'internal.example.com' } });
    deployed.aws.on('DescribeInstances', { body: describedInstance() });
    deployed.aws.on(`GET ${zone}/rrset`, {
      body: '<ListResourceRecordSetsResponse><ResourceRecordSets></ResourceRecordSets></ListResourceRecordSetsResponse>',
    });
    deployed.aws.on(`POST ${zone}/rrset`, { body: change('PENDING') });
    const { output, error } = await deployed.call('register-dns', { index: 3 });
    expect(error).toBeUndefined();
    expect(output).toMatchObject({ action: 'registered', changes: ['/change/C1'] });
    expect(deployed.aws.calls.at(-1)?.body).toContain('<Value>10.0.0.7</Value>');
  });

  test.each([
    ['as in every error', queryError('InvalidChangeBatch', 'Tried to create web-03, but it already exists')],
    [
      'in a list of its own',
      `<InvalidChangeBatch><Messages><Message>Tried to create web-03, but it already exists</Message></Messages>
      <RequestId>r</RequestId></InvalidChangeBatch>`,
    ],
  ])('looks at a name that exists, which Route 53 says %s', async (_, body) => {
    await deployed.claimed();
    deployed.settings({ dns: { zoneId: 'Z1', zoneName: 'internal.example.com' } });
    deployed.aws.on('DescribeInstances', { body: describedInstance() });
    deployed.aws.on(`POST ${zone}/rrset`, { status: 400, body });
    deployed.aws.on(`GET ${zone}/rrset`, {
      body: `<ListResourceRecordSetsResponse><ResourceRecordSets><ResourceRecordSet>
        <Name>web-03.internal.example.com.</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord>
        <Value>10.9.9.9</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></ResourceRecordSets>
        </ListResourceRecordSetsResponse>`,
    });
    expect((await deployed.call('register-dns', { index: 3 })).error?.name).toBe('NameTaken');
  });

  test.each([
    ['INSYNC', undefined, 200, change('INSYNC')],
    ['PENDING', 'DnsPending', 200, change('PENDING')],
    ['NoSuchChange', undefined, 404, queryError('NoSuchChange')],
    ['Throttling', 'Throttled', 400, queryError('Throttling', 'Rate exceeded')],
  ])('Route 53 says that a change is %s: %s', async (_, name, status, body) => {
    deployed.aws.on('GET /2013-04-01/change/C1', { status, body });
    expect((await deployed.call('check-dns', { index: 3, name: 'web-03', changes: ['/change/C1'] })).error?.name).toBe(
      name,
    );
  });
});

describe('register-targets and check-health', () => {
  beforeEach(async () => {
    await deployed.claimed();
    deployed.settings({ targetGroups: [targetGroup] });
    deployed.aws.on('DescribeInstances', { body: describedInstance() });
  });
  const ok = '<RegisterTargetsResponse><RegisterTargetsResult/></RegisterTargetsResponse>';
  const notRunning = queryError(
    'InvalidTarget',
    `The following targets are not in a running state: ${launch.instanceId}`,
  );

  test.each([
    ['done', undefined, 200, ok],
    ['InvalidTarget', 'InstanceNotRunningYet', 400, notRunning],
    ['TargetGroupNotFound', 'TargetGroupUnusable', 400, queryError('TargetGroupNotFound')],
  ])('ELB answers a registration with %s: %s', async (_, name, status, body) => {
    deployed.aws.on('RegisterTargets', { status, body });
    expect((await deployed.call('register-targets', { index: 3 })).error?.name).toBe(name);
    const asked = deployed.aws.calls.map(({ body }) => body).find((body) => body.includes('Action=RegisterTargets'));
    expect(asked).toContain(`Targets.member.1.Id=${launch.instanceId}`);
  });

  const health = `<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions><member>
    <Target><Id>${launch.instanceId}</Id></Target><TargetHealth><State>healthy</State></TargetHealth></member>
    </TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`;

  test.each([
    ['healthy', undefined, 200, health],
    ['TargetGroupNotFound', 'TargetUnusable', 400, queryError('TargetGroupNotFound')],
    ['ThrottlingException', 'Throttled', 400, queryError('ThrottlingException')],
  ])('ELB answers the question for health with %s: %s', async (_, name, status, body) => {
    deployed.aws.on('DescribeTargetHealth', { status, body });
    expect((await deployed.call('check-health', { index: 3 })).error?.name).toBe(name);
  });
});
