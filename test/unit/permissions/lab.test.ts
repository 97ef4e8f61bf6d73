import {
  functionNames,
  policyStatements,
  type FunctionName,
  type PermissionScope,
} from '../../../infra/systems/fleet/function-permissions';
import { compare, describeFinding } from '../../support/permissions/compare';
import { allows } from '../../support/permissions/evaluate';
import { observeAll, type ObservedCalls } from '../../support/permissions/observed-lab';
import { listOf, type IamRequest, type StatementJson } from '../../support/permissions/request';

// What each function really asks of AWS, in the lab, through launches that go well and launches that do not.

let observed: ObservedCalls;
beforeAll(async () => {
  observed = await observeAll();
}, 180_000);

const statementsOf = (name: FunctionName, scope: PermissionScope = observed.scope) =>
  policyStatements(name, scope).map((statement) => statement.toStatementJson() as StatementJson);
const requestsOf = (name: FunctionName): IamRequest[] => observed.requests.get(name) ?? [];

test.each(functionNames)('%s has the permissions that it needs, and no other', (name) => {
  expect(requestsOf(name).length).toBeGreaterThan(0);
  expect(compare(name, statementsOf(name), requestsOf(name)).map(describeFinding)).toEqual([]);
});

test('no other function was seen', () => {
  expect([...observed.requests.keys()].sort()).toEqual([...functionNames].sort());
});

describe.each(functionNames)('%s', (name) => {
  test('without one of its permissions lacks exactly that', () => {
    const statements = statementsOf(name);
    for (const removed of oneByOne(statements)) {
      const left = statements.flatMap((statement) => without(statement, removed));
      const findings = compare(name, left, requestsOf(name));
      expect([removed, [...new Set(findings.map(({ kind, action }) => `${kind} ${action}`))]]).toEqual([
        removed,
        [`missing ${removed.action}`],
      ]);
      // And it is that statement's requests, not others with the same action (another zone, another resource).
      const lost = requestsOf(name).filter((request) => !left.some((statement) => allows(statement, request)));
      const its = statements.find(({ Sid }) => Sid === removed.sid)!;
      expect(lost.filter((request) => !allows(its, request))).toEqual([]);
    }
  });

  test('with a permission more than it needs has exactly that too much', () => {
    const superfluous: StatementJson = {
      Sid: 'TerminateInstances',
      Effect: 'Allow',
      Action: 'ec2:TerminateInstances',
      Resource: '*',
    };
    expect(compare(name, [...statementsOf(name), superfluous], requestsOf(name)).map(describeFinding)).toEqual([
      `${name}: unused permission ec2:TerminateInstances: TerminateInstances, on *`,
    ]);
  });
});

test('what no group needs is noticed: a target group, a secret, a tag key, a type of record', () => {
  const { scope } = observed;
  const [web, ...others] = scope.groups;
  const wider: PermissionScope = {
    ...scope,
    groups: [
      {
        ...web!,
        targetGroupArns: [...web!.targetGroupArns, 'arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/x/1'],
        secretArns: [...web!.secretArns, 'arn:aws:secretsmanager:eu-central-1:1:secret:x-abcdef'],
        tagKeys: [...web!.tagKeys, 'Stage'],
      },
      ...others.map((group) => ({ ...group, zone: { ...group.zone!, zoneId: 'ZOTHER' } })),
    ],
  };
  const findings = (name: FunctionName) =>
    compare(name, statementsOf(name, wider), requestsOf(name)).map(describeFinding).join('\n');
  expect(findings('register-targets')).toContain('unused permission elasticloadbalancing:RegisterTargets: Register');
  expect(findings('run-build')).toContain('secret:x-abcdef');
  expect(findings('tag-instance')).toContain('with aws:TagKeys = Stage');
  expect(findings('register-dns')).toContain('on arn:aws:route53:::hostedzone/ZOTHER');
  expect(findings('register-dns')).toContain('missing permission route53:ChangeResourceRecordSets');
});

interface Removal {
  readonly sid: string;
  readonly action: string;
}

function oneByOne(statements: readonly StatementJson[]): Removal[] {
  return statements.flatMap(({ Sid = '', Action }) => listOf(Action).map((action) => ({ sid: Sid, action })));
}

function without(statement: StatementJson, { sid, action }: Removal): StatementJson[] {
  if (statement.Sid !== sid) return [statement];
  const Action = listOf(statement.Action).filter((one) => one !== action);
  return Action.length === 0 ? [] : [{ ...statement, Action }];
}
