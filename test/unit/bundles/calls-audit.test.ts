import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { emptyBook } from '../../../functions/shared/incidents/book';
import { example } from '../../../infra/systems/audit/example';
import { S3Service } from '../../support/aws-services/s3';
import { xmlError, type Answer } from '../../support/aws-services/server';
import { stackOf } from '../audit/stack-of';
import { account, keyOf, packed } from '../audit/support';
import { crc64Nvme } from './crc64-nvme';
import { DeployedSystem } from './deployed-system';
import type { InvocationResult } from './invoke';
import { SesService, sesError, snsError, SnsService } from '../../support/aws-services/mail';

// The bundles of the audit as they are deployed, before servers that speak the protocols of S3, SES, SNS and DynamoDB.

const [s3, ses, sns] = [new S3Service('logs'), new SesService(), new SnsService()];
const deployed = new DeployedSystem('audit', [stackOf(example)], [ses, sns, s3]);
beforeAll(() => deployed.start(), 60_000);
afterAll(() => deployed.stop());

const key = keyOf('userlog');
const stored = () => packed(account('create', Date.now(), { user: 'mallory' }));
beforeEach(async () => {
  await deployed.reset();
  for (const list of [ses.mails, sns.published]) list.length = 0;
  s3.objects.clear();
  s3.objects.set(key, stored());
});

/** One operation is answered so, the others as ever. */
function when(operation: string, answer: Answer | 'broken-answer' | ((earlier: number) => Answer | undefined)) {
  const before = deployed.aws.fault;
  deployed.aws.fault = (call, earlier) => {
    if (call.operation !== operation) return before(call, earlier);
    return typeof answer === 'function' ? answer(earlier) : answer;
  };
}

/** What SQS hands over of what S3 has told it. */
function announced(...keys: string[]) {
  const queue = { eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-central-1:111122223333:logs' };
  return {
    Records: keys.map((one, at) => ({
      ...{
        messageId: `m${at}`,
        receiptHandle: 'r',
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: {},
      },
      ...{ ...queue, awsRegion: 'eu-central-1', md5OfBody: 'd' },
      body: JSON.stringify({
        Records: [
          {
            ...{
              eventVersion: '2.1',
              eventSource: 'aws:s3',
              awsRegion: 'eu-central-1',
              eventName: 'ObjectCreated:Put',
            },
            s3: { bucket: { name: 'logs' }, object: { key: encodeURIComponent(one), size: 100, sequencer: '0' } },
          },
        ],
      }),
    })),
  };
}

/** What CloudWatch Logs hands over: JSON packed by gzip as base64. */
function delivered(message: string) {
  const content = {
    ...{ messageType: 'DATA_MESSAGE', owner: '111122223333', subscriptionFilters: ['muster-audit-audit'] },
    ...{ logGroup: '/aws/redshift/analytics/userlog', logStream: 'analytics' },
    logEvents: [{ id: '36', timestamp: Date.now(), message }],
  };
  return { awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') } };
}

const listed = (Key = key) => ({
  bucket: 'logs',
  since: '2026-01-01T00:00:00.000Z',
  objects: [{ Key, Etag: '"e1"', LastModified: '2026-11-26T08:00:00Z' }],
});

const inspectLog = (event: unknown = announced(key)) => deployed.call('inspect-log', event);
const inspectStream = () =>
  deployed.call('inspect-stream', delivered(account('create', Date.now(), { user: 'mallory' })));
const read = (objects = listed()) => deployed.call('read-objects', objects);
/** As its schedule calls it, on a day of which there is no proof of life yet. */
async function watch() {
  const value = emptyBook('audit', Date.now() - 3 * 24 * 3600_000);
  await deployed.store.write([{ name: 'book audit', value, from: 0 }]);
  return deployed.call('watch', { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} });
}

const subjects = () => ses.mails.map(({ Content }) => Content.Simple.Subject.Data);
const allGood: Record<string, () => Promise<void>> = {
  'inspect-log': async () => {
    expect(await inspectLog()).toMatchObject({ output: { batchItemFailures: [] } });
    expect(subjects()).toEqual([expect.stringContaining('mallory')]);
    expect(ses.mails[0]?.Destination.ToAddresses).toEqual(['security@example.com']);
    // That it was read is written down: no second mail is sent.
    expect((await inspectLog()).lines).toContainEqual(expect.objectContaining({ action: 'repeated' }));
    expect(ses.mails).toHaveLength(1);
  },
  'inspect-stream': async () => {
    expect(await inspectStream()).toMatchObject({ output: { action: 'inspected', lines: 1, malformed: 0 } });
    expect(subjects()).toEqual([expect.stringContaining('mallory')]);
    expect((await deployed.store.read('clusters'))?.value).toBeDefined();
  },
  'read-objects': async () => {
    expect(await read()).toMatchObject({ output: { read: 1, known: 0, gone: 0, unreadable: 0 } });
    expect(subjects()).toEqual([expect.stringContaining('mallory')]);
  },
  watch: async () => {
    expect(await watch()).toMatchObject({ output: { sent: 1, failed: 0 } });
    expect(ses.mails).toHaveLength(1);
  },
};

test.each(deployed.functions)('%s does its work', (name) => allGood[name]!());

test('S3 is found by its rules: the bucket is in the name of its host', async () => {
  const environment = { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: '' };
  const { error } = await deployed.call('read-objects', listed(), environment);
  expect(error).toMatchObject({
    name: 'AwsUnavailable',
    message: expect.stringContaining('logs.s3.eu-central-1.amazonaws.com') as string,
  });
});

describe('S3', () => {
  const failed = { batchItemFailures: [{ itemIdentifier: 'm0' }] };

  test.each([
    ['NoSuchKey', 404, { output: { gone: 1 } }],
    ['AccessDenied', 403, { output: { unreadable: 1 } }],
    ['InvalidObjectState', 403, { output: { unreadable: 1 } }],
    ['MethodNotAllowed', 405, { output: { gone: 1 } }],
    ['PreconditionFailed', 412, { output: { unreadable: 1 } }],
    ['SlowDown', 503, { error: { name: 'Throttled' } }],
    ['InternalError', 500, { error: { name: 'AwsUnavailable' } }],
  ])('answers %s (%i)', async (code, status, expected) => {
    when('GetObject', xmlError(code, status));
    expect(await read()).toMatchObject(expected);
    expect(ses.mails).toEqual([]);
  });

  test('has not what it has announced: the message comes again', async () => {
    const { output, lines } = await inspectLog(announced(key, keyOf('userlog', '2026-11-26T09:00')));
    expect(output).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(lines).toContainEqual(expect.objectContaining({ message: 'object not read', error: 'NoSuchKey' }));
    expect(subjects()).toHaveLength(1);
  });

  test('asks to slow down once, and the call is made again', async () => {
    when('GetObject', (earlier) => (earlier === 0 ? xmlError('SlowDown', 503) : undefined));
    expect((await inspectLog()).output).toEqual({ batchItemFailures: [] });
    expect(subjects()).toHaveLength(1);
  });

  test('ends in the middle of an object: it is read again later', async () => {
    when('GetObject', 'broken-answer');
    expect((await inspectLog()).output).toEqual(failed);
    expect(ses.mails).toEqual([]);
  });

  // Since 2025 each object has one: of the kind that who wrote it has chosen, or CRC-64/NVME.
  const body = stored();
  const hash = (algorithm: string) => createHash(algorithm).update(body).digest('base64');
  test.each([
    ['crc64nvme', crc64Nvme(body)],
    ['sha1', hash('sha1')],
    ['sha256', hash('sha256')],
    ['sha256', `${hash('sha256')}-3`],
  ])('tells the checksum %s: %s', async (algorithm, checksum) => {
    const headers = { etag: '"e1"', [`x-amz-checksum-${algorithm}`]: checksum };
    when('GetObject', { status: 200, headers, body });
    expect(await read()).toMatchObject({ output: { read: 1 } });
    expect(subjects()).toHaveLength(1);
  });

  test.each(['crc32', 'crc32c', 'sha1', 'sha256'])(
    'tells a checksum %s that is another: nothing is concluded',
    async (one) => {
      const headers = { etag: '"e1"', [`x-amz-checksum-${one}`]: 'AAAAAA==' };
      when('GetObject', { status: 200, headers, body });
      expect((await inspectLog()).output).toEqual(failed);
      expect(ses.mails).toEqual([]);
    },
  );
});

const senders: readonly [string, () => Promise<InvocationResult>, unknown][] = [
  ['inspect-log', () => inspectLog(), { output: { batchItemFailures: [{ itemIdentifier: 'm0' }] } }],
  ['inspect-stream', inspectStream, { error: { name: 'ProvisionedThroughputExceededException' } }],
  ['read-objects', () => read(), { error: { name: 'Throttled' } }],
  ['watch', watch, { error: { name: 'ProvisionedThroughputExceededException' } }],
];

describe.each(senders)('%s', (_, work, throttled) => {
  test('tells SNS what SES refuses', async () => {
    when('SendEmail', sesError('MessageRejected', 400));
    const { error, lines } = await work();
    expect(error).toBeUndefined();
    const said = { by: 'mail', error: 'MessageRejected', why: 'MessageRejected!' };
    expect(lines).toContainEqual(expect.objectContaining(said));
    expect(sns.published.map((form) => form.get('TopicArn'))).toEqual([deployed.environmentOf('watch').TOPIC_ARN]);
  });

  test('keeps the letter when neither takes it', async () => {
    when('SendEmail', sesError('AccessDeniedException', 403));
    when('Publish', snsError('AuthorizationError', 403));
    const { error, lines } = await work();
    expect(error).toBeUndefined();
    expect(lines).toContainEqual(expect.objectContaining({ by: 'fallback', error: 'AuthorizationError' }));
    expect(await waiting()).toMatchObject([{ attempts: 1 }]);
  });

  test('concludes nothing when DynamoDB is throttled', async () => {
    const always = Array.from({ length: 6 }, () => 'throttled' as const);
    deployed.dynamoDb.meet('GetItem', ...always);
    expect(await work()).toMatchObject(throttled as object);
    expect(ses.mails).toEqual([]);
  });
});

async function waiting() {
  return ((await deployed.store.read('book audit'))?.value as { outbox: { attempts: number }[] }).outbox;
}

test('SES asks to slow down: the letter waits, and SNS is not used', async () => {
  when('SendEmail', sesError('TooManyRequestsException', 429));
  const { lines } = await watch();
  expect(lines).toContainEqual(expect.objectContaining({ by: 'mail', error: 'TooManyRequestsException' }));
  expect(await waiting()).toMatchObject([{ attempts: 1 }]);
  expect(sns.published).toEqual([]);
});

test('DynamoDB is not available', async () => {
  deployed.dynamoDb.meet('GetItem', 'unavailable', 'unavailable');
  expect((await inspectStream()).error?.name).toBe('InternalServerError');
});

test('what another has written meanwhile is no error', async () => {
  deployed.dynamoDb.meet('TransactWriteItems', 'conflict');
  expect(await inspectLog()).toMatchObject({ output: { batchItemFailures: [] } });
  expect(subjects()).toHaveLength(1);
});
