import type { IncomingMessage } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { s3Objects } from '../../../functions/audit/adapters/aws/s3-objects';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { makeHandler as makeRead } from '../../../functions/audit/steps/read-objects/handler';
import { makeHandler as makeInspect } from '../../../functions/audit/triggers/inspect-log/handler';
import { makeHandler as makeWatch } from '../../../functions/audit/triggers/watch/handler';
import { wired } from '../../../functions/audit/wiring';
import { awsClient } from '../../../functions/shared/aws-client';
import { defaultPolicy } from '../../../functions/shared/incidents/book';
import { jsonLogger, noMetrics } from '../../../functions/shared/runtime';
import type { AuditFunction } from '../../../infra/systems/audit/functions';
import { permissionsOf, type AuditScope } from '../../../infra/systems/audit/permissions';
import { toStatement } from '../../../infra/permissions/permission';
import { allows } from '../../support/permissions/evaluate';
import { describeRequest, listOf, type IamRequest, type StatementJson } from '../../support/permissions/request';
import { serveHttp, type Running } from '../../support/servers/loopback';
import { account, keyOf, packed, start } from './support';

// The real clients of AWS, before a server on this machine that answers as S3, DynamoDB, SES and SNS do. What is asked
// of it is held against the permissions.

const scope: AuditScope = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  buckets: [{ name: 'logs', prefix: 'AWSLogs/', folders: 'by-day', accounts: ['111122223333'] }],
  tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/state',
  queueArn: 'arn:aws:sqs:eu-central-1:111122223333:logs',
  topicArn: 'arn:aws:sns:eu-central-1:111122223333:fallback',
  from: 'muster@example.com',
};

interface Mail {
  readonly FromEmailAddress: string;
  readonly Destination: { readonly ToAddresses: string[] };
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text: { readonly Data: string }; readonly Html: { readonly Data: string } };
      readonly Headers: { readonly Name: string; readonly Value: string }[];
    };
  };
}

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly content: string | Buffer;
}

interface Item {
  readonly pk: { readonly S: string };
}

/** All four services at one address, and what IAM would be asked for each request. */
class Services {
  readonly asked: IamRequest[] = [];
  readonly mails: Mail[] = [];
  readonly published: URLSearchParams[] = [];
  readonly objects = new Map<string, Buffer>();
  /** What SES answers instead of taking a mail. */
  sesSays: 'MessageRejected' | 'TooManyRequestsException' | undefined;
  readonly #items = new Map<string, Item>();
  #running: Running | undefined;

  async start(): Promise<string> {
    this.#running = await serveHttp((request, response) => {
      void bodyOf(request).then((body) => {
        const { status = 200, headers = {}, content } = this.#answer(request, body);
        response.writeHead(status, headers).end(content);
      });
    });
    return `http://127.0.0.1:${this.#running.port}`;
  }

  async stop(): Promise<void> {
    await this.#running?.close();
  }

  #ask(action: string, resource: string, context: IamRequest['context'] = {}): void {
    this.asked.push({ action, resource, context });
  }

  #answer({ method, url = '', headers }: IncomingMessage, body: string): Answer {
    const target = headers['x-amz-target'];
    if (typeof target === 'string') return { content: JSON.stringify(this.#dynamoDb(target, body)) };
    if (url.startsWith('/v2/email')) return this.#ses(JSON.parse(body) as Mail);
    if (method === 'GET') return this.#s3(new URL(url, 'http://s3'));
    const form = new URLSearchParams(body);
    this.#ask('sns:Publish', form.get('TopicArn') ?? '');
    this.published.push(form);
    return { content: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>' };
  }

  #dynamoDb(target: string, body: string): object {
    const input = JSON.parse(body) as { Key?: Item; Item?: Item; TransactItems?: { Put: { Item: Item } }[] };
    if (target.endsWith('.GetItem')) {
      this.#ask('dynamodb:GetItem', scope.tableArn);
      const item = this.#items.get(input.Key?.pk.S ?? '');
      return item === undefined ? {} : { Item: item };
    }
    const put = input.Item === undefined ? (input.TransactItems ?? []).map(({ Put }) => Put.Item) : [input.Item];
    if (put.length === 0) throw new TypeError(`nothing is known of ${target}`);
    for (const item of put) {
      this.#ask('dynamodb:PutItem', scope.tableArn);
      this.#items.set(item.pk.S, item);
    }
    return {};
  }

  #ses(mail: Mail) {
    const { FromEmailAddress: from } = mail;
    const identity = `arn:aws:ses:${scope.region}:${scope.account}:identity/${from}`;
    this.#ask('ses:SendEmail', identity, { 'ses:FromAddress': [from] });
    if (this.sesSays !== undefined) {
      const isRejected = this.sesSays === 'MessageRejected';
      const content = JSON.stringify({ message: isRejected ? 'Email address is not verified.' : 'Slow down.' });
      return { status: isRejected ? 400 : 429, headers: { 'x-amzn-errortype': this.sesSays }, content };
    }
    this.mails.push(mail);
    return { content: '{"MessageId":"1"}' };
  }

  #s3({ pathname, searchParams }: URL) {
    const path = decodeURIComponent(pathname);
    const version = searchParams.get('versionId');
    this.#ask(version === null ? 's3:GetObject' : 's3:GetObjectVersion', `arn:aws:s3:::${path.slice(1)}`);
    const content = this.objects.get(`${path}${version === null ? '' : `#${version}`}`);
    return content === undefined
      ? { status: 404, content: '<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>' }
      : { headers: { etag: '"e1"' }, content };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

let services: Services;
let endpoint: string;
beforeEach(async () => {
  services = new Services();
  endpoint = await services.start();
});
afterEach(() => services.stop());

function made(chat = 'no') {
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const aws = { ...awsClient(keys), endpoint, region: scope.region, maxAttempts: 1 };
  const env = {
    STATE_TABLE: 'state',
    MAIL_FROM: scope.from,
    MAIL_TO: 'a@example.com,b@example.com',
    TOPIC_ARN: scope.topicArn,
    CHAT: chat,
    POLICY: JSON.stringify({ ...defaultPolicy, proofAt: 0 }),
  };
  const clock = { at: start, now: () => new Date(clock.at) };
  const all = { ...wired(env, aws), log: jsonLogger(() => undefined), clock };
  const watch = { ...all, clusters: [], metrics: noMetrics, functionName: 'watch' };
  const objects = s3Objects(new S3Client({ ...aws, forcePathStyle: true }));
  return { clock, watch, inspect: { ...all, objects, options: defaultOptions } };
}

const key = keyOf('userlog');
const message = (object: object) => ({
  Records: [
    {
      messageId: 'm',
      body: JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: 'logs' }, object } }),
    },
  ],
});
const log = packed(account('create', start, { user: 'müller <b>' }));

/** Each request is allowed, and each action but those that no request shows is needed. */
function holdAgainst(name: AuditFunction, unseen: readonly string[]): void {
  const statements = permissionsOf(name, scope).map((one) => toStatement(one).toStatementJson() as StatementJson);
  const refused = services.asked.filter((request) => !statements.some((statement) => allows(statement, request)));
  expect(refused.map(describeRequest)).toEqual([]);
  const used = new Set(services.asked.map(({ action }) => action));
  const idle = statements.flatMap(({ Action }) => listOf(Action)).filter((action) => !used.has(action));
  expect(idle.sort()).toEqual([...unseen].sort());
}

// It makes S3 say that an object is missing, and is no call of its own.
const answersOf404 = 's3:ListBucket';
const byLambda = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

test('a log is read from S3, as the version that is reported, remembered, and mailed by SES', async () => {
  services.objects.set(`/logs/${key}#v1`, log);
  services.objects.set(`/logs/${keyOf('userlog', '2026-11-26T09:00')}`, log);
  const { inspect } = made();
  const handle = makeInspect(inspect);
  expect(await handle(message({ key, etag: 'e1', 'version-id': 'v1' }))).toEqual({ batchItemFailures: [] });
  expect(await handle(message({ key: keyOf('userlog', '2026-11-26T09:00') }))).toEqual({ batchItemFailures: [] });
  const [mail] = services.mails;
  expect(mail).toMatchObject({
    FromEmailAddress: scope.from,
    Destination: { ToAddresses: ['a@example.com', 'b@example.com'] },
  });
  const { Subject, Body, Headers } = mail!.Content.Simple;
  expect(Subject.Data).toMatch(/^[ -~]{1,150}$/);
  expect(Body.Text.Data).toContain('Account müller <b> created');
  expect(Body.Html.Data).not.toContain('<b>');
  expect(Headers.map(({ Name }) => Name)).toContain('X-Alert-Id');
  // Read before: S3 is not asked again.
  const asked = services.asked.length;
  await handle(message({ key, etag: 'e1', 'version-id': 'v1' }));
  expect(services.asked.slice(asked).map(({ action }) => action)).not.toContain('s3:GetObjectVersion');
  holdAgainst('inspect-log', ['sns:Publish', answersOf404, ...byLambda]);
});

test('an object that is gone is a message that comes again', async () => {
  expect(await makeInspect(made().inspect)(message({ key }))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm' }],
  });
});

test('a backfill reads by the same calls', async () => {
  services.objects.set(`/logs/${key}`, log);
  const objects = [
    { Key: key, Etag: '"e1"', LastModified: start / 1000 },
    { Key: keyOf('userlog', '2026-11-26T07:00'), Etag: '"e2"', LastModified: start / 1000 },
  ];
  const batch = { bucket: 'logs', since: '2026-01-01T00:00:00Z', objects };
  expect(await makeRead(made().inspect)(batch)).toMatchObject({ read: 1, gone: 1 });
  expect(await makeRead(made().inspect)(batch)).toMatchObject({ known: 1, gone: 1 });
  holdAgainst('read-objects', ['sns:Publish', 's3:GetObjectVersion', answersOf404]);
});

test('where a chat reads the topic, what SNS is told has a form for it as well', async () => {
  services.sesSays = 'MessageRejected';
  services.objects.set(`/logs/${key}`, log);
  const { clock, watch, inspect } = made('yes');
  await makeInspect(inspect)(message({ key }));
  for (let n = 0; n < 60; n += 1) {
    clock.at += 60_000;
    await makeWatch(watch)();
  }
  const told = services.published.filter((form) => form.get('Message')?.includes('created') === true);
  expect(told.map((form) => form.get('MessageStructure'))).toEqual(['json']);
  const forms = JSON.parse(told[0]!.get('Message')!) as { default: string; https: string };
  expect(forms.default).toContain('Account müller <b> created');
  expect(JSON.parse(forms.https)).toMatchObject({
    source: 'custom',
    content: { description: expect.stringContaining('Account müller &lt;b&gt; created') as string },
  });
});

test('SES refuses the sender: SNS tells within the same call, and a metric says that SES does not', async () => {
  services.sesSays = 'MessageRejected';
  services.objects.set(`/logs/${key}`, log);
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await makeInspect(made().inspect)(message({ key }));
  const lines = write.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('LettersByFallback'));
  write.mockRestore();
  expect(services.published).toHaveLength(1);
  expect(services.published[0]!.get('Message')).toContain('Account müller <b> created');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ LettersByFallback: 1, Table: 'state' }]);
  holdAgainst('inspect-log', ['s3:GetObjectVersion', answersOf404, ...byLambda]);
});

test('SES down for an hour: SNS tells, once, in words that it takes; and the proof of life comes', async () => {
  services.sesSays = 'TooManyRequestsException';
  services.objects.set(`/logs/${key}`, log);
  const { clock, watch, inspect } = made();
  await makeInspect(inspect)(message({ key }));
  services.asked.length = 0;
  for (let n = 0; n < 60; n += 1) {
    clock.at += 60_000;
    await makeWatch(watch)();
  }
  const told = services.published.filter((form) => form.get('Message')?.includes('created') === true);
  expect(told).toHaveLength(1);
  expect(told[0]!.get('Subject')!.length).toBeLessThan(100);
  services.sesSays = undefined;
  clock.at += 24 * 3_600_000;
  await makeWatch(watch)();
  expect(services.mails.map(({ Content }) => Content.Simple.Subject.Data).join()).toContain('daily: works');
  holdAgainst('watch', []);
});
