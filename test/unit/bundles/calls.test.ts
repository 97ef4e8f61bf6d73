import { systemRandom } from '../../../functions/shared/random';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createJenkinsStandIn } from '../../../infra/lab/jenkins';
import { ec2Error, jsonError } from './canned-aws';
import { DeployedFunctions, describedInstance, launch } from './deployed';

// The bundle that is deployed, against servers that speak AWS's and Jenkins' protocols: what the build takes out of
// the clients must not be missed. Each service is called at least once, and asked for at least one error.

const deployed = new DeployedFunctions();
beforeAll(() => deployed.start(), 60_000);
afterAll(() => deployed.stop());
beforeEach(() => deployed.reset());

describe('claim-index', () => {
  const state = (found: string) =>
    `<DescribeAutoScalingInstancesResponse><DescribeAutoScalingInstancesResult><AutoScalingInstances>${found}
    </AutoScalingInstances></DescribeAutoScalingInstancesResult></DescribeAutoScalingInstancesResponse>`;

  const group = (instances: string) =>
    `<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>
    <AutoScalingGroupName>web</AutoScalingGroupName><DesiredCapacity>3</DesiredCapacity><Instances>${instances}</Instances></member></AutoScalingGroups>
    </DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`;

  test('claims in DynamoDB what Auto Scaling wants, under the name that the settings give', async () => {
    deployed.settings({ names: { pattern: '{group}-{index:03}' } });
    const member = `<member><InstanceId>${launch.instanceId}</InstanceId><AutoScalingGroupName>web</AutoScalingGroupName>
      <LifecycleState>Pending:Wait</LifecycleState></member>`;
    deployed.aws.on('DescribeAutoScalingGroups', { body: group(member) });
    deployed.aws.on('DescribeInstances', {
      body: '<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>',
    });
    const { output, lines } = await deployed.call('claim-index');
    expect(output).toMatchObject({ action: 'claimed', index: 1, name: 'web-001' });
    expect(await deployed.ledger.heldIndexes('web')).toEqual([1]);
    expect(lines[0]).toMatchObject({ group: 'web', instance: launch.instanceId, name: 'web-001' });
  });

  test('leaves a number alone that an instance of the group bears and the ledger does not know', async () => {
    deployed.settings({});
    const one = (id: string, is: string) =>
      `<member><InstanceId>${id}</InstanceId><LifecycleState>${is}</LifecycleState></member>`;
    const other = launch.instanceId.replace(/^i-./, 'i-f');
    const members = one(launch.instanceId, 'Pending:Wait') + one(other, 'InService');
    deployed.aws.on('DescribeAutoScalingGroups', { body: group(members) });
    const tags = ['aws:autoscaling:groupName=web', 'muster:index=1'].map((tag) => {
      const [key, value] = tag.split('=');
      return `<item><key>${key}</key><value>${value}</value></item>`;
    });
    const answer = describedInstance(tags.join('')).replaceAll(launch.instanceId, other);
    deployed.aws.on('DescribeInstances', { body: answer });
    expect((await deployed.call('claim-index')).output).toMatchObject({ action: 'claimed', index: 2 });
  });

  test('asks for an instance by itself that the group does not list, and knows one that Auto Scaling has not', async () => {
    deployed.settings({});
    deployed.aws.on('DescribeAutoScalingGroups', { body: group('') });
    deployed.aws.on('DescribeAutoScalingInstances', { body: state('') });
    expect((await deployed.call('claim-index')).error?.name).toBe('InstanceGone');
  });

  test.each([
    ['ParameterNotFound', 400, 'GroupNotManaged'],
    ['ThrottlingException', 400, 'Throttled'],
    ['InternalServerError', 500, 'AwsUnavailable'],
    // An error that GetParameter is not documented to give has no class in the bundle; it keeps its name.
    ['HierarchyLevelLimitExceededException', 400, 'HierarchyLevelLimitExceededException'],
    ['SomethingNewException', 400, 'SomethingNewException'],
  ])('Parameter Store answers %s (%i): %s', async (type, status, name) => {
    deployed.aws.on('GetParameter', { status, body: jsonError(type) });
    const { error } = await deployed.call('claim-index');
    expect(error).toMatchObject({ name, message: expect.stringMatching(/!|parameter/) as string });
  });
});

describe('tag-instance', () => {
  beforeEach(() => deployed.claimed());

  test('reads the instance and writes the tags that it lacks', async () => {
    deployed.settings({ tags: { Role: 'web {index}' } });
    deployed.aws.on('DescribeInstances', {
      body: describedInstance('<item><key>Name</key><value>web-03</value></item>'),
    });
    deployed.aws.on('CreateTags', { body: '<CreateTagsResponse><return>true</return></CreateTagsResponse>' });
    const { output } = await deployed.call('tag-instance', { index: 3 });
    expect(output).toMatchObject({ action: 'tagged' });
    const sent = new URLSearchParams(deployed.aws.calls.at(-1)?.body);
    expect([...sent.values()]).toEqual(expect.arrayContaining(['CreateTags', launch.instanceId, 'Role', 'web 3']));
    expect([...sent.values()]).not.toContain('Name');
    expect((await deployed.ledger.member('web', launch.instanceId))?.addresses).toEqual(['10.0.0.7']);
  });

  test.each([
    ['InvalidInstanceID.NotFound', 'InstanceNotVisibleYet'],
    ['RequestLimitExceeded', 'Throttled'],
    ['UnauthorizedOperation', 'NotPermitted'],
  ])('EC2 answers %s: %s', async (code, name) => {
    deployed.settings({});
    deployed.aws.on('DescribeInstances', { status: code === 'RequestLimitExceeded' ? 503 : 400, body: ec2Error(code) });
    expect((await deployed.call('tag-instance', { index: 3 })).error?.name).toBe(name);
  });
});

describe('put-in-service', () => {
  test('completes the action, notes it in the ledger, and measures the launch once', async () => {
    await deployed.claimed();
    const body = '<CompleteLifecycleActionResponse><CompleteLifecycleActionResult/></CompleteLifecycleActionResponse>';
    deployed.aws.on('CompleteLifecycleAction', { body });
    const first = await deployed.call('put-in-service', { index: 3 });
    const second = await deployed.call('put-in-service', { index: 3 });
    expect([first.output, second.output]).toMatchObject([{ action: 'completed' }, { action: 'completed' }]);
    expect((await deployed.ledger.member('web', launch.instanceId))?.phase).toBe('in-service');
    const measured = [...first.lines, ...second.lines].filter((line) => 'TimeToService' in line);
    expect(measured).toEqual([expect.objectContaining({ Group: 'web', name: 'web-03' })]);
  });

  test('does nothing for an instance that holds no index', async () => {
    expect((await deployed.call('put-in-service', { index: 3 })).error?.name).toBe('InstanceGone');
    expect(deployed.aws.calls).toEqual([]);
  });
});

test('run-build asks a Jenkins for the build, with the credentials of the secret', async () => {
  const clock = new VirtualClock();
  const credentials = { user: 'muster', token: 'a-token' };
  const job = { name: 'deploy-web', parameters: ['HOST', 'MUSTER_BUILD'].map((name) => ({ name })) };
  const jenkins = createJenkinsStandIn({ clock, random: systemRandom, credentials, jobs: [job] });
  try {
    await deployed.claimed();
    const url = await jenkins.start();
    deployed.settings({
      jenkins: { url, plainHttp: true, credentialsSecret: 'muster/jenkins' },
      deploy: { job: job.name, parameters: { HOST: '{name}' } },
    });
    deployed.aws.on('GetSecretValue', {
      body: JSON.stringify({ SecretString: JSON.stringify({ ...credentials, url, jobs: [job.name] }) }),
    });
    const { error, lines } = await deployed.call('run-build', { index: 3, job: 'deploy' });
    expect(error).toMatchObject({ name: 'BuildQueued' });
    expect(jenkins.posts(job.name)).toMatchObject({ received: 1, created: 1 });
    expect(JSON.stringify(lines)).not.toContain('a-token');
  } finally {
    await jenkins.stop();
  }
});

describe('start-scale-out', () => {
  const event = {
    source: 'aws.autoscaling',
    'detail-type': 'EC2 Instance-launch Lifecycle Action',
    detail: {
      LifecycleActionToken: 'token-1',
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'muster-launch',
      EC2InstanceId: launch.instanceId,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      Origin: 'EC2',
      Destination: 'AutoScalingGroup',
    },
  };

  test('starts an execution', async () => {
    deployed.settings({});
    deployed.aws.on('StartExecution', { body: JSON.stringify({ executionArn: 'arn:execution', startDate: 1 }) });
    const { output, error } = await deployed.call('start-scale-out', event);
    expect(error).toBeUndefined();
    expect(output).toMatchObject([{ action: 'started', execution: 'arn:execution' }]);
  });

  test('knows an execution that there is already', async () => {
    deployed.settings({});
    deployed.aws.on('StartExecution', { status: 400, body: jsonError('ExecutionAlreadyExists') });
    const earlier = { status: 'RUNNING', input: JSON.stringify(launch), startDate: 1 };
    deployed.aws.on('DescribeExecution', { body: JSON.stringify(earlier) });
    deployed.aws.on('DescribeAutoScalingInstances', {
      body: '<DescribeAutoScalingInstancesResponse><DescribeAutoScalingInstancesResult/></DescribeAutoScalingInstancesResponse>',
    });
    expect((await deployed.call('start-scale-out', event)).output).toMatchObject([
      { action: 'ignored', name: 'Duplicate' },
    ]);
  });
});
