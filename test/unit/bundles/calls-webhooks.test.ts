import type { ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { bundleFunctions, functionsOf } from '../../../infra/bundling';
import type { WebhookFunction } from '../../../infra/systems/webhooks/functions';
import { Deployment } from '../../support/webhooks/aws/deployment';
import { jsonError, xmlError, type Answer } from '../../support/aws-services/server';
import { exampleSection } from '../../support/webhooks/stack';
import { invoke } from './invoke';

// The bundles of the webhooks as they are deployed, with the roles and the environment of the stack, before servers that
// speak the protocols of S3, SQS, Parameter Store, Secrets Manager, Step Functions and Redshift's Data API.

const [route, table] = ['one', 't_one'];
const deployment = new Deployment({
  ...exampleSection,
  routes: [
    {
      ...{ name: route, path: '/hooks/one', secret: 'webhooks/one', table, bodyLimitBytes: 3_000_000 },
      scheme: { kind: 'hmac', header: 'x-signature' },
      eventId: { from: 'body', pointer: '/id' },
      columns: { bad: { type: 'boolean', from: '/bad' } },
    },
  ],
});
const { s3, aws, executions, secrets, sqs, warehouse } = deployment;
let folder: string;
let lines: Record<string, unknown>[] = [];
const called = new Set<string>();
let running: ChildProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-calls-webhooks-'));
  await bundleFunctions(folder, functionsOf('webhooks'));
  await deployment.start(async (name, event, environment) => {
    const { output, error, ...written } = await invoke(
      join(folder, `webhooks-${name}`, 'index.mjs'),
      event,
      environment,
      (child) => (running = child),
    );
    called.add(`webhooks-${name}`);
    lines.push(...written.lines);
    if (error !== undefined) throw Object.assign(new Error(error.message), { name: error.name });
    return output;
  });
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await deployment.stop();
});

beforeEach(() => {
  aws.reset();
  lines = [];
  for (const map of [s3.objects, sqs.messages, secrets.secrets, warehouse.loaded]) map.clear();
  secrets.secrets.set('webhooks/one', '["old", "key"]');
  executions.executions.length = 0;
});

/** What an HTTP API hands over: the body as base64, as it does of a content type that is no text. */
function posted(body: string) {
  const http = { method: 'POST', path: '/hooks/one', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl' };
  const there = { accountId: '111122223333', apiId: 'a1', domainName: 'a1.execute-api.eu-central-1.amazonaws.com' };
  const signature = createHmac('sha256', 'key').update(body).digest('hex');
  return {
    ...{ version: '2.0', routeKey: 'POST /hooks/one', rawPath: '/hooks/one', rawQueryString: '' },
    headers: { 'content-type': 'application/json', 'content-length': String(body.length), 'x-signature': signature },
    requestContext: { ...there, http, requestId: 'r', routeKey: 'POST /hooks/one', stage: '$default', timeEpoch: 1 },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

const post = (body: string) => deployment.call('ingress', posted(body)) as Promise<{ statusCode: number }>;
const keysUnder = (prefix: string) => [...s3.objects.keys()].filter((key) => key.startsWith(prefix));

test('what is posted comes into the warehouse, through every function', async () => {
  // From 2 MB on the client asks S3 whether it takes the body, before it sends it.
  for (const body of ['{"id":"a"}', '{"id":"b","bad":true}', 'x'.repeat(2_500_000)])
    expect(await post(body)).toMatchObject({ statusCode: 202, body: 'accepted\n' });
  expect(keysUnder('claims/')).toHaveLength(1);
  expect(aws.calls.find(({ operation }) => operation === 'PutObject')?.headers.expect).toBe('100-continue');
  expect(await deployment.stage()).toEqual({ batchItemFailures: [] });
  const [file = ''] = keysUnder(`pending/${table}/`);
  expect(
    gunzipSync(s3.objects.get(file)!)
      .toString()
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as unknown),
  ).toEqual([expect.objectContaining({ event_id: 'a' }), expect.objectContaining({ event_id: 'b', bad: true })]);
  expect(await deployment.call('start-loads')).toEqual({ started: [table] });
  expect(executions.executions).toMatchObject([{ input: JSON.stringify({ table }) }]);
  expect(await deployment.load(table, 5)).toEqual({ status: 'SUCCEEDED' });
  expect([...warehouse.loaded.values()].flat()).toEqual(['a']);
  // One that is no JSON, one that the warehouse has refused.
  expect(keysUnder('quarantine/')).toHaveLength(2);
  expect(keysUnder('archive/').length).toBeGreaterThan(0);
  expect([...keysUnder('pending/'), ...keysUnder('plans/')]).toEqual([]);
  expect([...called].sort()).toEqual(functionsOf('webhooks').sort());
  // What is sent to S3 bears its checksum, which the server has compared.
  const puts = aws.calls.filter(({ operation }) => operation === 'PutObject');
  expect(puts.filter(({ headers }) => headers['x-amz-checksum-crc32'] === undefined)).toEqual([]);
}, 30_000);

const [batch, pending] = ['0'.repeat(32), `pending/${table}/20260101T000000000Z-1-ab.gz`];
const run = { execution: 'e', redrives: 0, enteredAt: '2026-11-28T06:00:00.000Z' };
const events: Readonly<Record<Exclude<WebhookFunction, 'ingress' | 'stage-events'>, unknown>> = {
  'start-loads': {},
  'plan-batch': { table, run },
  'submit-load': { table, batch, attempt: 1, run },
  'follow-load': { statement: 's', run },
  'confirm-load': { table, batch, attempt: 1, submittedAfter: 0, followed: { state: 'finished' }, run },
  'split-batch': { table, batch, reason: 'refused', run },
  'archive-batch': { table, batch, run },
};

/** A file waits, and a plan names it. */
function waiting() {
  const entries = [{ url: `s3://b/${pending}`, mandatory: true }];
  s3.objects.set(`plans/${table}/${batch}.json`, Buffer.from(JSON.stringify({ entries })));
  s3.objects.set(pending, gzipSync('{"event_id":"a"}\n'));
}

const slow = xmlError('SlowDown', 503);
const broken = xmlError('InternalError', 500);
const denied = xmlError('AccessDenied', 403);
const cases: readonly [keyof typeof events, string, Answer, string][] = [
  ['start-loads', 'GetParametersByPath', jsonError('ThrottlingException'), 'ThrottlingException'],
  ['start-loads', 'ListObjectsV2', slow, 'SlowDown'],
  ['start-loads', 'ListExecutions', jsonError('StateMachineDoesNotExist'), 'StateMachineDoesNotExist'],
  ['start-loads', 'StartExecution', jsonError('AccessDeniedException'), 'AccessDeniedException'],
  ['plan-batch', 'ListObjectsV2', slow, 'Throttled'],
  ['submit-load', 'GetObject', broken, 'AwsUnavailable'],
  ['submit-load', 'GetParametersByPath', jsonError('InternalServerError', 500), 'AwsUnavailable'],
  ['submit-load', 'ExecuteStatement', jsonError('ActiveSessionsExceededException'), 'WarehouseBusy'],
  ['submit-load', 'BatchExecuteStatement', jsonError('ActiveStatementsExceededException'), 'WarehouseBusy'],
  ['submit-load', 'BatchExecuteStatement', jsonError('ValidationException'), 'ValidationException'],
  ['follow-load', 'DescribeStatement', jsonError('InternalServerException', 500), 'AwsUnavailable'],
  ['confirm-load', 'ExecuteStatement', jsonError('ThrottlingException'), 'Throttled'],
  ['confirm-load', 'GetStatementResult', jsonError('ResourceNotFoundException'), 'ResourceNotFoundException'],
  ['split-batch', 'GetObject', slow, 'Throttled'],
  ['archive-batch', 'PutObject', denied, 'AccessDenied'],
  ['archive-batch', 'DeleteObject', broken, 'AwsUnavailable'],
];

test.each(cases)('%s: %s is answered by an error', async (name, operation, answer, error) => {
  waiting();
  aws.fault = (call) => (call.operation === operation ? answer : undefined);
  await expect(deployment.call(name, events[name])).rejects.toMatchObject({ name: error });
  expect(aws.operations()).toContain(operation);
  // Nothing is lost by it.
  expect(s3.objects.has(pending)).toBe(true);
});

test.each(
  ['GetParametersByPath', 'ListObjectsV2', 'ListExecutions', 'StartExecution'].flatMap((operation) => [
    [operation, 'before', 'lost-request'] as const,
    [operation, 'after', 'lost-answer'] as const,
  ]),
)(
  'start-loads, killed at %s, %s it is done: the next minute starts one load, of all of it, once',
  async (at, _, fault) => {
    await post('{"id":"a"}');
    await deployment.stage();
    aws.fault = ({ operation }) => {
      if (operation !== at) return undefined;
      running?.kill('SIGKILL');
      return fault;
    };
    await expect(deployment.call('start-loads')).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    expect(running?.signalCode).toBe('SIGKILL');
    const isStarted = at === 'StartExecution' && fault === 'lost-answer';
    expect(executions.executions).toHaveLength(isStarted ? 1 : 0);
    aws.reset();
    expect(await deployment.call('start-loads')).toEqual({ started: isStarted ? [] : [table] });
    expect(executions.executions).toHaveLength(1);
    expect(await deployment.load(table, 5)).toEqual({ status: 'SUCCEEDED' });
    expect([...warehouse.loaded.values()].flat()).toEqual(['a']);
    expect([...keysUnder('pending/'), ...keysUnder('plans/')]).toEqual([]);
  },
);

describe('ingress', () => {
  const long = 'x'.repeat(950_000);
  test.each([
    ['GetParametersByPath', jsonError('ThrottlingException'), '{"id":"a"}'],
    ['GetSecretValue', jsonError('ResourceNotFoundException'), '{"id":"a"}'],
    ['SendMessage', jsonError('com.amazonaws.sqs#QueueDoesNotExist'), '{"id":"a"}'],
    ['SendMessage', jsonError('RequestThrottled', 503), '{"id":"a"}'],
    ['PutObject', slow, long],
    ['PutObject', denied, long],
  ])('says that it is to be sent again when %s is answered by an error', async (operation, answer, body) => {
    aws.fault = (call) => (call.operation === operation ? answer : undefined);
    expect(await post(body)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error' }));
    expect(sqs.messages.size).toBe(0);
  });

  test('refuses a signature that is another', async () => {
    secrets.secrets.set('webhooks/one', '["another"]');
    expect(await post('{"id":"a"}')).toMatchObject({ statusCode: 401 });
  });
});

describe('stage-events', () => {
  test.each([
    ['PutObject', slow],
    ['PutObject', denied],
    ['GetObject', broken],
  ])('keeps the messages in the queue when %s is answered by an error', async (operation, answer) => {
    await post(operation === 'GetObject' ? JSON.stringify({ id: 'a', long: 'x'.repeat(950_000) }) : '{"id":"a"}');
    aws.fault = (call) => (call.operation === operation ? answer : undefined);
    expect(await deployment.stage()).toMatchObject({
      batchItemFailures: [{ itemIdentifier: expect.any(String) as string }],
    });
    expect(sqs.messages.size).toBe(1);
    expect(lines).toContainEqual(expect.objectContaining({ message: 'messages are not staged' }));
  });

  test('needs the routes', async () => {
    await post('{"id":"a"}');
    aws.fault = ({ operation }) =>
      operation === 'GetParametersByPath' ? jsonError('AccessDeniedException') : undefined;
    await expect(deployment.stage()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(sqs.messages.size).toBe(1);
  });
});

test('a page of S3 is continued', async () => {
  for (let n = 0; n < 1001; n += 1) s3.objects.set(`plans/${table}/${String(n).padStart(4, '0')}`, Buffer.from('-'));
  waiting();
  s3.objects.delete(`plans/${table}/${batch}.json`);
  s3.objects.set(`plans/${table}/${'f'.repeat(32)}.json`, Buffer.from('{}'));
  expect(await deployment.call('plan-batch', events['plan-batch'])).toMatchObject({ batch: 'f'.repeat(32) });
});
