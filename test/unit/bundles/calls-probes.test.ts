import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Book } from '../../../functions/shared/incidents/book';
import type { Report } from '../../../functions/probes/contracts/result';
import { functionsOf } from '../../../infra/bundling';
import { readProbes, type ProbesInput } from '../../../infra/systems/probes/config';
import { HomeStack } from '../../../infra/systems/probes/home-stack';
import { ProbeStack } from '../../../infra/systems/probes/probe-stack';
import { DeployedTemplate } from '../../support/infra/deployed-template';
import { placeOfTest } from '../../support/infra/place';
import { S3Service } from '../../support/aws-services/s3';
import { json, jsonError, xmlError, type Answer } from '../../support/aws-services/server';
import { run as reportOf } from '../probes/judging';
import { DeployedSystem } from './deployed-system';
import { SesService, sesError, snsError, SnsService } from '../../support/aws-services/mail';
import { QueuesService } from '../../support/aws-services/queues';

// The bundles of the probes as they are deployed, before servers that speak the protocols of SQS, S3, SES, SNS and
// DynamoDB, and two targets: one behind TLS, and one that nothing listens for.

const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-1'];
const tls = join(__dirname, '../../support/tls');
const shop = createServer(
  { cert: readFileSync(join(tls, 'cert.pem')), key: readFileSync(join(tls, 'key.pem')) },
  (_, response) => response.end('in stock'),
);
const [ses, sns, queues] = [new SesService(), new SnsService(), new QueuesService()];
let [page, deployed, plan]: [S3Service, DeployedSystem, string] = [new S3Service(''), undefined as never, ''];
const outdir = mkdtempSync(join(tmpdir(), 'muster-probes-calls-'));

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const { port } = shop.address() as AddressInfo;
  const input: ProbesInput = {
    ...{ regions, title: 'Shop & co', from: 'status@example.com', recipients: ['ops@example.com'] },
    targets: [
      { id: 'shop', url: `https://127.0.0.1:${port}/`, internal: true, assert: { status: [200] } },
      { id: 'api', name: 'The API', url: 'http://127.0.0.1:9/', internal: true },
    ],
  };
  const read = readProbes(input);
  if (!('section' in read)) throw new TypeError(JSON.stringify(read.mistakes));
  const place = placeOfTest({ outdir });
  const stacks = [new HomeStack(place, read.section), new ProbeStack(place, read.section, 'us-east-1')];
  page = new S3Service(new DeployedTemplate(stacks[0]!).environmentOf('publish-page')?.PAGE_BUCKET ?? '');
  deployed = new DeployedSystem('probes', stacks, [ses, sns, queues, page]);
  // As Lambda puts it before the functions.
  plan = join(outdir, 'muster-probes-plan', 'plan.json');
  await deployed.start();
}, 60_000);
afterAll(async () => {
  rmSync(outdir, { recursive: true, force: true });
  shop.closeAllConnections();
  await Promise.all([deployed.stop(), new Promise((resolve) => shop.close(resolve))]);
});

beforeEach(async () => {
  await deployed.reset();
  page.objects.clear();
  slot = Math.floor(Date.now() / 60_000) * 60;
  for (const list of [ses.mails, sns.published, queues.messages]) list.length = 0;
});

/** The client of SQS goes where the URL of its queue says. */
function call(name: string, event: unknown, more: Record<string, string> = {}) {
  const urls = Object.entries(deployed.environmentOf(name)).filter(([variable]) => variable.endsWith('_URL'));
  const here = urls.map(
    ([variable, url]) => [variable, url.replace(/^https:\/\/[^/]+/, deployed.aws.endpoint)] as const,
  );
  const environment = { PLAN_FILE: plan, NODE_EXTRA_CA_CERTS: join(tls, 'ca.pem'), AWS_REGION: 'us-east-1' };
  return deployed.call(name, event, { ...environment, ...Object.fromEntries(here), ...more });
}

function when(operation: string, answer: Answer): void {
  const before = deployed.aws.fault;
  deployed.aws.fault = (one, earlier) => (one.operation === operation ? answer : before(one, earlier));
}

/** The minute that had begun before the test, in seconds. */
let slot: number;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const queued = (...bodies: unknown[]) => ({
  Records: bodies.map((body, at) => ({
    ...{
      messageId: `m${at}`,
      receiptHandle: 'r',
      messageAttributes: {},
      eventSource: 'aws:sqs',
      awsRegion: 'us-east-1',
    },
    body: JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: 'A',
      ApproximateFirstReceiveTimestamp: '1',
    },
  })),
});

const startLooks = (more = {}) => call('start-looks', { scheduledTime: iso(slot).replace('.000', '') }, more);
const look = (more = {}) => call('look', queued({ version: 1, slot: iso(slot), attempt: 1 }), more);
const down = () => queued(...regions.map((region) => reportOf(region, slot, { shop: 'up', api: 'down' })));
const judge = (event: unknown = down()) => call('judge', event);
const publish = () => call('publish-page', { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event' });

const allGood: Record<string, () => Promise<void>> = {
  'start-looks': async () => {
    expect(await startLooks()).toMatchObject({ output: { slots: 1 } });
    const body = { version: 1, slot: iso(slot + 60), attempt: 1 };
    expect(queues.messages).toMatchObject([{ queue: 'muster-probe-looks', body }]);
  },
  look: async () => {
    const { error, lines } = await look();
    expect(error).toBeUndefined();
    const [again, report] = queues.messages;
    expect(again).toMatchObject({
      queue: 'muster-probe-looks',
      delaySeconds: 5,
      body: { attempt: 2, targets: ['api'] },
    });
    expect(report?.queue).toBe('muster-probes-reports');
    const { region, results } = report?.body as Report;
    expect(region).toBe('us-east-1');
    expect(results).toMatchObject([
      { target: 'shop', up: true, status: 200, certificate: { authorized: true } },
      { target: 'api', up: false, reason: 'conn_refused' },
    ]);
    expect(lines).toContainEqual(expect.objectContaining({ Reports: 1, Deployment: 'muster' }));
  },
  judge: async () => {
    expect(await judge()).toMatchObject({ output: { batchItemFailures: [] } });
    expect(ses.mails.map(({ Content }) => Content.Simple.Subject.Data)).toEqual([expect.stringContaining('api')]);
    expect(ses.mails[0]?.Destination.ToAddresses).toEqual(['ops@example.com']);
    const { lines } = await judge({ version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} });
    expect(lines).toContainEqual(expect.objectContaining({ FreshRegions: 3, Deployment: 'muster' }));
    expect(ses.mails).toHaveLength(1);
  },
  'publish-page': async () => {
    await judge();
    expect((await publish()).error).toBeUndefined();
    expect(String(page.objects.get('index.html'))).toContain('The API');
    expect(JSON.parse(String(page.objects.get('status.json')))).toMatchObject({
      targets: expect.anything() as unknown,
    });
    const puts = deployed.aws.calls.filter(({ operation }) => operation === 'PutObject');
    expect(puts.map(({ headers }) => [headers['content-type'], headers['cache-control']])).toEqual([
      ['application/json', 'public, max-age=15'],
      ['text/html; charset=utf-8', 'public, max-age=15'],
    ]);
  },
};

test.each(functionsOf('probes').map((name) => name.replace('probes-', '')))('%s does its work', (name) =>
  allGood[name]!(),
);

const partly = json({ Successful: [], Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] });
test.each<[string, string, Answer, string]>([
  ['start-looks', 'SendMessageBatch', jsonError('com.amazonaws.sqs#QueueDoesNotExist'), 'QueueDoesNotExist'],
  ['start-looks', 'SendMessageBatch', partly, 'QueueRefused'],
  ['look', 'SendMessageBatch', jsonError('RequestThrottled', 503), 'RequestThrottled'],
  ['look', 'SendMessage', jsonError('AccessDeniedException', 403), 'AccessDeniedException'],
  ['publish-page', 'PutObject', xmlError('AccessDenied', 403), 'AccessDenied'],
  ['publish-page', 'PutObject', xmlError('SlowDown', 503), 'SlowDown'],
])('%s: %s is answered by an error', async (name, operation, answer, error) => {
  when(operation, answer);
  const functions: Record<string, () => ReturnType<typeof look>> = {
    'start-looks': startLooks,
    look,
    'publish-page': publish,
  };
  const { error: met, lines } = await functions[name]!();
  expect(met?.name).toBe(error);
  // No heartbeat, no page: the alarms hear of it.
  expect(lines.filter((line) => 'Reports' in line)).toEqual([]);
  expect(page.objects.size).toBe(0);
});

test.each(['judge', 'publish-page'])('%s concludes nothing when DynamoDB is throttled', async (name) => {
  deployed.dynamoDb.meet('BatchGetItem', 'throttled', 'throttled');
  const { error } = await (name === 'judge' ? judge() : publish());
  expect(error?.name).toBe('ProvisionedThroughputExceededException');
  expect([ses.mails, [...page.objects]]).toEqual([[], []]);
});

describe('judge', () => {
  const refuses = sesError('MessageRejected', 400);
  test('tells SNS what SES refuses', async () => {
    when('SendEmail', refuses);
    expect(await judge()).toMatchObject({ output: { batchItemFailures: [] } });
    expect(sns.published.map((form) => form.get('TopicArn'))).toEqual([deployed.environmentOf('judge').TOPIC_ARN]);
  });

  test('keeps the letter when neither takes it', async () => {
    when('SendEmail', refuses);
    when('Publish', snsError('Throttling', 400));
    expect((await judge()).error).toBeUndefined();
    const { outbox } = (await deployed.store.read('book probes'))?.value as Book;
    expect(outbox).toMatchObject([{ attempts: 1 }]);
  });

  test('reads what another has written meanwhile, and hands back what is no report', async () => {
    deployed.dynamoDb.meet('TransactWriteItems', 'conflict');
    const { Records } = down();
    const event = { Records: [...Records, { ...Records[0]!, messageId: 'odd', body: '{}' }] };
    expect((await judge(event)).output).toEqual({ batchItemFailures: [{ itemIdentifier: 'odd' }] });
    expect(ses.mails).toHaveLength(1);
  });
});

test('the endpoints are found by their rules: home’s queue in the region of home, the page’s bucket by its name', async () => {
  const nowhere = { AWS_ENDPOINT_URL: '' };
  const { REPORTS_QUEUE_URL = '' } = deployed.environmentOf('look');
  expect((await look({ ...nowhere, REPORTS_QUEUE_URL })).error?.message).toContain('sqs.eu-central-1.amazonaws.com');
  const { error } = await call('publish-page', {}, { ...nowhere, AWS_REGION: 'eu-central-1' });
  const { PAGE_BUCKET = '' } = deployed.environmentOf('publish-page');
  expect(error?.message).toContain(`${PAGE_BUCKET}.s3.eu-central-1.amazonaws.com`);
});
