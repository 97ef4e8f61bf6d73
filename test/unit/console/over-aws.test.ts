import { createDynamoDbLedger } from '../../../functions/fleet/adapters/aws/dynamodb-ledger';
import type { Finding } from '../../../functions/fleet/operations/doctor';
import type { ListedGroup } from '../../../functions/fleet/operations/list';
import type { InstanceView } from '../../../functions/fleet/operations/show';
import type { AdoptionPlan } from '../../../functions/fleet/operations/adopt';
import type { Ledger, Member, MemberChanges } from '../../../functions/fleet/ledger/port';
import { expectedFunctions } from '../../../infra/console/world-aws';
import { worldOfLab } from '../../../infra/console/world-lab';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createLab, type Lab } from '../../../infra/lab/systems/fleet/lab';
import { startAwsOverLab, type AwsOverLab } from '../../support/aws-over-lab/server';
import { muster } from '../../support/console/run';
import { startLedgerDatabase, type LedgerDatabase } from '../../support/dynamodb/ledger-table';
import { buildsEndAs } from '../../support/failures';
import { launch, settle, stateOf } from '../../support/run-lab';

// Each command through the real clients of AWS, over loopback, against a lab's region and a DynamoDB.

let lab: Lab;
let database: LedgerDatabase;
let aws: AwsOverLab;
let ledger: Ledger;
const before = { ...process.env };

const functions = expectedFunctions('muster');
const lambda = (path: string): object | undefined => {
  if (path === '/2016-08-19/account-settings/')
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: 10,
        UnreservedConcurrentExecutions: 10,
      },
      AccountUsage: { TotalCodeSize: 1_000_000 },
    };
  const [, name = '', what = ''] = /\/functions\/([^/]+)\/(\w+)$/.exec(path) ?? [];
  if (what === 'concurrency') return {};
  const one = functions.find((expected) => expected.name === name);
  if (one === undefined || name === 'muster-free-index') return undefined;
  // Two that a person has changed in the console of AWS.
  const drift = { 'muster-check-health': { Timeout: 1 }, 'muster-tag-instance': { MemorySize: 128, State: 'Failed' } };
  return {
    Timeout: one.timeoutSeconds,
    MemorySize: one.memoryMb,
    CodeSize: 400_000,
    ...drift[name as keyof typeof drift],
  };
};

async function setUp(): Promise<void> {
  // The commands go by this machine's clock.
  lab = await createLab({
    seed: 1,
    clock: new VirtualClock({ startAt: new Date(Math.trunc(Date.now() / 1000) * 1000) }),
  });
  lab.addGroup('web');
  buildsEndAs(lab, 'deploy', 'FAILURE', 'SUCCESS', 'FAILURE');
  await launch(lab, 3);
  database = await startLedgerDatabase();
  const ledgerTable = await database.createTable();
  ledger = createDynamoDbLedger({ client: database.client, tableName: ledgerTable });
  await copyLedger(lab.ledger, ledger);
  const { stateMachineArn, releaseArn } = lab.muster;
  aws = await startAwsOverLab({
    lab,
    dynamoDb: database.endpoint,
    parameters: {
      '/muster/deployment': JSON.stringify({
        ledgerTable,
        stateMachineArn,
        releaseArn,
        settingsPrefix: '/muster/groups/',
      }),
      '/muster/groups/web': JSON.stringify(await lab.settings.read('web')),
    },
    secret: JSON.stringify({ user: 'muster', token: 'lab-token', url: lab.jenkinsUrl }),
    lambda,
  });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1' });
}

async function tearDown(): Promise<void> {
  process.env = { ...before };
  await aws.stop();
  await database.stop();
  await lab.close();
}

async function copyLedger(from: Ledger, to: Ledger): Promise<void> {
  const { members, holds } = await from.records('web');
  for (const member of members) {
    const { phase, inServiceAt, addresses, dnsNames, targetGroups } = member;
    const noted = { phase, inServiceAt, addresses, dnsNames, targetGroups };
    await to.claim({ ...member, at: member.claimedAt });
    await to.update(member, JSON.parse(JSON.stringify(noted)) as MemberChanges);
  }
  for (const hold of holds) await to.saveHold({ ...hold, revision: 1 });
}

const say = (...args: string[]) =>
  muster(args, { env: { MUSTER_AWS_ENDPOINT: aws.endpoint, AWS_REGION: 'eu-central-1' } });
const overLab = (...args: string[]) => muster(args, { world: worldOfLab(lab) });
const json = async <Value>(...args: string[]) => JSON.parse((await say(...args, '--json')).out) as Value;
const held = async (): Promise<Member[]> => {
  const { members, holds } = await ledger.records('web');
  return members.filter(({ instanceId }) => holds.some((hold) => hold.instanceId === instanceId));
};

describe('looking', () => {
  beforeAll(setUp, 60_000);
  afterAll(tearDown);

  test('ls says the same as over the lab, with one call for each kind of thing', async () => {
    aws.calls.length = 0;
    const said = await say('ls', '--json');
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(said.out)).toEqual(JSON.parse((await overLab('ls', '--json')).out));
    // What the deployment has written about itself; a group's members, and its holds. Settings come with the list.
    expect([...aws.calls].sort()).toEqual([
      'DescribeAutoScalingGroups',
      'GetParameter',
      'GetParametersByPath',
      'ListExecutions',
      'Query',
      'Query',
    ]);
  });

  test('show has one timeline, of everything', async () => {
    const [{ name, instanceId } = { name: '', instanceId: '' }] = await held();
    const view = await json<InstanceView>('show', name);
    const there = JSON.parse((await overLab('show', instanceId, '--json')).out) as InstanceView;
    expect({ ...view, timeline: [] }).toEqual({ ...there, timeline: [] });
    const kinds = new Set(view.timeline.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['auto scaling', 'build', 'hold', 'launch', 'message', 'number', 'step']);
    expect(view.gaps).toEqual([]);
    expect((await say('show', name)).out).toContain('Next (operator)');
  });

  test('log reads the build’s console with the secret, and shows nothing of it', async () => {
    const [{ name } = { name: '' }] = await held();
    const { out, code } = await say('log', name);
    expect(code).toBe(0);
    expect(out).toContain('Finished: FAILURE');
    expect(out).not.toContain('lab-token');
  });

  test('doctor looks at what only AWS has, too', async () => {
    const said = await say('doctor', '--json');
    expect(said.code).toBe(1);
    const findings = JSON.parse(said.out) as Finding[];
    const of = (code: string) => findings.filter((one) => one.code === code);
    expect(of('could-not-look')).toEqual([]);
    expect(of('function-missing').map(({ evidence }) => evidence)).toEqual([
      'there is no function muster-free-index: what it does is not done',
    ]);
    expect(of('function-drifted').map(({ evidence }) => evidence.replace(/\d+ (s|MB)$/, 'so much'))).toEqual([
      'muster-tag-instance: it has 128 MB, and should have 512 MB; Lambda says that it failed to be made',
      'muster-check-health: its time-out is 1 s, and should be so much',
    ]);
    for (const { repair, severity } of of('function-drifted'))
      expect([repair, severity]).toEqual(['deploy again: npx cdk deploy', 'problem']);
    expect(of('reserved-concurrency')[0]?.evidence).toContain('muster-reconcile has no reserved executions');
    expect(of('lambda-concurrency')[0]).toMatchObject({ group: '*', severity: 'notice' });
    for (const code of ['lambda-time', 'lambda-memory', 'lambda-storage', 'lambda-descriptors', 'lambda-package'])
      expect(of(code)[0]).toMatchObject({
        severity: 'fine',
        evidence: expect.stringMatching(/ at most .* of /) as string,
      });
    expect(of('zone-not-associated')[0]?.evidence).toContain('vpc-of-others');
    const text = (await say('doctor')).out;
    expect(text).toContain('Limits of Lambda, with room');
    expect(text).toContain('time: at most 300 s of 900');
  });

  test('one group’s doctor does not ask Lambda', async () => {
    aws.calls.length = 0;
    await say('doctor', 'web');
    expect(aws.calls.filter((call) => /functions|account-settings/.test(call))).toEqual([]);
  });
});

describe('acting, or not being allowed to', () => {
  beforeEach(setUp, 60_000);
  afterEach(tearDown);

  test('history, wait, hold and resume', async () => {
    const [{ name } = { name: '' }] = await held();
    expect((await say('history', name)).out).toContain('claimed');
    expect((await say('wait', 'web')).code).toBe(1);
    const { out } = await say('hold', name, '--for', '4h');
    expect(out).toMatch(/is held until /);
    expect((await ledger.records('web')).holds.map(({ revision }) => revision)).toContain(2);
    expect((await say('resume', 'web')).code).toBe(0);
  });

  test('retry redrives, abandon releases', async () => {
    const [first, second] = await held();
    expect(await say('retry', first!.name)).toMatchObject({ code: 0, err: '' });
    expect(await say('abandon', second!.name, '--yes')).toMatchObject({ code: 0, err: '' });
    expect(aws.calls).toEqual(expect.arrayContaining(['RedriveExecution', 'StartExecution']));
    const running = await json<ListedGroup[]>('ls');
    expect(running[0]?.instances.filter(({ stage }) => stage === 'held')).toHaveLength(1);
    // While executions run: their definition is not the one that is deployed.
    const findings = await json<Finding[]>('doctor');
    expect(findings.find(({ code }) => code === 'definition-outdated')?.evidence).toContain(first!.instanceId);
    await settle(lab);
    expect(stateOf(lab, first!.instanceId)).toBe('InService');
  });

  test('adopt gives a number to one that the ledger has lost', async () => {
    const members = await ledger.members('web');
    const lost = members.find(({ phase }) => phase === 'in-service')!;
    await ledger.free(lost, 'a test', new Date().toISOString());
    const plan = await json<AdoptionPlan>('adopt', 'web');
    const adopted = plan.adopt.find(({ instanceId }) => instanceId === lost.instanceId);
    expect(adopted).toMatchObject({ index: lost.index, source: 'tag', tags: [] });
    const done = await say('adopt', 'web', '--apply', '--yes');
    expect(done.err).toContain(`${lost.name} is ${lost.instanceId}\n`);
    expect(await ledger.member('web', lost.instanceId)).toMatchObject({ index: lost.index, phase: 'in-service' });
    expect((await json<AdoptionPlan>('adopt', 'web')).adopt).toEqual([]);
  });

  const refusal = (action: string, on = '') =>
    `User: arn:aws:iam::123456789012:user/me is not authorized to perform: ${action}${on} because no identity-based policy allows the ${action} action`;

  test.each([
    ['DescribeInstances', 'UnauthorizedOperation', 'ec2:DescribeInstances', '', 'may-look', ['adopt', 'web']],
    ['Query', 'AccessDeniedException', 'dynamodb:Query', ' on resource: arn:aws:dynamodb:x', 'may-look', ['ls']],
    [
      'GetSecretValue',
      'AccessDeniedException',
      'secretsmanager:GetSecretValue',
      ' on resource: muster/jenkins',
      'may-act',
      ['log', 'NAME'],
    ],
    [
      'RedriveExecution',
      'AccessDeniedException',
      'states:RedriveExecution',
      ' on resource: arn:x',
      'may-act',
      ['retry', 'NAME'],
    ],
  ])('%s denied: which action on what, and which policy has it', async (operation, name, action, on, policy, args) => {
    const [{ name: web } = { name: '' }] = await held();
    aws.refuse(operation, name, refusal(action, on));
    const said = await say(...args.map((arg) => (arg === 'NAME' ? web : arg)));
    expect(said).toMatchObject({ code: 3, out: '' });
    const what = on.replace(' on resource:', ' on');
    expect(said.err).toBe(
      `not allowed: ${action}${what}. The policy "muster-${policy}" allows it: ask for it to be attached\n`,
    );
  });

  test('where only a part is denied, the rest is shown, and the part is said with its policy', async () => {
    aws.refuse('GET /2016-08-19/account-settings/', 'AccessDeniedException', refusal('lambda:GetAccountSettings'));
    aws.refuse('DescribeTargetHealth', 'AccessDenied', refusal('elasticloadbalancing:DescribeTargetHealth'));
    aws.refuse(
      'GetSecretValue',
      'AccessDeniedException',
      refusal('secretsmanager:GetSecretValue', ' on resource: jenkins'),
    );
    const findings = await json<Finding[]>('doctor');
    const told = (code: string) => findings.filter((one) => one.code === code).map(({ evidence }) => evidence);
    expect(told('could-not-look').join()).toContain(
      'not allowed: lambda:GetAccountSettings. The policy "muster-may-look" allows it',
    );
    expect(told('secret-unreadable')).toEqual([
      expect.stringMatching(
        /^secret \S+ cannot be read: not allowed: secretsmanager:GetSecretValue on jenkins\. .*"muster-may-act"/,
      ),
    ]);
    const served = (await ledger.members('web')).find(({ phase }) => phase === 'in-service')!;
    const said = await say('show', served.name);
    expect(said).toMatchObject({ code: 3, out: expect.stringContaining('Timeline') as string });
    expect(said.out.replace(/\s+/g, ' ')).toContain(
      '! the health of its targets could not be read: not allowed: elasticloadbalancing:DescribeTargetHealth. The policy "muster-may-look" allows it',
    );
  });

  test.each([
    ['ExpiredTokenException', 'the AWS credentials have expired: sign in again (aws sso login)'],
    ['UnrecognizedClientException', 'AWS does not know these credentials (UnrecognizedClientException)'],
    ['ValidationException', 'AWS answers ValidationException: no, thank you'],
  ])('%s has its sentence and exit code 3, for every command', async (name, sentence) => {
    aws.refuse('GetParametersByPath', name, 'no, thank you.');
    const [{ name: web } = { name: '' }] = await held();
    const commands = [
      ['ls'],
      ['show', web],
      ['log', web],
      ['history', 'web'],
      ['retry', web],
      ['abandon', web, '--yes'],
    ];
    commands.push(['hold', web, '--for', '1h'], ['resume', 'web'], ['adopt', 'web'], ['doctor'], ['wait', 'web']);
    for (const args of commands) {
      const said = await say(...args);
      expect([args[0], said]).toEqual([
        args[0],
        { code: 3, out: '', err: expect.stringContaining(sentence) as string },
      ]);
      expect(said.err.trim().split('\n')).toHaveLength(1);
    }
    expect(JSON.parse((await say('ls', '--json')).out)).toEqual({
      error: 'CannotLook',
      message: expect.stringContaining(sentence) as string,
    });
  });

  test('another region, another stack, and a network that is none', async () => {
    const elsewhere = await say('ls', '--stack', 'other', '--region', 'eu-west-1');
    expect(elsewhere).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^no deployment 'other' in eu-west-1 /) as string,
    });
    for (const region of ['x y', 'nowhere', '-']) expect((await say('ls', `--region=${region}`)).code).toBe(2);
    const gone = aws.endpoint;
    await aws.stop();
    const said = await muster(['ls'], { env: { MUSTER_AWS_ENDPOINT: gone, AWS_REGION: 'eu-central-1' } });
    expect(said).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringMatching(/^AWS cannot be reached: .*ECONNREFUSED/) as string,
    });
  });
});
