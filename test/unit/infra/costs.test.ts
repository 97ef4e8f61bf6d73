import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentText, expectToSay } from '../../support/documents';
import { configured, everything, root, synthesize } from './support';

// What README says of money, counted in the template. Prices of us-east-1, CloudWatch's price list: an alarm costs by the
// metrics that it looks at, and a metric of our own by the month in which it has values.
const perAlarmMetric = 0.1;
const perMetric = 0.3;

interface Alarm {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Statistic?: string;
  readonly Dimensions?: readonly { readonly Name: string }[];
  readonly Metrics?: readonly { readonly MetricStat?: object }[];
}

const example = synthesize(configured());
const alarms = example.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties as unknown as Alarm);
const metricsOf = ({ Metrics }: Alarm) => Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
const isOfGroup = ({ Dimensions = [] }: Alarm) => Dimensions.some(({ Name }) => Name === 'Group');
const isOfDeployment = ({ Dimensions = [] }: Alarm) => Dimensions.some(({ Name }) => Name === 'Deployment');
/** One that counts its values has none of them as long as nothing is wrong. */
const isAlwaysThere = ({ Statistic }: Alarm) => Statistic !== 'SampleCount';
const sum = (of: readonly Alarm[]) => of.reduce((total, alarm) => total + metricsOf(alarm), 0);
const words = ['no', 'one', 'two', 'three'];
const dollars = (amount: number) => `$${amount.toFixed(2)}`;
const readme = documentText('README.md');
const costs = documentText('README.md', 'What it costs');

test('README: what the alarms of a deployment cost', () => {
  const count = sum(alarms.filter((alarm) => !isOfGroup(alarm)));
  expectToSay(costs, `alarms (${dollars(count * perAlarmMetric)}: ${count} metrics)`);
});

test('README: what a group costs', () => {
  const ofGroup = alarms.filter(isOfGroup);
  const metrics = new Set(ofGroup.map(({ MetricName }) => MetricName));
  // The example has one group.
  const amount = sum(ofGroup) * perAlarmMetric + metrics.size * perMetric;
  expectToSay(costs, `for each group ${dollars(amount)} (`);
});

test('README: what a month costs with one group', () => {
  const keys = example.ofType('AWS::KMS::Key').length;
  const secrets = new Set(
    [...JSON.stringify(example.template.toJSON()).matchAll(/:secret:([\w/]+)-\?{6}/g)].map(([, name]) => name),
  );
  expect(secrets.size).toBe(1);
  const reconcilers = example.ofType('AWS::Lambda::Function').filter(([id]) => /reconcile/i.test(id));
  expect(reconcilers).toHaveLength(1);
  expect(
    JSON.stringify(example.ofType('AWS::Scheduler::Schedule').concat(example.ofType('AWS::Events::Rule'))),
  ).toContain('rate(1 minute)');
  // Two seconds a run, 730 hours of 60 runs each; $0.0000166667 for a GB-second (x86, the dearer) and $0.20 a million runs.
  const gigabytes = Number(reconcilers[0]![1].Properties.MemorySize) / 1024;
  const reconciler = Math.ceil(730 * 60 * (2 * gigabytes * 0.0000166667 + 0.2e-6));
  const metrics = new Set(alarms.filter(isOfGroup).map(({ MetricName }) => MetricName)).size;
  const whole = alarms.filter(isOfDeployment).filter(isAlwaysThere).length;
  expectToSay(
    costs,
    `the secret (${dollars(secrets.size * 0.4)}), ${words[whole]} metric of the whole deployment (${dollars(whole * perMetric)})`,
  );
  const total =
    keys * 1 + secrets.size * 0.4 + reconciler + sum(alarms) * perAlarmMetric + (whole + metrics) * perMetric;
  expectToSay(costs, `about **$${Math.round(total)} a month** with one group`);
  expectToSay(costs, `the key of the topic ($${keys})`);
  expectToSay(
    costs,
    `a reconciler that runs every minute ($${reconciler}), the secret (${dollars(secrets.size * 0.4)})`,
  );
});

test('README: what the dashboard costs', () => {
  const dashboards = example.ofType('AWS::CloudWatch::Dashboard');
  expect(dashboards).toHaveLength(1);
  // $3 a month each; of an account three are free, with up to 50 metrics in each.
  const rows = [...JSON.stringify(dashboards[0]![1].Properties).matchAll(/\[\\+"(AWS\/|Muster)/g)].length;
  expect(rows).toBeGreaterThan(10);
  expect(rows).toBeLessThanOrEqual(50);
  expectToSay(costs, 'The dashboard costs $3 more if the account has three others');
});

test('README: what the demonstration costs', () => {
  const shown = synthesize(everything());
  const balancers = shown.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer');
  expect(balancers.map(([, { Properties }]) => Properties.Type)).toEqual(['application']);
  expect(JSON.stringify(shown.ofType('AWS::EC2::LaunchTemplate'))).toContain('"t4g.nano"');
  // $0.0225 an hour, and as good as no capacity units: nothing comes through it but health checks.
  expectToSay(readme, `a load balancer inside the VPC (about $${Math.ceil(0.0225 * 730)} a month)`);
});

test('README: whom a person must be allowed to become, to deploy', () => {
  const bootstrap = readFileSync(join(root, 'node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml'), 'utf8');
  const roles = [...bootstrap.matchAll(/RoleName:\n\s+Fn::Sub: (cdk-\$\{Qualifier\}-[\w-]+role)/g)].map(
    ([, name]) => name,
  );
  // The fifth is CloudFormation's own.
  expect(roles.filter((name) => name !== 'cdk-${Qualifier}-cfn-exec-role')).toHaveLength(4);
  expect(roles).toHaveLength(5);
  expectToSay(readme, '`sts:AssumeRole` on the four `cdk-hnb659fds-*` roles and nothing else');
});

describe('README: what CloudFormation has to be allowed', () => {
  const permissions = documentText('README.md', 'Permissions');
  /** How README calls the services whose resources stand in the template. */
  const words: Record<string, string> = {
    'AWS::Lambda': 'Lambda',
    'AWS::IAM': 'IAM roles and policies',
    'AWS::StepFunctions': 'Step Functions',
    'AWS::DynamoDB': 'DynamoDB',
    'AWS::Events': 'EventBridge rules',
    'AWS::SQS': 'SQS',
    'AWS::SNS': 'SNS',
    'AWS::KMS': 'KMS',
    'AWS::SSM': 'SSM parameters',
    'AWS::CloudWatch': 'CloudWatch (alarms, dashboards)',
    'AWS::Logs': 'logs',
    'AWS::AutoScaling': '`autoscaling:PutLifecycleHook`',
  };
  const resources = Object.values(example.resources);
  const services = new Set(resources.map(({ Type }) => Type.split('::').slice(0, 2).join('::')));
  services.delete('AWS::CDK');

  test.each([...services])('%s is in the list', (service) => {
    expect(words).toHaveProperty([service]);
    expectToSay(permissions, words[service]!);
  });

  test('beside them what `wayOut` and the demonstration make on request', () => {
    const wordsOnRequest: Record<string, string> = {
      'AWS::EC2::VPCEndpoint': 'VPC endpoints',
      'AWS::EC2::SecurityGroup': 'security groups',
      'AWS::EC2::SecurityGroupIngress': 'security groups',
      'AWS::EC2::SecurityGroupEgress': 'security groups',
      'AWS::EC2::LaunchTemplate': 'launch templates',
      'AWS::AutoScaling::AutoScalingGroup': 'Auto Scaling groups',
      'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load balancers',
      'AWS::ElasticLoadBalancingV2::Listener': 'load balancers',
      'AWS::ElasticLoadBalancingV2::TargetGroup': 'load balancers',
    };
    const known = new Set(resources.map(({ Type }) => Type));
    const all = Object.values(synthesize(everything()).resources).map(({ Type }) => Type);
    // All of SNS is in the list.
    const onRequest = [...new Set(all)].filter((type) => !known.has(type) && !type.startsWith('AWS::SNS::'));
    expect(onRequest.filter((type) => wordsOnRequest[type] === undefined)).toEqual([]);
    const said = permissions.text.slice(permissions.text.indexOf('On request'));
    for (const word of new Set(Object.values(wordsOnRequest)))
      expect([word, said.includes(word)]).toEqual([word, onRequest.some((type) => wordsOnRequest[type] === word)]);
  });

  test('and nothing else is', () => {
    expect(Object.keys(words).filter((service) => !services.has(service))).toEqual([]);
  });

  test.each([
    [
      'iam:PassRole',
      () => resources.some(({ Properties }) => Properties.Role !== undefined || Properties.RoleArn !== undefined),
    ],
    ['ec2:Describe*', () => resources.some(({ Properties }) => Properties.VpcConfig !== undefined)],
    // Every bundle is an asset of the bootstrap's bucket; the tests have a stub in its place.
    ['s3:GetObject', () => resources.some(({ Type }) => Type === 'AWS::Lambda::Function')],
  ])('%s, which the template makes necessary', (action, isNeeded) => {
    expect(isNeeded()).toBe(true);
    expectToSay(permissions, `\`${action}\``);
  });
});
