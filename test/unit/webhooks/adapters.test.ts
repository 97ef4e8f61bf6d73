import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../../../functions/shared/aws-client';
import { isThrottled, isUnavailable } from '../../../functions/shared/aws-errors';
import { createS3Store } from '../../../functions/webhooks/adapters/aws/s3-store';
import { createSqsQueue } from '../../../functions/webhooks/adapters/aws/sqs-queue';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import { createFolderStore } from '../../../infra/lab/systems/webhooks/folder-store';
import { S3Service } from '../../support/aws-services/s3';
import { AwsServer, jsonError, xmlError, type Fault } from '../../support/aws-services/server';
import { SqsService } from '../../support/webhooks/aws/sqs';

// The adapters by the real clients over the wire, with the attempts and time-outs that the functions have.

const s3 = new S3Service('bucket');
const sqs = new SqsService('');
const aws = new AwsServer([sqs, s3]);
const folder = mkdtempSync(join(tmpdir(), 'muster-store-'));
const budget = { attempts: 2, connectionMs: 2000, answerMs: 300, silenceMs: 300 };
const options = () => ({
  ...awsClient({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, budget),
  ...{ region: 'eu-central-1', endpoint: aws.endpoint },
});
let stores: Record<'s3' | 'folder', ObjectStore>;
let queue: ReturnType<typeof createSqsQueue>;

beforeAll(async () => {
  await aws.start();
  sqs.url = `${aws.endpoint}/111122223333/events`;
  stores = { s3: createS3Store(new S3Client(options()), 'bucket'), folder: createFolderStore(folder) };
  queue = createSqsQueue(new SQSClient(options()), sqs.url);
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  aws.reset();
  s3.objects.clear();
  sqs.messages.clear();
});

const bytes = (text: string) => Buffer.from(text);

describe.each(['s3', 'folder'] as const)('the store: %s', (kind) => {
  test('what was put is got, replaced, listed and removed; what is not there is undefined, and no mistake to remove', async () => {
    const store = stores[kind];
    const key = `claims/${kind}/2026-11-26/m & <n>'`;
    expect(await store.get(key)).toBeUndefined();
    await store.put(key, bytes('one'));
    await store.put(key, Buffer.from([0, 255, 10]));
    expect([...((await store.get(key)) ?? [])]).toEqual([0, 255, 10]);
    expect(await store.list(`claims/${kind}/`)).toEqual([{ key, bytes: 3 }]);
    await store.remove(key);
    await store.remove(key);
    expect(await store.list(`claims/${kind}/`)).toEqual([]);
    await store.put(key, new Uint8Array());
    expect((await store.get(key))?.byteLength).toBe(0);
  });

  test('a listing is in the order of bytes, of a prefix that need not end at a slash, and continues after a key', async () => {
    const store = stores[kind];
    for (const name of ['b', 'a-2', 'a', 'a-/x', 'B', 'ä', 'c']) await store.put(`list-${kind}/${name}`, bytes(name));
    const keys = async (prefix: string, more = {}) =>
      (await store.list(`list-${kind}/${prefix}`, more)).map(({ key }) => key.replace(`list-${kind}/`, ''));
    expect(await keys('')).toEqual(['B', 'a', 'a-/x', 'a-2', 'b', 'c', 'ä']);
    expect(await keys('a')).toEqual(['a', 'a-/x', 'a-2']);
    expect(await keys('', { limit: 2 })).toEqual(['B', 'a']);
    expect(await keys('', { after: `list-${kind}/a-/x` })).toEqual(['a-2', 'b', 'c', 'ä']);
    expect(await keys('', { after: `list-${kind}/a`, limit: 1 })).toEqual(['a-/x']);
  });
});

/** The same fault for the first calls of an operation. */
const faults = (operation: string, fault: Fault, times: number) => {
  aws.fault = (call, earlier) => (call.operation === operation && earlier < times ? fault : undefined);
};

/**
 * The name of the error that a call ends with. Of a connection that broke it is lost here: Node makes that error outside
 * of Jest's world, where the client takes it for no error and wraps it.
 */
async function endOf(call: Promise<unknown>): Promise<string> {
  const caught: unknown = await call.then(
    () => 'none',
    (error: unknown) => error,
  );
  if (caught === 'none') return 'none';
  if (isThrottled(caught)) return 'throttled';
  return isUnavailable(caught) || !(caught instanceof Error) || /wrapper for/.test(caught.message)
    ? 'unavailable'
    : caught.name;
}

describe('S3, and the faults of a call', () => {
  test.each<[string, Fault, string]>([
    ['a lost request', 'lost-request', 'unavailable'],
    ['a lost answer', 'lost-answer', 'unavailable'],
    ['a throttled call', xmlError('SlowDown', 503), 'throttled'],
    ['a fault of its own', xmlError('InternalError', 500), 'unavailable'],
  ])('%s is made good by the second attempt, and once more is an error that has a name', async (_, fault, end) => {
    for (const [operation, call] of [
      ['PutObject', () => stores.s3.put('k', bytes('v'))],
      ['GetObject', () => stores.s3.get('k')],
      ['ListObjectsV2', () => stores.s3.list('k')],
      ['DeleteObject', () => stores.s3.remove('k')],
    ] as const) {
      aws.reset();
      faults(operation, fault, 1);
      await call();
      expect(aws.operations()).toEqual([operation, operation]);
      aws.reset();
      faults(operation, fault, 2);
      expect([operation, await endOf(call())]).toEqual([operation, end]);
      expect(aws.operations()).toEqual([operation, operation]);
    }
  });

  test('an object of which half has come is an error, and neither the half nor nothing', async () => {
    await stores.s3.put('k', bytes('v'.repeat(100_000)));
    faults('GetObject', 'broken-answer', 9);
    expect(await endOf(stores.s3.get('k'))).toBe('unavailable');
  });

  test.each([
    ['AccessDenied', 403],
    ['NoSuchBucket', 404],
  ])('%s is no missing object', async (code, status) => {
    faults('GetObject', xmlError(code, status), 9);
    await expect(stores.s3.get('k')).rejects.toMatchObject({ name: code });
    expect(aws.operations()).toEqual(['GetObject']);
  });
});

describe('SQS, and the faults of a call', () => {
  test('what was sent is in the queue, with all characters that JSON leaves in it', async () => {
    const body = JSON.stringify({ text: 'Grüße \u0001 \u007f 𝄞 " \\' });
    await queue.send(body);
    expect([...sqs.messages.values()]).toEqual([body]);
  });

  test.each<[string, Fault, number, string]>([
    ['a lost request', 'lost-request', 1, 'unavailable'],
    ['a lost answer', 'lost-answer', 2, 'unavailable'],
    ['a throttled call', jsonError('RequestThrottled'), 1, 'throttled'],
    ['a fault of its own', jsonError('InternalFailure', 500), 1, 'unavailable'],
  ])('%s is made good by the second attempt: the message is there %#', async (_, fault, copies, end) => {
    faults('SendMessage', fault, 1);
    await queue.send('m');
    expect([...sqs.messages.values()]).toEqual(Array.from({ length: copies }, () => 'm'));
    aws.reset();
    faults('SendMessage', fault, 2);
    expect(await endOf(queue.send('n'))).toBe(end);
  });

  test('an answer about another text than was sent is no acknowledgement', async () => {
    const body = JSON.stringify({ MessageId: 'x', MD5OfMessageBody: '0'.repeat(32) });
    faults('SendMessage', { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }, 9);
    await expect(queue.send('m')).rejects.toThrow(/Checksum/);
  });

  test('what is too large, or no text for SQS, is refused, and so never acknowledged', async () => {
    await expect(queue.send('x'.repeat(1_048_577))).rejects.toThrow();
    await expect(queue.send('\ufffe')).rejects.toThrow();
    expect(sqs.messages.size).toBe(0);
  });
});

test('a folder keeps nothing of what could not be put', async () => {
  const apart = mkdtempSync(join(tmpdir(), 'muster-folder-'));
  const store = createFolderStore(apart);
  await store.put('a/b', Buffer.from('whole'));
  // A folder stands where the file would.
  await expect(store.put('a', Buffer.from('more'))).rejects.toThrow();
  expect(readdirSync(apart)).toEqual(['a']);
  rmSync(apart, { recursive: true });
});
