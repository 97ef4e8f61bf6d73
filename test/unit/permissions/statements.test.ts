import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aws, Stack, Token } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  functionNames,
  permissionsOf,
  policyStatements,
  scopeOfGroup,
} from '../../../infra/systems/fleet/function-permissions';
import type { PermissionScope } from '../../../infra/systems/fleet/function-permissions';
import { exampleScope } from '../../support/permissions/example-scope';
import { someSettings } from '../../support/launches';

const all = (scope: PermissionScope) => functionNames.flatMap((name) => permissionsOf(name, scope));
const [web, api] = exampleScope.groups;

test('each function has permissions, and there are no others', () => {
  const root = join(__dirname, '../../../functions/fleet');
  const folders = ['steps', 'triggers'].flatMap((room) =>
    readdirSync(join(root, room)).filter((name) => existsSync(join(root, room, name, 'handler.ts'))),
  );
  expect([...functionNames].sort()).toEqual(folders.sort());
});

test('a wildcard has a reason, and a reason a wildcard', () => {
  for (const { sid, resources, wildcard } of all(exampleScope)) {
    // ${*} is IAM's way to write a star that is none.
    const wild = resources.some((resource) => /[*?]/.test(resource.replace(/\$\{.\}/g, '')));
    expect([sid, wildcard !== undefined && wildcard.length > 20]).toEqual([sid, wild]);
  }
});

test('only what IAM narrows in no way is allowed on everything', () => {
  const onEverything = all(exampleScope).filter(({ resources }) => resources.includes('*'));
  const actions = new Set(onEverything.flatMap((permission) => permission.actions));
  expect([...actions].sort()).toEqual([
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeAutoScalingInstances',
    'autoscaling:DescribeLifecycleHooks',
    'autoscaling:DescribeWarmPool',
    'ec2:DescribeInstances',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
  ]);
});

test('no action is a wildcard', () => {
  expect(all(exampleScope).filter(({ actions }) => actions.some((action) => action.includes('*')))).toEqual([]);
});

test.each(functionNames)('the statements of %s have readable sids, each its own', (name) => {
  const groups = [
    ...exampleScope.groups,
    {
      ...web!,
      zone: { ...web!.zone!, zoneId: 'ZSAMENAME' },
      reverseZone: { zoneId: 'ZR2', zoneName: '1.10.in-addr.arpa' },
    },
  ];
  const sids = policyStatements(name, { ...exampleScope, groups }).map(({ sid }) => sid);
  for (const sid of sids) expect(sid).toMatch(/^[A-Z][A-Za-z]+\d?$/);
  expect(new Set(sids).size).toBe(sids.length);
});

test('no partition is taken for granted', () => {
  const china = JSON.parse(JSON.stringify(exampleScope).replaceAll('arn:aws:', 'arn:aws-cn:')) as PermissionScope;
  const arns = all({ ...china, partition: 'aws-cn' }).flatMap(({ resources }) => resources);
  expect(arns.filter((arn) => arn !== '*' && !arn.startsWith('arn:aws-cn:'))).toEqual([]);
});

test('what is known only when deployed may be a token', () => {
  const stack = new Stack(new App(), 'Test');
  const table = new Table(stack, 'Ledger', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  const machine = Token.asString({ Ref: 'ScaleOut' });
  const scope = {
    ...exampleScope,
    ...{ partition: Aws.PARTITION, region: Aws.REGION, account: Aws.ACCOUNT_ID, tableArn: table.tableArn },
    stateMachineArns: { scaleOut: machine, release: Token.asString({ Ref: 'Release' }) },
    groups: [{ ...web!, targetGroupArns: [Token.asString({ Ref: 'Targets' })] }],
  };
  const rendered = (name: (typeof functionNames)[number]) =>
    JSON.stringify(stack.resolve(policyStatements(name, scope).map((one): unknown => one.toStatementJson())));
  for (const name of functionNames) expect(rendered(name)).not.toContain('Token[');
  expect(rendered('register-targets')).toContain('"Resource":{"Ref":"Targets"}');
  expect(rendered('claim-index')).toMatch(/"Resource":\{"Fn::GetAtt":\["Ledger\w+","Arn"\]\}/);
  expect(rendered('start-scale-out')).toContain(
    '":execution:",{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"ScaleOut"}]}]}',
  );
});

test('a name that is a token is refused', () => {
  const groups = [{ ...web!, name: Token.asString({ Ref: 'Group' }) }];
  expect(() => policyStatements('claim-index', { ...exampleScope, groups })).toThrow(
    expect.objectContaining({ name: 'NameUnresolved' }) as Error,
  );
});

test('what a group does not have needs no permission', () => {
  const bare = { name: 'bare', targetGroupArns: [], tagKeys: [], namePattern: '{group}-{index}', secretArns: [] };
  const actions = (groups: PermissionScope['groups']) =>
    new Set(all({ ...exampleScope, groups }).flatMap((permission) => permission.actions));
  for (const action of [
    'secretsmanager:GetSecretValue',
    'route53:ChangeResourceRecordSets',
    'elasticloadbalancing:RegisterTargets',
  ])
    expect([actions([bare]).has(action), actions([bare, web!]).has(action)]).toEqual([false, true]);
  expect(all({ ...exampleScope, groups: [] }).filter(({ resources }) => resources.length === 0)).toEqual([]);
});

test.each([
  ['{group}-{index:02}', ['web-??', 'web-???', 'web-????']],
  ['a{index}', ['a?', 'a??', 'a???', 'a????']],
  ['n{index:05}', ['n0????']],
  ['{index:03}-{group}', ['???-web', '????-web']],
])('the names that %s can give', (namePattern, names) => {
  const groups = [{ ...web!, namePattern }];
  const statement = permissionsOf('register-dns', { ...exampleScope, groups }).find(
    ({ sid }) => sid === 'ChangeForwardRecords',
  );
  expect(Object.values(statement!.conditions!['ForAllValues:StringLike']!)).toEqual([
    names.map((name) => `${name}.internal.example.com`),
  ]);
});

test('settings give the scope of their group', () => {
  const place = { partition: 'aws-us-gov', region: 'us-gov-west-1', account: '123456789012' };
  const settings = {
    dns: { zoneId: 'ZFORWARD', zoneName: 'internal.example.com' },
    tags: { Tier: 'backend' },
    names: { pattern: 'a{index}' },
    jenkins: { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' },
  };
  const scope = (changes: object) => scopeOfGroup(someSettings({ group: 'api', ...settings, ...changes }), place);
  const expected = { name: 'api', tagKeys: ['Tier'], namePattern: 'a{index}', targetGroupArns: [], zone: api!.zone };
  expect(scope({ provision: { job: 'provision' } })).toEqual({
    ...expected,
    secretArns: ['arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:jenkins-??????'],
  });
  // The jobs can have been taken out of the settings while a build of them runs, which its release is to end.
  expect(scope({})).toEqual(scope({ provision: { job: 'provision' } }));
  expect(scope({ jenkins: undefined })).toEqual({ ...expected, secretArns: [] });
  const arn = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:jenkins';
  const named = (credentialsSecret: string) =>
    scope({ jenkins: { ...settings.jenkins, credentialsSecret } }).secretArns;
  // Secrets Manager takes the ARN without its ending too, and IAM compares with the whole one.
  expect(named(arn)).toEqual([`${arn}-??????`]);
  expect(named(`${arn}-a1B2c3`)).toEqual([`${arn}-a1B2c3`]);
});
