import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { defaultPolicy } from '../../../functions/shared/incidents/book';
import { readAudit, type AuditInput } from '../../../infra/systems/audit/config';
import { example } from '../../../infra/systems/audit/example';
import { auditFunctions } from '../../../infra/systems/audit/functions';
import { account, stackOf } from './stack-of';
import { nagOf } from '../../support/infra/nag';

const root = join(__dirname, '../../..');
const both = example;
const { mail } = example;
const ofBuckets: AuditInput = { buckets: [{ name: 'logs' }], mail };
const ofGroups: AuditInput = { logGroups: ['/aws/redshift/analytics/userlog'], mail };

const templates = new Map<AuditInput, Template>();
/** Synthesized once: it takes a second. */
function templateOf(given: AuditInput) {
  const known = templates.get(given) ?? Template.fromStack(stackOf(given));
  templates.set(given, known);
  return known;
}

describe('the stack', () => {
  test.each([
    ['both ways in', both],
    ['buckets', ofBuckets],
    ['log groups', ofGroups],
  ])('cdk-nag finds nothing with %s', (_, given) => {
    expect(nagOf(stackOf(given))).toEqual([]);
  });

  test('each function of the catalogue; the queue with partial failures, few at a time, and dead letters', () => {
    const template = templateOf(both);
    template.resourceCountIs('AWS::Lambda::Function', Object.keys(auditFunctions).length);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'muster-audit-logs',
      VisibilityTimeout: 6 * auditFunctions['inspect-log'].timeoutSeconds,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
  });

  test('what is not read by makes nothing', () => {
    const buckets = templateOf(ofBuckets);
    buckets.resourceCountIs('AWS::Logs::SubscriptionFilter', 0);
    buckets.resourceCountIs('AWS::Lambda::Function', 3);
    const groups = templateOf(ofGroups);
    for (const type of ['AWS::SQS::QueuePolicy', 'AWS::StepFunctions::StateMachine', 'AWS::Lambda::EventSourceMapping'])
      groups.resourceCountIs(type, type === 'AWS::SQS::QueuePolicy' ? 1 : 0);
    groups.resourceCountIs('AWS::Lambda::Function', 2);
  });

  test('EventBridge and the buckets themselves may send, for this account alone, and nothing else', () => {
    const template = templateOf(both);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['logs'] }, object: { key: [{ wildcard: 'redshift/*_redshift_*log_*' }] } },
      },
    });
    const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy')).map(
      ({ Properties }) =>
        Properties as { PolicyDocument: { Statement: { Sid?: string; Principal: unknown; Condition: unknown }[] } },
    );
    const sending = policies
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Sid }) => Sid?.endsWith('Send') === true || Sid?.endsWith('Sends') === true);
    expect(sending.map(({ Principal }) => JSON.stringify(Principal)).sort()).toEqual([
      '{"Service":"events.amazonaws.com"}',
      '{"Service":"events.amazonaws.com"}',
      '{"Service":"s3.amazonaws.com"}',
    ]);
    for (const { Condition } of sending)
      expect(Condition).toMatchObject({ StringEquals: { 'aws:SourceAccount': account } });
  });

  test('each day the listing is held against the ledger, of each bucket as it is laid out', () => {
    const rules = Object.values(templateOf(both).findResources('AWS::Events::Rule')).flatMap(
      ({ Properties }) => (Properties as { Targets: { Input?: string }[] }).Targets,
    );
    expect(rules.flatMap(({ Input }) => (Input === undefined ? [] : [JSON.parse(Input) as unknown]))).toEqual([
      { bucket: 'logs', prefix: `redshift/AWSLogs/${account}/redshift/eu-central-1/`, daysAgo: 1 },
      { bucket: 'copies', prefix: '', sinceDays: 3 },
    ]);
  });

  test('every alarm has its heading in the runbook, and says so', () => {
    const runbook = readFileSync(join(root, 'RUNBOOK.md'), 'utf8');
    const alarms = Object.values(templateOf(both).findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(9);
    for (const { Properties } of alarms) {
      const { AlarmName, AlarmDescription } = Properties as { AlarmName: string; AlarmDescription: string };
      const heading = AlarmName.replace(/^muster-audit \/ /, '').replace(/: .*$/, '');
      expect(runbook).toContain(`\n#### ${heading}\n`);
      expect(AlarmDescription).toContain(`RUNBOOK.md#${heading.toLowerCase().replaceAll(' ', '-')}`);
    }
  });
});

describe('the section', () => {
  test('defaults are those of the rules and of the incidents', () => {
    expect(readAudit(ofBuckets, { account })).toEqual({
      section: {
        buckets: [{ name: 'logs', prefix: '', folders: 'by-day', accounts: [account] }],
        logGroups: [],
        clusters: [],
        from: mail.from,
        to: mail.to,
        policy: defaultPolicy,
        rules: defaultOptions,
      },
    });
  });

  test('what is given gets there', () => {
    const read = readAudit(
      {
        ...ofBuckets,
        mail: { ...mail, timeZone: 'Europe/Berlin', proofAt: '06:30', perHour: 5 },
        ignoredUsers: ['etl'],
        thresholds: { bruteForce: { failures: 9, minutes: 5 }, shortLivedHours: 2 },
        disabledRules: ['AUTH-FAIL'],
      },
      { account },
    );
    expect(read).toMatchObject({
      section: {
        policy: { timeZone: 'Europe/Berlin', proofAt: 6.5 * 3_600_000, perHour: 5, perDay: 100 },
        rules: {
          ignoredUsers: ['etl'],
          bruteForce: { failures: 9, minutes: 5 },
          spray: defaultOptions.spray,
          shortLivedHours: 2,
          disabled: ['AUTH-FAIL'],
        },
      },
    });
  });

  test('all mistakes are reported together', () => {
    const read = readAudit(
      {
        buckets: [{ name: 'Logs', prefix: 'a b', accounts: ['1'] }],
        logGroups: ['/aws/lambda/x'],
        mail: { from: 'me', to: [], timeZone: 'Mars', proofAt: '7' },
        allowedNetworks: ['10.0.0.0'],
        disabledRules: ['AUTH'],
        thresholds: { bruteForce: { failures: 0, minutes: 5 } },
        surprise: true,
      },
      { account },
    );
    expect('mistakes' in read && read.mistakes.map(({ path }) => path).sort()).toEqual(
      [
        'allowedNetworks.0',
        'buckets.0.accounts.0',
        'buckets.0.name',
        'buckets.0.prefix',
        'disabledRules.0',
        'logGroups.0',
        'mail.from',
        'mail.proofAt',
        'mail.timeZone',
        'mail.to',
        'surprise',
        'thresholds.bruteForce.failures',
      ].sort(),
    );
  });

  test.each([
    ['nothing to read', { mail }, 'buckets'],
    ['a bucket twice', { mail, buckets: [{ name: 'logs' }, { name: 'logs' }] }, 'buckets.1.name'],
    [
      'an address twice',
      { mail: { ...mail, to: ['a@example.com', 'b@example.com', 'A@example.com'] }, buckets: [{ name: 'logs' }] },
      'mail.to.2',
    ],
    [
      'more addresses than a call of SES takes',
      { mail: { ...mail, to: Array.from({ length: 51 }, (_, n) => `a${n}@example.com`) }, buckets: [{ name: 'logs' }] },
      'mail.to',
    ],
    ['a log group twice', { mail, logGroups: ['/aws/redshift/a/userlog', '/aws/redshift/a/userlog'] }, 'logGroups.1'],
  ])('refuses %s', (_, given, path) => {
    const read = readAudit(given, { account });
    expect('mistakes' in read && read.mistakes.map((one) => one.path)).toEqual([path]);
  });
});
