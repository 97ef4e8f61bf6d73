import { S3Client } from '@aws-sdk/client-s3';
import { createS3Store } from '../../../functions/webhooks/adapters/aws/s3-store';
import { putAside } from '../../../functions/webhooks/stager/quarantine';
import { muster } from '../../support/console/run';
import { S3Service } from '../../support/aws-services/s3';
import { AwsServer } from '../../support/aws-services/server';
import { SqsService } from '../../support/webhooks/aws/sqs';

// `muster webhooks quarantine replay` with a deployment's bucket and queue, by the real clients over the wire.

const s3 = new S3Service('hooks');
const sqs = new SqsService('');
const aws = new AwsServer([sqs, s3]);
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const before = { ...process.env };
const replay = (...words: string[]) => muster(['webhooks', 'quarantine', 'replay', ...words]);

beforeAll(async () => {
  await aws.start();
  sqs.url = `${aws.endpoint}/111122223333/events`;
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: 'eu-central-1' },
    ...{ AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
  });
  const store = createS3Store(new S3Client({ endpoint: aws.endpoint, region: 'eu-central-1', credentials }), 'hooks');
  const key = 'claims/shop/2026-11-26/m';
  await store.put(key, Buffer.from('large'));
  const rest = { v: 1, id: 'm', source: 'shop', tenant: '', receivedAt: '2026-11-26T12:00:00.000Z', seq: 1 };
  const message = JSON.stringify({ ...rest, body: { in: 'store', key, bytes: 5 } });
  await putAside(store, { source: 'shop', reason: 'json', detail: '', at: rest.receivedAt, message });
  await store.remove(key);
});
afterAll(async () => {
  await aws.stop();
  process.env = before;
});
beforeEach(() => aws.reset());

test.each([[['--all']], [['20261126']]])(
  'without --queue a replay (%j) is refused before AWS is asked; with it, body and event are where they belong',
  async (which) => {
    const held = new Map(s3.objects);
    sqs.messages.clear();
    expect(await replay(...which, '--bucket', 'hooks')).toMatchObject({
      ...{ code: 2, out: '' },
      err: expect.stringContaining('a replay needs --queue beside --bucket') as string,
    });
    expect(aws.operations()).toEqual([]);
    expect(await replay(...which, '--bucket', 'hooks', '--queue', sqs.url)).toMatchObject({
      ...{ code: 0, err: '' },
      out: 'events sent to the queue: 1\n',
    });
    expect(sqs.messages.size).toBe(1);
    expect([...s3.objects.keys()]).toEqual(['claims/shop/2026-11-26/m']);
    s3.objects.clear();
    for (const [key, bytes] of held) s3.objects.set(key, bytes);
  },
);

test('a queue without its bucket is no replay of what lies on this machine', async () => {
  const { code, err } = await replay('--all', '--queue', sqs.url);
  expect([code, err]).toEqual([2, expect.stringContaining('give --bucket too') as string]);
  expect(aws.operations()).toEqual([]);
});
