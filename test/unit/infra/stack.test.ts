import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { ledgerTable } from '../../../functions/fleet/ledger/table';
import { StepError } from '../../../functions/fleet/contracts/errors';
import { claimInput } from '../../../functions/fleet/contracts/inputs';
import { makeStep } from '../../../functions/fleet/steps/step';
import { jsonLogger } from '../../../functions/shared/runtime';
import { aLaunch } from '../../support/launches';
import { deploymentRecord } from '../../../functions/fleet/contracts/deployment';
import { heartbeatsOf } from '../../../functions/fleet/contracts/heartbeats';
import { parseStoredSettings, shapesVersion } from '../../../functions/fleet/contracts/stored-settings';
import { deployment as example } from '../../../infra/config/muster';
import { fleetFunctionNames, specOf, workflowNames } from '../../../infra/systems/fleet/functions';
import type { FunctionName } from '../../../infra/systems/fleet/function-permissions';
import { configured, everything, root, synthesize } from './support';

const { template, resources, ofType } = synthesize(everything());
const functions = ofType('AWS::Lambda::Function');

describe('the ledger', () => {
  test('has the keys and the expiry that the functions rely on, and survives mistakes', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: ledgerTable.partitionKey, KeyType: 'HASH' },
          { AttributeName: ledgerTable.sortKey, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: ledgerTable.partitionKey, AttributeType: 'S' },
          { AttributeName: ledgerTable.sortKey, AttributeType: 'S' },
        ],
        TimeToLiveSpecification: { AttributeName: ledgerTable.timeToLive, Enabled: true },
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    });
  });
});

describe('functions', () => {
  test('are those of the catalogue', () => {
    expect(functions.map(([, { Properties }]) => Properties.FunctionName).sort()).toEqual(
      fleetFunctionNames.map((name) => `muster-${name}`).sort(),
    );
  });

  test.each(functions)('%s runs Node.js 24 on arm64, traced, in its own log group', (_, { Properties }) => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: { Ref: expect.any(String) as string } },
    });
  });

  test('have a role each', () => {
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
  });

  test('are in the VPC exactly if they talk to Jenkins', () => {
    const inVpc = functions.filter(([, { Properties }]) => Properties.VpcConfig !== undefined);
    expect(inVpc.map(([, { Properties }]) => Properties.FunctionName)).toEqual([
      'muster-run-build',
      'muster-end-builds',
    ]);
    expect(inVpc[0]![1].Properties.VpcConfig).toEqual({
      SecurityGroupIds: ['sg-0123456789abcdef0'],
      SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    });
  });

  test('have no more in their environment than the catalogue says', () => {
    for (const [, { Properties }] of functions) {
      const name = String(Properties.FunctionName).replace('muster-', '') as FunctionName;
      const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: object };
      expect([name, Object.keys(Variables).sort()]).toEqual([name, [...specOf(name).environment].sort()]);
    }
  });

  test('that are called by events keep what they fail to do, and forget it before the hook times out', () => {
    const triggers = fleetFunctionNames.filter((name) => specOf(name).calledBy === 'events');
    const configs = ofType('AWS::Lambda::EventInvokeConfig')
      .map(([, { Properties }]) => Properties)
      .filter(({ DestinationConfig }) => DestinationConfig !== undefined);
    expect(configs).toHaveLength(triggers.length);
    for (const config of configs) {
      expect(config.DestinationConfig).toMatchObject({
        OnFailure: { Destination: { 'Fn::GetAtt': expect.anything() as unknown } },
      });
      // The shortest heartbeat timeout is 120 seconds; EventBridge may take the other half.
      expect(config.MaximumEventAgeInSeconds).toBe(60);
    }
  });

  test('the one that is called once a minute is never run twice at once, and not for a minute that is over', () => {
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 1 }, 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'muster-reconcile',
      ReservedConcurrentExecutions: 1,
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: Match.absent(),
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [Match.objectLike({ RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } })],
    });
  });

  test('need no VPC when Jenkins is reached without', () => {
    const outside = synthesize({ ...configured(), network: undefined });
    outside.template.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
    expect(JSON.stringify(outside.resources)).not.toContain('NetworkInterface');
  });
});

describe('permissions', () => {
  const roles = [...ofType('AWS::IAM::Role'), ...ofType('AWS::IAM::Policy')];
  interface Statement {
    Effect: string;
    Action: string | string[];
    Resource?: unknown;
    Condition?: unknown;
  }
  const statements = roles.flatMap(([id, { Properties }]) => {
    const documents = [Properties, ...((Properties.Policies ?? []) as object[])] as {
      PolicyDocument?: { Statement: Statement[] };
    }[];
    return documents.flatMap(({ PolicyDocument }) => PolicyDocument?.Statement ?? []).map((one) => ({ id, ...one }));
  });

  test('come from no managed policy', () => {
    for (const [, { Properties }] of roles) expect(Properties.ManagedPolicyArns).toBeUndefined();
  });

  test('are never on every action', () => {
    const actions = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('on every resource are those that IAM cannot narrow', () => {
    const wide = statements.filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes('*'));
    expect(wide.length).toBeGreaterThan(0);
    // What may be on `*` at all, and nothing else: IAM offers no narrower resource for any of these.
    const allowed =
      /^(xray:(Put\w+|Get\w+)|logs:\w*(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|LogGroups)|ec2:(Describe\w+|\w+NetworkInterface|\w+PrivateIpAddresses)|autoscaling:Describe\w+|elasticloadbalancing:DescribeTarget(Groups|Health))$/;
    for (const { Action } of wide) for (const action of [Action].flat()) expect(action).toMatch(allowed);
  });

  test('to make network interfaces are for Lambda itself: the code of those functions has none of them', () => {
    const about = (effect: string) =>
      statements
        .filter(
          ({ Effect, Action }) => Effect === effect && JSON.stringify(Action).includes('ec2:CreateNetworkInterface'),
        )
        .map(({ id, Action, Condition }) => ({ of: /^Fleet([a-z]+)/.exec(id)?.[1], Action, Condition }));
    expect(
      about('Allow')
        .map((one) => one.of)
        .sort(),
    ).toEqual(['endbuilds', 'runbuild']);
    for (const { of, Action, Condition } of about('Allow')) {
      expect(Condition).toBeUndefined();
      const [denied] = about('Deny').filter((one) => one.of === of);
      expect(denied?.Action).toEqual(Action);
      const { 'lambda:SourceFunctionArn': arn } = (denied?.Condition as { ArnEquals: Record<string, unknown> })
        .ArnEquals;
      expect(JSON.stringify(arn).replaceAll('-', '')).toContain(`function:muster${of}"`);
    }
  });

  test('of a state machine are to run the functions that it names', () => {
    const [, machine] = ofType('AWS::StepFunctions::StateMachine')[0]!;
    const { LambdaInvoke, ...named } = machine.Properties.DefinitionSubstitutions as Record<string, unknown>;
    const run = statements.find(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(LambdaInvoke).toBe('arn:aws:states:::lambda:invoke');
    const arns = (all: unknown) =>
      Object.values(all as object)
        .map((one) => JSON.stringify(one))
        .sort();
    expect(arns(run?.Resource)).toEqual(arns(named));
  });
});

describe('events', () => {
  test.each([
    ['web', 3600],
    ['Batch jobs/nightly', 120],
    ['muster-demonstration', 3600],
  ])('%s has its own rule, whose events are dropped well before its hook times out', (group, heartbeat) => {
    const [rule] = ofType('AWS::Events::Rule')
      .map(([, { Properties }]) => Properties)
      .filter(({ EventPattern }) => JSON.stringify(EventPattern ?? {}).includes(JSON.stringify(group)));
    expect(rule!.EventPattern).toEqual({
      source: ['aws.autoscaling'],
      account: ['111122223333'],
      region: ['eu-central-1'],
      'detail-type': ['EC2 Instance-launch Lifecycle Action'],
      detail: { AutoScalingGroupName: [group], LifecycleHookName: ['muster-launch'] },
    });
    const [target] = rule!.Targets as {
      RetryPolicy: { MaximumEventAgeInSeconds: number };
      DeadLetterConfig: unknown;
    }[];
    expect(target!.RetryPolicy.MaximumEventAgeInSeconds).toBe(heartbeat / 2);
    expect(target!.DeadLetterConfig).toEqual({
      Arn: { 'Fn::GetAtt': [expect.stringContaining('Undelivered') as string, 'Arn'] },
    });
    expect(rule!.Name).toMatch(/^muster-launches-[\w.-]{1,48}$/);
  });

  test('of executions that did not end well are told to report-outcome, those of launches only', () => {
    const [machine] = ofType('AWS::StepFunctions::StateMachine').find(
      ([, { Properties }]) => Properties.StateMachineName === 'muster-scale-out',
    )!;
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'muster-outcomes',
      EventPattern: {
        source: ['aws.states'],
        account: ['111122223333'],
        region: ['eu-central-1'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [{ Ref: machine }], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
    });
  });

  test('may be handed over and kept, by the rules of this stack only', () => {
    const sources = ['launches', 'terminations'].map(
      (events) => `arn:aws:events:eu-central-1:111122223333:rule/muster-${events}-*`,
    );
    const outcomes = 'arn:aws:events:eu-central-1:111122223333:rule/muster-outcomes';
    for (const SourceArn of sources) {
      template.hasResourceProperties('AWS::Lambda::Permission', { Principal: 'events.amazonaws.com', SourceArn });
    }
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Condition: Match.objectLike({ ArnLike: { 'aws:SourceArn': [...sources, outcomes] } }) }),
        ]),
      }),
    });
  });

  test('that no run could serve are kept for two weeks, encrypted', () => {
    template.allResourcesProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
  });
});

describe('settings', () => {
  test('are written as the functions read them', () => {
    const parameters = ofType('AWS::SSM::Parameter').map(([, { Properties }]) => Properties);
    expect(parameters.map(({ Name }) => Name)).toEqual([
      '/muster/groups/web',
      '/muster/groups/Batch_x20_jobs_x2f_nightly',
      '/muster/groups/muster-demonstration',
      '/muster/deployment',
    ]);
    const [web] = everything().groups;
    const stored: unknown = JSON.parse(String(parameters[0]!.Value));
    expect(parseStoredSettings(stored, 'the template')).toEqual(web!.settings);
    expect(stored).toMatchObject({ version: shapesVersion });
    expect(parameters[0]!.Tier).toBe('Intelligent-Tiering');
  });

  test('of more than 4 KB get a parameter that holds them, and can become smaller again', () => {
    const tags = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`tag-${n}`, 'x'.repeat(200)]));
    const large = synthesize(configured({ groups: [{ group: 'large', tags }] }));
    large.template.hasResourceProperties('AWS::SSM::Parameter', { Tier: 'Intelligent-Tiering' });
  });
});

describe('logs', () => {
  test('are kept for as long as the configuration says, and go with the stack', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    // One for each function and state machine.
    expect(groups).toHaveLength(functions.length + workflowNames.length);
    for (const [, { Properties, DeletionPolicy }] of groups) {
      expect(Properties.RetentionInDays).toBe(90);
      expect(DeletionPolicy).toBe('Delete');
    }
  });
});

describe('notifications', () => {
  test('are encrypted with a key that alarms may use, and may be published by alarms', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    const fromAlarms = Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } });
    const policy = Match.objectLike({ Statement: Match.arrayWith([fromAlarms]) });
    template.hasResourceProperties('AWS::KMS::Key', { KeyPolicy: policy, EnableKeyRotation: true });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', { PolicyDocument: policy });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'operators@example.com' });
  });
});

describe('endpoints', () => {
  test('are made on request: for what a function that talks to Jenkins needs, open to the whole VPC', () => {
    const services = ofType('AWS::EC2::VPCEndpoint').map(([, { Properties }]) =>
      JSON.stringify(Properties.ServiceName),
    );
    expect(services).toHaveLength(3);
    for (const service of ['.dynamodb"', '.secretsmanager"', '.ssm"']) expect(services.join()).toContain(service);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.0.0.0/16', FromPort: 443, ToPort: 443 })],
    });
  });

  test('are not made for a VPC with a way out', () => {
    synthesize(configured()).template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
  });
});

describe('the template', () => {
  test('has no secret and reads none', () => {
    const text = JSON.stringify(resources);
    expect(text).not.toMatch(/resolve:secretsmanager|resolve:ssm-secure/);
    // The secret is named for the two functions and the people who may read it, in the functions' setting that says where
    // it may be used, and in the settings; nowhere else.
    const named = Object.values(resources).filter((one) => JSON.stringify(one).includes('muster/jenkins'));
    expect([...new Set(named.map(({ Type }) => Type))].sort()).toEqual([
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::SSM::Parameter',
    ]);
    expect(named.filter(({ Type }) => Type === 'AWS::IAM::Role')).toHaveLength(2);
  });

  test('assumes no partition', () => {
    const china = synthesize(configured({ region: 'cn-north-1', groups: [{ group: 'web' }] }));
    expect(JSON.stringify(china.resources)).not.toContain('arn:aws:');
  });

  const fullySet = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      ...example.fleet!.groups![0]!,
      group: `shop-web-${n}`,
      targetGroups: [
        `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/shop-web-${n}/0123456789abcdef`,
      ],
    }));

  test('has room for as many groups as README says', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');
    const count = Number(/A stack has room for some (\d+) groups/.exec(readme)?.[1]);
    expect(count).toBeGreaterThanOrEqual(35);
    const { resources: many, template: whole, ofType: of } = synthesize(configured({ groups: fullySet(count) }));
    for (const [id, { Properties }] of of('AWS::IAM::ManagedPolicy'))
      expect([id, JSON.stringify(Properties.PolicyDocument).length < 6_144]).toEqual([id, true]);
    expect(Object.keys(many).length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(whole.toJSON()).length).toBeLessThan(1_000_000);
  });

  test('refuses more groups than a role has room for, and says what to do', () => {
    expect(() => synthesize(configured({ groups: fullySet(60) }))).toThrow(
      /role of register-dns would have \d+ characters .* second deployment, with another stackName/,
    );
  });
});

test('more groups than a template has room for are refused as those are, however little each of them has', () => {
  const groups = Array.from({ length: 45 }, (_, at) => ({ group: `g${at}` }));
  expect(() => synthesize(configured({ groups }))).toThrow(
    /Validation failed[^]*the stack would have \d{3,} resources, and CloudFormation takes 500: move .* another stackName/,
  );
});

test('another order of the groups makes nothing new: the same resources by the same names', () => {
  const [one, ...others] = everything().groups.map(({ settings, heartbeatSeconds }) => ({
    ...settings,
    heartbeatSeconds,
  }));
  const inOrder = (groups: readonly object[]) => {
    const found = synthesize(configured({ groups: groups as never })).resources;
    const named = Object.entries(found).filter(
      ([, { Type }]) => !/^AWS::(IAM|CDK|Lambda::Function|CloudWatch::Dashboard)/.test(Type),
    );
    return { all: Object.keys(found).sort(), named: Object.fromEntries(named) };
  };
  expect(inOrder([...others, one!])).toEqual(inOrder([one!, ...others]));
});

describe('the parameter that says where the deployment is', () => {
  test('says what muster and its doctor have to know of it', () => {
    const former = { zones: ['ZFORMERLY'], targetGroups: formerly(1).targetGroups };
    const groups = [{ ...example.fleet!.groups![0]!, heartbeatSeconds: 1800 }];
    const found = synthesize(configured({ groups, formerly: former })).ofType('AWS::SSM::Parameter');
    const [, { Properties }] = found.find(([, one]) => one.Properties.Name === '/muster/deployment')!;
    // What is known only when it is deployed stands between the parts of a join.
    const parts = (Properties.Value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
    const text = parts.map((part) => (typeof part === 'string' ? part : 'deployed')).join('');
    const { url, credentialsSecret } = groups[0]!.jenkins!;
    expect(deploymentRecord.parse(JSON.parse(text))).toEqual({
      ledgerTable: 'deployed',
      stateMachineArn: 'deployed',
      releaseArn: 'deployed',
      settingsPrefix: '/muster/groups/',
      formerly: former,
      jenkinsUrls: { [credentialsSecret]: [url] },
      heartbeats: heartbeatsOf([{ settings: { group: 'web' }, heartbeatSeconds: 1800 }]),
    });
  });

  const formerly = (count: number) => ({
    zones: ['ZFORMERLY'],
    targetGroups: Array.from(
      { length: count },
      (_, at) => `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/formerly-${at}/0123456789abcdef`,
    ),
  });

  test('holds more than 4 KB, of much that was taken out of the settings', () => {
    const parameters = synthesize(configured({ formerly: formerly(45) })).ofType('AWS::SSM::Parameter');
    const [, found] = parameters.find(([, { Properties }]) => Properties.Name === '/muster/deployment')!;
    expect(JSON.stringify(found.Properties.Value).length).toBeGreaterThan(4096);
    expect(found.Properties.Tier).toBe('Intelligent-Tiering');
  });

  test('refuses more than Parameter Store takes, and says what to do', () => {
    expect(() => synthesize(configured({ formerly: formerly(90) }))).toThrow(
      /Validation failed[^]*fleet\.formerly and .* of at most 8192 bytes/,
    );
  });
});

describe('what a step has no name for', () => {
  const filters = ofType('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);

  test('is counted in the log of each step, and of no other function, as the metric of its alarm', () => {
    const steps = fleetFunctionNames.filter((name) => specOf(name).calledBy === 'workflow');
    const groups = filters.map(({ LogGroupName }) => resources[(LogGroupName as { Ref: string }).Ref]);
    expect(groups.map((one) => one?.Properties.LogGroupName).sort()).toEqual(
      steps.map((name) => `/aws/lambda/muster-${name}`).sort(),
    );
    const counted = new Set(filters.map(({ MetricTransformations }) => JSON.stringify(MetricTransformations)));
    const [alarm] = ofType('AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.AlarmName === 'muster / Function error: steps',
    );
    const { MetricName, Namespace } = alarm![1].Properties as { MetricName: string; Namespace: string };
    expect([...counted].map((one) => JSON.parse(one) as unknown)).toEqual([
      [{ MetricName, MetricNamespace: Namespace, MetricValue: '1' }],
    ]);
  });

  test('is found by the fields of a line that such an error writes, and by no wait or failure with a name', async () => {
    const [pattern, ...others] = [...new Set(filters.map(({ FilterPattern }) => FilterPattern as string))];
    expect(others).toEqual([]);
    // CloudWatch's own form: `{ $.field = "value" && … }`.
    const wanted = [...pattern!.matchAll(/\$\.(\w+) = "(\w+)"/g)].map(([, field, value]) => [field!, value!] as const);
    expect(pattern).toBe(`{ ${wanted.map(([field, value]) => `$.${field} = "${value}"`).join(' && ')} }`);
    expect(await lineOf(new TypeError('undefined is not a function'))).toMatchObject(Object.fromEntries(wanted));
    for (const name of ['DnsPending', 'BuildFailed', 'LifecycleExpired'] as const)
      expect(await lineOf(new StepError(name, 'as it happens'))).not.toMatchObject(Object.fromEntries(wanted));
  });

  /** The line that a step writes which throws this. */
  async function lineOf(error: Error): Promise<object> {
    const lines: string[] = [];
    const log = jsonLogger((line) => lines.push(line));
    const metrics = { count: () => undefined };
    const deps = { clock: { now: () => new Date(0) }, log, metrics };
    const run = { execution: 'arn', redrives: 0, enteredAt: '1970-01-01T00:00:00Z', redrivenAt: null };
    const step = makeStep('claim-index', deps, claimInput, () => Promise.reject(error));
    await expect(step({ launch: aLaunch(), run })).rejects.toThrow();
    return JSON.parse(lines.at(-1) ?? '{}') as object;
  }
});

describe('alarms', () => {
  const namesOf = (...groups: string[]) =>
    synthesize(configured({ groups: groups.map((group, at) => ({ group, names: { pattern: `g${at}-{index}` } })) }))
      .ofType('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties.AlarmName as string);

  test('of groups whose names differ by a slash only are as many', () => {
    const names = namesOf('a/b', 'a_b');
    expect(names).toEqual(expect.arrayContaining(['muster / Members held: a/b', 'muster / Members held: a_b']));
    expect(new Set(names).size).toBe(names.length);
  });

  test('of groups with the longest names have names that CloudWatch takes, each its own', () => {
    const names = namesOf(`${'x'.repeat(254)}1`, `${'x'.repeat(254)}2`);
    expect(Math.max(...names.map(({ length }) => length))).toBe(255);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('services', () => {
  interface Statement {
    /** Not in a policy of a role: there it is the role. */
    readonly Principal?: { readonly Service?: unknown };
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }
  const { resources, ofType } = synthesize(everything());
  const account = { 'aws:SourceAccount': '111122223333' };
  const trust = ofType('AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    (Properties.AssumeRolePolicyDocument as { Statement: Statement[] }).Statement.map((one) => ({ id, ...one })),
  );
  const trustOf = (service: string) => trust.filter(({ Principal }) => Principal?.Service === service);

  test('take roles on behalf of this account only', () => {
    expect(trustOf('lambda.amazonaws.com').length).toBeGreaterThan(15);
    for (const { id, Principal, Condition } of trust) {
      if (Principal?.Service !== undefined) expect([id, Condition?.StringEquals]).toEqual([id, account]);
    }
  });

  test('take that of a state machine for this one', () => {
    const sources = trustOf('states.amazonaws.com').map(({ Condition }) => JSON.stringify(Condition?.ArnLike));
    expect(sources.sort()).toEqual([
      expect.stringMatching(/"aws:SourceArn":.*:states:eu-central-1:111122223333:stateMachine:muster-release"/),
      expect.stringMatching(/"aws:SourceArn":.*:states:eu-central-1:111122223333:stateMachine:muster-scale-out"/),
    ]);
  });

  test('use queues, topics and keys for this account only, and functions for one rule or some', () => {
    const policies = Object.entries(resources).flatMap(([id, { Properties = {} }]) =>
      [Properties.PolicyDocument, Properties.KeyPolicy].flatMap((policy) =>
        ((policy as { Statement?: Statement[] } | undefined)?.Statement ?? []).map((one) => ({ id, ...one })),
      ),
    );
    const ofServices = policies.filter((one) => one.Principal?.Service !== undefined);
    expect(ofServices.length).toBeGreaterThan(2);
    for (const { id, Condition } of ofServices) expect([id, Condition?.StringEquals]).toEqual([id, account]);
    const permissions = ofType('AWS::Lambda::Permission');
    expect(permissions.length).toBeGreaterThan(3);
    for (const [id, { Properties }] of permissions) expect([id, Properties.SourceArn]).not.toEqual([id, undefined]);
  });
});

describe('an existing table', () => {
  const { resources, ofType } = synthesize(configured({ ledgerTable: 'muster-LedgerTable-1A2B3C' }));

  test('is used as the ledger by every function and role, and no other is made', () => {
    expect(ofType('AWS::DynamoDB::Table')).toEqual([]);
    const tables = ofType('AWS::Lambda::Function').flatMap(([, { Properties }]) => {
      const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
      return Variables.LEDGER_TABLE ?? [];
    });
    expect(new Set(tables)).toEqual(new Set(['muster-LedgerTable-1A2B3C']));
    expect(JSON.stringify(resources)).toContain(':table/muster-LedgerTable-1A2B3C');
  });

  test('is reported by its name', () => {
    expect(() => configured({ ledgerTable: 'arn:aws:dynamodb:eu-central-1:111122223333:table/x' })).toThrow(
      /ledgerTable: got .* allowed: the name of a DynamoDB table/,
    );
  });
});

describe('what was taken out of the settings while members live', () => {
  const targetGroup = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/former/0123456789abcdef';

  test('is within reach of the two steps that clean it up, and of no other', () => {
    const { ofType } = synthesize(configured({ formerly: { zones: ['ZFORMER'], targetGroups: [targetGroup] } }));
    const having = (what: string) =>
      [...ofType('AWS::IAM::Role'), ...ofType('AWS::IAM::Policy')]
        .filter(([, policy]) => JSON.stringify(policy).includes(what))
        .map(([id]) => id);
    expect(having('hostedzone/ZFORMER')).toEqual([expect.stringMatching(/removedns/i)]);
    expect(having(targetGroup)).toEqual([expect.stringMatching(/deregistertargets/i)]);
  });

  test.each([
    [{ zones: ['internal.example.com'] }, /formerly\.zones\.0: got .* allowed: the id of a hosted zone/],
    [{ targetGroups: ['web'] }, /formerly\.targetGroups\.0: got .* allowed: the ARN of a target group/],
  ])('is given by what names it: %j', (formerly, message) => {
    expect(() => configured({ formerly })).toThrow(message);
  });
});

describe('chat', () => {
  test.each([
    [true, 'yes'],
    [false, 'no'],
    [undefined, 'no'],
  ])('%s in the configuration is told to who publishes, and to no other function', (chat, told) => {
    const { ofType } = synthesize(configured(chat === undefined ? {} : { chat }));
    const variables = ofType('AWS::Lambda::Function').map(
      ([, { Properties }]) =>
        (Properties.Environment as { Variables: Record<string, unknown> } | undefined)?.Variables ?? {},
    );
    const publishers = variables.filter(({ TOPIC_ARN }) => TOPIC_ARN !== undefined);
    expect(publishers.map(({ CHAT }) => CHAT)).toEqual([told, told]);
    expect(variables.filter(({ CHAT }) => CHAT !== undefined)).toHaveLength(2);
  });

  test('of another kind is a mistake, with what is allowed', () => {
    expect(() => configured({ chat: 'slack' as never })).toThrow(/chat.*"slack".*true or false/s);
  });
});

test('a table that a failed first deployment leaves behind is as protected as any: CloudFormation could not delete it', () => {
  const [found] = synthesize(configured()).ofType('AWS::DynamoDB::Table');
  expect(found?.[1]).toMatchObject({ DeletionPolicy: 'Retain', Properties: { DeletionProtectionEnabled: true } });
});
