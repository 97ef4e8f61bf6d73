import {
  functionNames,
  policyStatements,
  type FunctionName,
  type PermissionScope,
} from '../../../infra/systems/fleet/function-permissions';
import { allows } from '../../support/permissions/evaluate';
import { exampleWorld } from '../../support/permissions/example-scope';
import { iamActions } from '../../support/permissions/iam-actions';
import { observe, type ObservedCalls } from '../../support/permissions/observed-lab';
import { describeRequest, type IamRequest, type StatementJson } from '../../support/permissions/request';
import { scenarios } from '../../support/permissions/scenarios';

// Members have on record what the settings were when they were launched. The settings change, members live on; and each
// of them is to be released some day, under the policies of the settings of that day.

const releasing = ['deregister-targets', 'end-builds', 'check-drained', 'remove-dns', 'complete-release', 'free-index'];

let observed: ObservedCalls;
beforeAll(async () => {
  observed = await observe(scenarios['instances leave, beside whose records others have put their own']!);
}, 60_000);

/** What releases asked for what was launched under the lab's settings, and policies of other settings refuse. */
function refused(change: (scope: PermissionScope) => PermissionScope): string[] {
  const scope = change(observed.scope);
  return functionNames
    .filter((name) => releasing.includes(name))
    .flatMap((name) => {
      const statements = statementsOf(name, scope);
      const asked = observed.requests.get(name) ?? [];
      expect([name, asked.length]).not.toEqual([name, 0]);
      return asked
        .filter((request) => !statements.some((statement) => allows(statement, request)))
        .map((request) => `${name} ${describeRequest(request)}`);
    });
}

function statementsOf(name: FunctionName, scope: PermissionScope): StatementJson[] {
  return policyStatements(name, scope).map((one) => one.toStatementJson() as StatementJson);
}

const groupsOf =
  (change: (group: PermissionScope['groups'][number]) => object) =>
  (scope: PermissionScope): PermissionScope => ({
    ...scope,
    groups: scope.groups.map((group) => ({ ...group, ...change(group) })),
  });

const otherPattern = groupsOf(() => ({ namePattern: 'host{index:04}' }));
const otherZone = groupsOf(() => ({ zone: { zoneId: 'ZLATER', zoneName: 'later.example.com' } }));
const otherTargets = groupsOf(() => ({
  targetGroupArns: ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/later/0011223344556677'],
}));
const withoutDns = groupsOf(() => ({ zone: undefined, reverseZone: undefined }));

const formerly = (scope: PermissionScope): PermissionScope => ({
  ...scope,
  formerly: {
    zones: observed.scope.groups.flatMap(({ zone, reverseZone }) =>
      [zone, reverseZone].flatMap((z) => z?.zoneId ?? []),
    ),
    targetGroups: observed.scope.groups.flatMap(({ targetGroupArns }) => targetGroupArns),
  },
});

test('as it was, and with another name pattern, nothing is refused', () => {
  expect(refused((scope) => scope)).toEqual([]);
  expect(refused(otherPattern)).toEqual([]);
});

test.each([
  ['another zone', otherZone, /^remove-dns .*route53/],
  ['DNS taken out', withoutDns, /^remove-dns .*route53/],
  ['other target groups', otherTargets, /^deregister-targets .*DeregisterTargets/],
])('after %s, nothing is refused once the former ones are named, and just their calls before', (_, change, which) => {
  const before = refused(change);
  expect(before.length).toBeGreaterThan(0);
  for (const one of before) expect(one).toMatch(which);
  expect(refused((scope) => formerly(change(scope)))).toEqual([]);
});

test('everything at once', () => {
  const all = (scope: PermissionScope) => otherTargets(withoutDns(otherPattern(scope)));
  expect(refused((scope) => formerly(all(scope)))).toEqual([]);
});

test('what was taken out is for releases: no launch writes there', () => {
  const scope = formerly(otherTargets(otherZone(observed.scope)));
  for (const name of functionNames.filter((one) => one !== 'remove-dns' && one !== 'deregister-targets')) {
    expect([name, statementsOf(name, scope)]).toEqual([
      name,
      statementsOf(name, { ...scope, formerly: { zones: [], targetGroups: [] } }),
    ]);
  }
});

describe('remove-dns', () => {
  const world = exampleWorld();
  const change = (zone: string, type: 'A' | 'PTR' | 'CNAME' | 'NS' | 'TXT', action: 'DELETE' | 'UPSERT' = 'DELETE') =>
    iamActions.route53.changeResourceRecordSets(
      {
        HostedZoneId: zone,
        ChangeBatch: {
          Changes: [
            {
              Action: action,
              ResourceRecordSet: { Name: 'old-1.example.com.', Type: type, TTL: 60, ResourceRecords: [{ Value: 'x' }] },
            },
          ],
        },
      },
      world,
    );
  const statements = () =>
    statementsOf('remove-dns', { ...observed.scope, formerly: { zones: ['ZFORMER'], targetGroups: [] } });
  const may = (requests: readonly IamRequest[]) =>
    requests.every((request) => statements().some((statement) => allows(statement, request)));

  test.each<[string, boolean, () => IamRequest[]]>([
    ['take an address out of a former zone', true, () => change('ZFORMER', 'A')],
    ['take a pointer out of a former zone', true, () => change('ZFORMER', 'PTR')],
    ['take out an alias of others', false, () => change('ZFORMER', 'CNAME')],
    ['take out a delegation', false, () => change('ZFORMER', 'NS')],
    ['overwrite', false, () => change('ZFORMER', 'TXT', 'UPSERT')],
    ['take out of a zone that was never ours', false, () => change('ZOTHER', 'A')],
  ])('to %s: %s', (_, allowed, requests) => {
    expect(may(requests())).toBe(allowed);
  });
});
