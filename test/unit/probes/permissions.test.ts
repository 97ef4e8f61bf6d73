import { createLooksQueue, createReportsQueue } from '../../../functions/probes/adapters/aws/sqs-queues';
import { createS3Page } from '../../../functions/probes/adapters/aws/s3-page';
import { parsePlan } from '../../../functions/probes/contracts/plan';
import { makeHandler as makeJudge } from '../../../functions/probes/triggers/judge/handler';
import { makeHandler as makeLook } from '../../../functions/probes/triggers/look/handler';
import { makeHandler as makePublish } from '../../../functions/probes/triggers/publish-page/handler';
import { makeHandler as makeStart } from '../../../functions/probes/triggers/start-looks/handler';
import { defaultPolicy } from '../../../functions/shared/incidents/book';
import { dynamoDbStore } from '../../../functions/shared/incidents/dynamodb-store';
import { jsonLogger } from '../../../functions/shared/runtime';
import { sesMailer, snsMailer } from '../../../functions/shared/notify/mailer';
import { toStatement, type Permission } from '../../../infra/permissions/permission';
import { homePermissions, regionPermissions } from '../../../infra/systems/probes/permissions';
import { allows } from '../../support/permissions/evaluate';
import { describeRequest, type IamRequest, type StatementJson } from '../../support/permissions/request';
import { recording, type SentCommand } from '../../support/permissions/sent';
import { at, found, run } from './judging';

// Every handler runs over the adapters that it is deployed with, and what they send is held against its permissions: none
// is missing, and none is there that nothing asks for.

const arn = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:111122223333:${rest}`;
const scope = {
  looksArn: arn('sqs', 'looks'),
  reportsArn: arn('sqs', 'reports'),
  tableArn: arn('dynamodb', 'table/state'),
  bucketArn: 'arn:aws:s3:::page',
  topicArn: arn('sns', 'alarms'),
  identityArns: [arn('ses', 'identity/status@example.com')],
};
const plan = parsePlan(
  JSON.stringify({
    version: 1,
    title: 'Status',
    regions: ['a'],
    targets: [{ id: 'shop', url: 'https://shop.example.com/' }],
  }),
);
const clock = { now: () => new Date(at(0) * 1000 + 5000) };
const log = jsonLogger(() => undefined);
const metrics = { count: () => undefined, duration: () => undefined };
const message = (body: unknown) => ({
  Records: [{ messageId: '1', body: JSON.stringify(body), attributes: { SentTimestamp: String(at(0) * 1000) } }],
});
const slot = new Date(at(0) * 1000).toISOString();

/** What IAM is asked for a command. */
function requestOf({ name, input }: SentCommand): IamRequest[] {
  const given = input as Record<string, unknown>;
  const ask = (action: string, resource: string) => [{ action, resource, context: {} }];
  const queue = arn('sqs', String(given.QueueUrl).split('/').at(-1)!);
  switch (name) {
    // IAM knows the batch by the name of the single one.
    case 'SendMessageBatchCommand':
    case 'SendMessageCommand':
      return ask('sqs:SendMessage', queue);
    case 'GetItemCommand':
    case 'PutItemCommand':
      return ask(`dynamodb:${name.replace('Command', '')}`, scope.tableArn);
    case 'BatchGetItemCommand':
      return ask('dynamodb:BatchGetItem', arn('dynamodb', `table/${Object.keys(given.RequestItems as object)[0]!}`));
    case 'TransactWriteItemsCommand':
      return (given.TransactItems as Record<string, object>[]).flatMap((one) =>
        ask(`dynamodb:${Object.keys(one)[0]!}Item`, scope.tableArn),
      );
    case 'PutObjectCommand':
      return ask('s3:PutObject', `arn:aws:s3:::${String(given.Bucket)}/${String(given.Key)}`);
    case 'SendEmail':
      return ask('ses:SendEmail', arn('ses', `identity/${String(given.FromEmailAddress)}`));
    case 'Publish':
      return ask('sns:Publish', String(given.TopicArn));
    default:
      throw new TypeError(`no action is known for ${name}`);
  }
}

/** What Lambda itself does with the role of a function that a queue calls. */
const byLambda = (queueArn: string): IamRequest[] =>
  ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((one) => ({
    action: `sqs:${one}`,
    resource: queueArn,
    context: {},
  }));

function hold(permissions: readonly Permission[], requests: readonly IamRequest[]): void {
  const statements = permissions.map((one) => toStatement(one).toStatementJson() as StatementJson);
  const isAllowed = (request: IamRequest) => statements.some((statement) => allows(statement, request));
  expect(requests.filter((one) => !isAllowed(one)).map(describeRequest)).toEqual([]);
  const unused = permissions.flatMap(({ sid, actions }) =>
    actions.filter((action) => !requests.some((one) => one.action === action)).map((action) => `${sid}: ${action}`),
  );
  expect(unused).toEqual([]);
}

test('start-looks', async () => {
  const { client, sent } = recording();
  await makeStart({
    clock: { now: () => new Date(slot) },
    plan,
    looks: createLooksQueue(client, 'https://sqs/1/looks'),
  })({ scheduledTime: slot });
  hold(regionPermissions('start-looks', scope), sent.flatMap(requestOf));
});

test('look', async () => {
  const { client, sent } = recording();
  const handler = makeLook({
    clock,
    log,
    metrics,
    plan,
    region: 'a',
    deployment: 'muster',
    prober: { look: async () => found('shop', 'bad') },
    pause: async () => undefined,
    looks: createLooksQueue(client, 'https://sqs/1/looks'),
    reports: createReportsQueue(client, 'https://sqs/1/reports'),
  });
  await handler(message({ version: 1, slot, attempt: 1 }));
  hold(regionPermissions('look', scope), [...sent.flatMap(requestOf), ...byLambda(scope.looksArn)]);
  expect(sent.map(({ name }) => name)).toEqual(['SendMessageBatchCommand', 'SendMessageCommand']);
});

test('judge', async () => {
  const { client, sent } = recording({ BatchGetItemCommand: { Responses: { state: [] } } });
  const call = (name: string, fails: boolean) => async (input: object) => {
    sent.push({ name, input });
    if (fails) throw new TypeError('not today');
  };
  const handler = makeJudge({
    ...{ clock, log, metrics, plan, deployment: 'muster', system: 'probes' },
    policy: { ...defaultPolicy, proofAt: 0 },
    store: dynamoDbStore({ client, tableName: 'state' }),
    mailer: sesMailer({
      ses: { sendEmail: call('SendEmail', true) },
      from: 'status@example.com',
      to: ['a@example.com'],
    }),
    fallback: snsMailer({ sns: { publish: call('Publish', false) }, topicArn: scope.topicArn, rest: '' }),
  });
  await handler(message(run('a', at(0), 'down')));
  await handler({});
  // What is stored is not read again here, so no letter is found: the two ways out are asked by themselves.
  const mail = { id: '1', messageId: '<1@x>', subject: 's', text: 't', html: 'h', headers: {} };
  await sesMailer({ ses: { sendEmail: call('SendEmail', false) }, from: 'status@example.com', to: ['a@x.com'] }).send(
    mail,
  );
  await snsMailer({ sns: { publish: call('Publish', false) }, topicArn: scope.topicArn, rest: '' }).send(mail);
  hold(homePermissions('judge', scope), [...sent.flatMap(requestOf), ...byLambda(scope.reportsArn)]);
});

test('publish-page', async () => {
  const { client, sent } = recording();
  const store = dynamoDbStore({ client, tableName: 'state' });
  await makePublish({ plan, clock, store, page: createS3Page(client, 'page') })();
  hold(homePermissions('publish-page', scope), sent.flatMap(requestOf));
});
