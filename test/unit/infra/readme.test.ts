import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkGroupSettings } from '../../../functions/fleet/contracts/settings';
import { readManagedGroup } from '../../../infra/systems/fleet/config/managed-group';
import { documentText, expectToSay } from '../../support/documents';
import { configured, everything, root, synthesize } from './support';

// What README says is created, may be done and is counted, against the template. Its money is in costs.test.ts.

const readme = documentText('README.md');
const { resources, ofType } = synthesize(configured());
const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const count = (type: string) => words[ofType(type).length]!;
const propertiesOf = (type: string) => ofType(type).map(([, { Properties }]) => Properties);
const named = (value: unknown): string => JSON.stringify(value);

/** Logical ids say the function: `FleetrunbuildFunction72B12A1C`. */
const functions = ofType('AWS::Lambda::Function').map(([id, { Properties }]) => ({
  name: /^Fleet(\w+)Function/.exec(id)?.[1] ?? id,
  ...(Properties as {
    Runtime?: string;
    Architectures?: string[];
    VpcConfig?: object;
    ReservedConcurrentExecutions?: number;
  }),
}));

test('the queues: one for each function that is called by events, and one for what is not delivered', () => {
  expectToSay(readme, `alarms, a dashboard \`muster\`, ${count('AWS::SQS::Queue')} queues`);
  expect(count('AWS::CloudWatch::Dashboard')).toBe('one');
});

test('the functions: their runtime, their roles and logs, which are in the VPC, what is reserved', () => {
  expect(new Set(functions.map(({ Runtime, Architectures }) => `${Runtime} ${Architectures?.join()}`))).toEqual(
    new Set(['nodejs24.x arm64']),
  );
  expectToSay(readme, 'Lambda functions (Node.js 24, arm64), each with its own role and log group;');
  // State machines have theirs, too.
  const machines = ofType('AWS::StepFunctions::StateMachine').length;
  expect(ofType('AWS::IAM::Role')).toHaveLength(functions.length + machines);
  expect(ofType('AWS::Logs::LogGroup')).toHaveLength(functions.length + machines);
  const inVpc = functions.filter(({ VpcConfig }) => VpcConfig !== undefined).map(({ name }) => name);
  expect(inVpc.sort()).toEqual(['endbuilds', 'runbuild']);
  expectToSay(readme, 'only `run-build` and `end-builds` are in your VPC');
  const reserved = functions.filter(({ ReservedConcurrentExecutions: of }) => of !== undefined);
  expect(reserved).toMatchObject([{ name: 'reconcile', ReservedConcurrentExecutions: 1 }]);
  // Lambda leaves 10 of an account's concurrent executions unreserved (its developer guide, "Configuring reserved concurrency").
  expectToSay(
    readme,
    'one concurrent execution is reserved for `reconcile`, which an account with the smallest quota (10) does not allow',
  );
});

test('who may read the secret, and so needs the key that encrypts it', () => {
  const readers = ofType('AWS::IAM::Role').filter(([, role]) => named(role).includes('secretsmanager:GetSecretValue'));
  expect(readers.map(([id]) => /^Fleet([a-z]+)/.exec(id)?.[1]).sort()).toEqual(['endbuilds', 'runbuild']);
  expectToSay(readme, 'let the roles of `run-build` and `end-builds` use it');
});

test('the rules: two of the deployment, and for each group those for its launches and terminations', () => {
  const two = synthesize(configured({ groups: [{ group: 'web' }, { group: 'api' }] }));
  const ofGroups = two.ofType('AWS::Events::Rule').length - ofType('AWS::Events::Rule').length;
  expect(ofGroups).toBe(2);
  expectToSay(readme, `| ${words[ofType('AWS::Events::Rule').length - ofGroups]} rules |`);
  expect(two.ofType('AWS::AutoScaling::LifecycleHook')).toHaveLength(4);
  expectToSay(readme, 'last of all, the two lifecycle hooks');
  // The bigger part of what a group costs.
  const perGroup = (type: string) => two.ofType(type).length - ofType(type).length;
  expectToSay(readme, `for each group $2.00 (${words[perGroup('AWS::CloudWatch::Alarm')]} alarms and`);
});

test('the ledger: on demand, point-in-time recovery, deletion protection', () => {
  expect(propertiesOf('AWS::DynamoDB::Table')).toMatchObject([
    {
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    },
  ]);
  expectToSay(readme, 'the ledger: on demand, point-in-time recovery, deletion protection');
});

test('the state machines, with all their history in the logs', () => {
  const machines = propertiesOf('AWS::StepFunctions::StateMachine');
  expect(machines.map(({ StateMachineName: name }) => name).sort()).toEqual(['muster-release', 'muster-scale-out']);
  for (const { LoggingConfiguration: logging } of machines)
    expect(logging).toMatchObject({ Level: 'ALL', IncludeExecutionData: true });
  expectToSay(
    readme,
    '| `muster-scale-out`, `muster-release` | the state machines, byte for byte the files that the lab runs, with all their history in the logs |',
  );
});

test('what goes away by itself later, and what is held by default', () => {
  const days = propertiesOf('AWS::KMS::Key').map(({ PendingWindowInDays }) => PendingWindowInDays);
  expectToSay(readme, `the topic's key (after ${days.join()} days)`);
  const { settings } = checkGroupSettings({ group: 'web' }) as { settings: { holdMinutes: number } };
  expect(settings.holdMinutes).toBe(60);
  expectToSay(readme, 'its instance is held (for one hour by default)');
});

test('an address of notify is a subscription by mail, and the topic has the name that README gives it', () => {
  const told = synthesize(configured({ notify: ['you@example.com'] })).ofType('AWS::SNS::Subscription');
  expect(told.map(([, { Properties }]) => [Properties.Protocol, Properties.Endpoint])).toEqual([
    ['email', 'you@example.com'],
  ]);
  expect(propertiesOf('AWS::SNS::Topic')).toMatchObject([{ TopicName: 'muster-notifications' }]);
  expect(propertiesOf('AWS::SNS::Topic')[0]).toHaveProperty('KmsMasterKeyId');
  expectToSay(readme, '| `muster-notifications` | an encrypted topic');
  expectToSay(readme, "`notify: ['you@example.com']` in the configuration subscribes you");
});

test('RUNBOOK: a restored table gets what the stack gives its own, and DynamoDB does not restore', () => {
  const [, restore = ''] = readFileSync(join(root, 'RUNBOOK.md'), 'utf8')
    .split('# Runbook')[1]!
    .split('restore-table-to-point-in-time');
  const commands = restore.split('```')[0]!.replaceAll(/\s+/g, ' ');
  const { TimeToLiveSpecification: expiry } = propertiesOf('AWS::DynamoDB::Table')[0]!;
  const { AttributeName: name } = expiry as { AttributeName: string };
  expect(commands).toContain('PointInTimeRecoveryEnabled=true');
  expect(commands).toContain(`Enabled=true,AttributeName=${name}`);
  expect(commands).toContain('update-table --table-name $TABLE-restored --deletion-protection-enabled');
});

test('the policies for operators, which are attached to nothing yet', () => {
  const policies = propertiesOf('AWS::IAM::ManagedPolicy');
  expect(policies.map(({ ManagedPolicyName: name }) => name)).toEqual(['muster-may-look', 'muster-may-act']);
  for (const { Users, Groups, Roles } of policies)
    expect([Users, Groups, Roles]).toEqual([undefined, undefined, undefined]);
  expectToSay(
    readme,
    `The stack creates ${count('AWS::IAM::ManagedPolicy')} policies for operators and attaches them to nothing: \`muster-may-look\`, and \`muster-may-act\``,
  );
  expect(named(policies[0])).not.toMatch(/:(Redrive|Start|Stop|Put|Update|Create|Delete|Change|Complete)\w*"/);
});

test('endpoints on request, and what the expensive ones cost', () => {
  const kinds = synthesize(everything())
    .ofType('AWS::EC2::VPCEndpoint')
    .map(([, { Properties }]) => Properties);
  expectToSay(readme, 'endpoints for DynamoDB, Parameter Store and Secrets Manager, for a VPC without NAT');
  const expensive = kinds.filter(({ VpcEndpointType: type }) => type === 'Interface').length;
  // $0.01 an hour and zone in us-east-1, of 730 hours a month (AWS PrivateLink, pricing); those of type gateway are free.
  const dollars = Math.floor(0.01 * 730);
  expectToSay(
    readme,
    `Endpoints, if you ask for them, cost most: ${words[expensive]} of them, $${dollars} a month for each subnet`,
  );
});

test('what a launch costs is what the table of figures allows', () => {
  const most = /\| one launch: total \| \$[\d.]+ \| \$([\d.]+) \| yes \|/.exec(readme.text)?.[1];
  expectToSay(readme, `A launch costs less than $${Number(most)} (below).`);
});

test('settings and their ranges', () => {
  const heartbeat = (heartbeatSeconds?: number) => {
    const read = readManagedGroup({ group: 'web', ...(heartbeatSeconds !== undefined && { heartbeatSeconds }) }, 'x');
    return 'group' in read ? read.group.heartbeatSeconds : undefined;
  };
  expect([119, 120, undefined, 7200, 7201].map(heartbeat)).toEqual([undefined, 120, 3600, 7200, undefined]);
  expectToSay(readme, '`heartbeatSeconds` (120 to 7200, default 3600)');
  const lines = (logLines: number) =>
    'settings' in
    checkGroupSettings({ group: 'web', jenkins: { url: 'https://ci', credentialsSecret: 's', logLines } });
  expect([-1, 0, 40, 41].map(lines)).toEqual([false, true, true, false]);
  expectToSay(readme, 'The last `jenkins.logLines` lines (0 to 40, default 10)');
});

test('no group is in the stack: its hooks alone', () => {
  const scaling = Object.values(resources).filter(({ Type }) => Type.startsWith('AWS::AutoScaling::'));
  expect(new Set(scaling.map(({ Type }) => Type))).toEqual(new Set(['AWS::AutoScaling::LifecycleHook']));
  expectToSay(readme, 'The group itself is not in the stack, and the deployment changes only its hooks.');
});
