import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { embeddedMetrics } from '../../../functions/shared/runtime';
import { metricNamespace, webhookMetrics } from '../../../functions/webhooks/contracts/metrics';
import { readWebhooks, type WebhooksInput } from '../../../infra/systems/webhooks/config';
import { webhookFunctions } from '../../../infra/systems/webhooks/functions';
import { exampleSection, root, stackOf } from '../../support/webhooks/stack';
import { nagOf } from '../../support/infra/nag';

interface Emf {
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }[];
}
interface AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

const cluster: WebhooksInput = { ...exampleSection, warehouse: { cluster: 'dwh', database: 'events' } };

describe('the stack', () => {
  test.each([
    ['a workgroup', exampleSection],
    ['a cluster', cluster],
  ])('cdk-nag finds nothing with %s', (_, given) => {
    expect(nagOf(stackOf(given))).toEqual([]);
  });

  test('each function of the catalogue, the queue with dead letters, throttled requests, partial failures', () => {
    const template = Template.fromStack(stackOf(exampleSection));
    template.resourceCountIs('AWS::Lambda::Function', Object.keys(webhookFunctions).length);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    template.hasResourceProperties('AWS::SQS::Queue', { MaximumMessageSize: 1_048_576 });
    template.resourceCountIs('AWS::SSM::Parameter', 2);
  });

  test('every alarm has its heading in the runbook, and says so', () => {
    const runbook = readFileSync(join(root, 'RUNBOOK.md'), 'utf8');
    const alarms = Object.values(Template.fromStack(stackOf(exampleSection)).findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(8);
    const watched = alarms.map(({ Properties }) => (Properties as { MetricName: string }).MetricName);
    for (const name of ['OldestUnloaded', 'ApproximateAgeOfOldestMessage', 'Refused', 'Unavailable', 'Quarantined'])
      expect(watched).toContain(name);
    // What the application does not count: it is throttled, or does not start.
    expect(alarms.map(({ Properties }) => Properties as object)).toContainEqual(
      expect.objectContaining({
        Namespace: 'AWS/ApiGateway',
        MetricName: '5xx',
        Dimensions: [{ Name: 'ApiId', Value: { Ref: expect.stringMatching(/Api/) as string } }],
      }),
    );
    for (const { Properties } of alarms)
      if ((Properties as { MetricName: string }).MetricName === 'OldestUnloaded')
        expect(Properties).toMatchObject({ TreatMissingData: 'breaching' });
    for (const { Properties } of alarms) {
      const { AlarmName, AlarmDescription } = Properties as { AlarmName: string; AlarmDescription: string };
      const heading = AlarmName.replace(/^muster-webhooks \/ /, '').replace(/: .*$/, '');
      expect(runbook).toContain(`\n#### ${heading}\n`);
      expect(AlarmDescription).toContain(`RUNBOOK.md#${heading.toLowerCase().replaceAll(' ', '-')}`);
    }
  });

  test('every alarm on a metric of ours watches one that is written: namespace, name and dimensions as in the line', () => {
    const lines: string[] = [];
    const metrics = embeddedMetrics({
      ...{ namespace: metricNamespace, definitions: webhookMetrics, clock: { now: () => new Date(0) } },
      write: (line) => lines.push(line),
    });
    // As ingress, the stager and start-loads call them.
    const Route = 'stripe';
    for (const name of ['Refused', 'Unavailable', 'Quarantined'] as const)
      metrics.count(name, 1, { Route, Reason: 'r' });
    metrics.duration('OldestUnloaded', 1, { Table: 'payments', Route });
    const written = lines.flatMap((line) => {
      const { _aws: about, ...values } = JSON.parse(line) as { _aws: Emf } & Record<string, unknown>;
      return about.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Metrics.flatMap(({ Name }) =>
          Dimensions.map((names) =>
            [Namespace, Name, ...names.map((one) => `${one}=${String(values[one])}`)].join(' '),
          ),
        ),
      );
    });
    const ours = Object.values(Template.fromStack(stackOf(exampleSection)).findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties as AlarmProperties)
      .filter(({ Namespace }) => !Namespace.startsWith('AWS/'));
    const watched = ours.map(({ Namespace, MetricName, Dimensions }) =>
      [Namespace, MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)].join(' '),
    );
    const ofStripe = watched.filter((one) => /=(stripe|payments)$/.test(one));
    expect(ofStripe).toHaveLength(4);
    expect(ofStripe.filter((one) => !written.includes(one))).toEqual([]);
  });

  test('no secret is in the template, only its name in what the one function may read', () => {
    const text = JSON.stringify(Template.fromStack(stackOf(exampleSection)).toJSON());
    expect(text.match(/secretsmanager:GetSecretValue/g)).toHaveLength(1);
  });
});

describe('the section', () => {
  test('all mistakes are reported together', () => {
    const read = readWebhooks({
      routes: [
        { name: 'Stripe', path: 'hooks', scheme: { kind: 'morse' }, secret: '', table: 'drop table' },
        { name: 'b', path: '/b', scheme: { kind: 'hmac', header: 'x', signed: '{body}{id}' }, secret: 's', table: 't' },
      ],
      warehouse: {},
      copyRole: 'admin',
      horizonDays: 0,
    });
    expect('mistakes' in read && read.mistakes.map(({ path }) => path).sort()).toEqual(
      [
        'copyRole',
        'horizonDays',
        'routes.0.name',
        'routes.0.path',
        'routes.0.scheme.kind',
        'routes.0.secret',
        'routes.0.table',
        'routes.1.scheme.signed',
        'warehouse',
      ].sort(),
    );
  });

  test.each([
    ['a path twice', [{ path: '/x' }, { path: '/x' }]],
    ['a secret twice', [{ secret: 's' }, { secret: 's' }]],
    ['a column that the warehouse keeps for itself', [{ columns: { oid: { type: 'text', from: '/a' } } }]],
    ['a column that every table has', [{ columns: { payload: { type: 'text', from: '/a' } } }]],
    ['a table of the loader', [{ table: 'payments_loads' }]],
    [
      'columns that differ within a table',
      [
        { table: 't', columns: {} },
        { table: 't', columns: { a: { type: 'text', from: '/a' } } },
      ],
    ],
  ])('refuses %s', (_, changes) => {
    const routes = changes.map((change, n) => ({
      name: `r${n}`,
      path: `/p${n}`,
      scheme: { kind: 'github' },
      secret: `s${n}`,
      table: `t${n}`,
      ...change,
    }));
    expect(readWebhooks({ ...exampleSection, routes })).toHaveProperty('mistakes');
  });
});
