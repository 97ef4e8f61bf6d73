import { reverseName } from '../../../functions/fleet/domain/dns/addresses';
import type { DeployedResources } from '../../../functions/fleet/ports/deployed';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { worldOfLab } from '../../../infra/console/world-lab';
import { mayAct, mayLook, type OperatorScope } from '../../../infra/systems/fleet/permissions/operators';
import { toStatement } from '../../../infra/permissions/permission';
import { muster } from '../../support/console/run';
import { buildsEndAs } from '../../support/failures';
import { allows } from '../../support/permissions/evaluate';
import { exampleScope } from '../../support/permissions/example-scope';
import { requestsOf, type ObservedCall } from '../../support/permissions/observe';
import { describeRequest, type IamRequest, type StatementJson } from '../../support/permissions/request';
import { worldOf } from '../../support/permissions/world';
import { launch, settle, withLab } from '../../support/run-lab';

// What the commands ask of AWS, in the lab, against the two policies for people.

const names = ['web-01', 'web-02', 'web-03'];
const looks = [
  ['ls'],
  ...names.map((name) => ['show', name]),
  ['history', 'web'],
  ['history', 'web-01'],
  ['wait', 'web'],
  ['doctor'],
];
// Of three launches one has succeeded: what is refused to it asks for less.
const acts = names.flatMap((name) => [
  ['log', name],
  ['hold', name, '--for', '2h'],
  ['abandon', name, '--yes'],
]);

/** What the doctor asks of AWS alone, as `adapters/aws/deployed.ts` asks it. */
function deployedOf(
  { partition, region, account }: ReturnType<typeof worldOf>,
  note: (request: IamRequest) => void,
): DeployedResources {
  const ask = (action: string, resource: string) => note({ action, resource, context: {} });
  const lambda = (name: string) => `arn:${partition}:lambda:${region}:${account}:function:${name}`;
  return {
    function: async (name) => {
      ask('lambda:GetFunctionConfiguration', lambda(name));
      return { name, timeoutSeconds: 300, memoryMb: 512, storageMb: 512, codeBytes: 1, state: 'Active' };
    },
    reserved: async (name) => {
      ask('lambda:GetFunctionConcurrency', lambda(name));
      return 1;
    },
    account: async () => {
      ask('lambda:GetAccountSettings', '*');
      return {
        concurrency: 1000,
        unreserved: 999,
        zippedBytes: 1e8,
        unzippedBytes: 1e8,
        totalBytes: 1e9,
        usedBytes: 1,
      };
    },
    zoneVpcs: async (id) => {
      ask('route53:GetHostedZone', `arn:${partition}:route53:::hostedzone/${id}`);
      return undefined;
    },
    revision: async (arn) => {
      ask('states:DescribeStateMachine', arn);
      return '1';
    },
    revisionOf: async (arn) => {
      ask('states:DescribeStateMachineForExecution', arn);
      return '1';
    },
  };
}

interface OperatorRequests {
  readonly look: IamRequest[];
  readonly act: IamRequest[];
  readonly scope: OperatorScope;
  readonly world: ReturnType<typeof worldOf>;
}

let asked: OperatorRequests;
beforeAll(async () => {
  asked = await withLab({ reachedOver: 'http' }, async (lab) => {
    const reverse = lab.region.route53.world.createZone({ name: '10.in-addr.arpa' });
    const dns = { zoneId: lab.zone.id, zoneName: lab.zone.name };
    const reverseZone = { zoneId: reverse.id, zoneName: '10.in-addr.arpa' };
    const targetGroup = lab.addGroup('web', { settings: { dns: { ...dns, reverseZone } } });
    buildsEndAs(lab, 'deploy', 'FAILURE', 'SUCCESS', 'FAILURE');
    await launch(lab, 3);
    const world = worldOf(lab);
    let requests: IamRequest[] = [];
    const note = (port: string) => (call: { operation: string; input: unknown }, proceed: () => unknown) => {
      const known = {
        functionName: 'claim-index',
        port,
        method: call.operation,
        input: call.input,
      } as unknown as ObservedCall;
      requests.push(...requestsOf(known, world));
      return proceed();
    };
    const plain = worldOfLab(lab);
    const watched = {
      ...plain,
      ledger: intercept(plain.ledger, note('ledger') as never),
      settings: intercept(plain.settings, note('settings') as never),
      autoScaling: intercept(plain.autoScaling, note('autoScaling') as never),
      stepFunctions: intercept(plain.stepFunctions, note('stepFunctions') as never),
      elasticLoadBalancing: intercept(plain.elasticLoadBalancing, note('elasticLoadBalancing') as never),
      route53: intercept(plain.route53, note('route53') as never),
      ec2: intercept(plain.ec2, note('ec2') as never),
      deployed: deployedOf(world, (request) => void requests.push(request)),
      functions: [{ name: 'muster-reconcile', timeoutSeconds: 300, memoryMb: 512, reserved: 1 }],
      pause: (millis: number) => lab.clock.advance(millis),
    };
    // Two that the ledger has lost, and one of them its tags and its name in DNS as well.
    const forgetTwo = async () => {
      const members = await lab.ledger.members('web');
      for (const one of members.slice(-2)) await lab.ledger.free(one, 'a test', lab.clock.now().toISOString());
      const { instanceId, fqdn = '', addresses: [address = ''] = [] } = members.at(-1)!;
      lab.region.ec2.world.writeTags(instanceId, { Role: '' });
      for (const type of ['A', 'TXT'] as const) lab.region.route53.world.removeForeign(lab.zone.id, fqdn, type);
      const place = reverseName(address);
      for (const type of ['PTR', 'TXT'] as const) lab.region.route53.world.removeForeign(reverse.id, place, type);
      await lab.clock.advance(60_000);
    };
    const run = async (commands: string[][]) => {
      requests = [];
      for (const args of commands) await muster(args, { world: watched });
      return requests;
    };
    const look = await run(looks);
    const held = (await lab.ledger.records('web')).holds.at(-1)!;
    const act = await run([['resume', 'web'], ['retry', held.instanceId], ...acts]);
    // While an execution runs.
    look.push(...(await run([['doctor']])));
    await settle(lab);
    await launch(lab, 2);
    await forgetTwo();
    look.push(...(await run([['adopt', 'web']])));
    act.push(...(await run([['adopt', 'web', '--apply', '--yes']])));
    return { look, act, world, scope: scopeOf(lab.muster, world, targetGroup, { dns, reverseZone }) };
  });
}, 60_000);

function scopeOf(
  { stateMachineArn, releaseArn }: { stateMachineArn: string; releaseArn: string },
  world: ReturnType<typeof worldOf>,
  targetGroup: string,
  { dns, reverseZone }: Record<'dns' | 'reverseZone', { zoneId: string; zoneName: string }>,
): OperatorScope {
  const [web] = exampleScope.groups;
  return {
    ...exampleScope,
    ...world,
    stateMachineArns: { scaleOut: stateMachineArn, release: releaseArn },
    groups: [{ ...web!, name: 'web', targetGroupArns: [targetGroup], zone: dns, reverseZone }],
    deploymentParameter: '/muster/deployment',
    stackName: 'muster',
  };
}

const statements = (permissions: ReturnType<typeof mayLook>) =>
  permissions.map((one) => toStatement(one).toStatementJson() as StatementJson);
const refused = (requests: readonly IamRequest[], allowed: readonly StatementJson[]) =>
  requests.filter((request) => !allowed.some((statement) => allows(statement, request))).map(describeRequest);

test('an operator who may look can look', () => {
  expect(asked.look.length).toBeGreaterThan(10);
  expect(refused(asked.look, statements(mayLook(asked.scope)))).toEqual([]);
});

test('an operator who may look and act can act, and one who may only look cannot', () => {
  const both = statements([...mayLook(asked.scope), ...mayAct(asked.scope)]);
  expect(refused(asked.act, both)).toEqual([]);
  const denied = refused(asked.act, statements(mayLook(asked.scope))).join('\n');
  for (const action of [
    'states:RedriveExecution',
    'states:StartExecution',
    'dynamodb:PutItem',
    'ec2:CreateTags',
    'route53:ChangeResourceRecordSets',
  ])
    expect(denied).toContain(action);
});

test('an operator who may act can remove a hold that a restored ledger has again', () => {
  const call = { functionName: 'claim-index', port: 'ledger', method: 'removeHold', input: 'web' };
  const requests = requestsOf(call as unknown as ObservedCall, asked.world);
  expect(requests.map(({ action }) => action)).toContain('dynamodb:DeleteItem');
  expect(refused(requests, statements([...mayLook(asked.scope), ...mayAct(asked.scope)]))).toEqual([]);
});

test('what nothing asks for is in neither', () => {
  const all = [...asked.look, ...asked.act];
  // Not calls of these ports; and a release that is found there already, which takes a second operator.
  const others = ['FindDeployment', 'DescribeActivities', 'ReadJenkinsCredentials', 'ReadReleases'];
  const idle = statements([...mayLook(asked.scope), ...mayAct(asked.scope)]).filter(
    (statement) => !others.includes(statement.Sid ?? '') && !all.some((request) => allows(statement, request)),
  );
  expect(idle.map(({ Sid }) => Sid)).toEqual([]);
});
