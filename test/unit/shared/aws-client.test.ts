import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EC2Client } from '@aws-sdk/client-ec2';
import { createEc2 } from '../../../functions/fleet/adapters/aws/ec2';
import { stepInput } from '../../../functions/fleet/contracts/inputs';
import { makeStep } from '../../../functions/fleet/steps/step';
import { awsClient, lambdaBudget } from '../../../functions/shared/aws-client';
import { systemClock, jsonLogger } from '../../../functions/shared/runtime';
import { lambdaEnvironment } from '../../bench/lambda-environment';
import { aLaunch } from '../../support/launches';
import { ec2Error, startCannedAws, type CannedAws } from '../bundles/canned-aws';

const quick = { attempts: 2, connectionMs: 200, answerMs: 200, silenceMs: 200 };
const metrics = { count: () => undefined, duration: () => undefined };

let aws: CannedAws;
beforeAll(async () => {
  aws = await startCannedAws();
});
afterAll(() => aws.stop());
beforeEach(() => aws.reset());

/** A step that asks EC2, as the functions do, with less patience. */
function askEc2(endpoint: string, environment = lambdaEnvironment()): Promise<unknown> {
  const client = new EC2Client({ ...awsClient(environment, quick), region: 'eu-central-1', endpoint });
  const ec2 = createEc2(client);
  const step = makeStep(
    'test',
    { clock: systemClock, log: jsonLogger(() => undefined), metrics },
    stepInput,
    async () => {
      await ec2.describeInstances({ InstanceIds: ['i-1'] });
      return { action: 'done', reason: 'EC2 answered' };
    },
  );
  const time = '2026-11-23T06:00:00.000Z';
  const run = { execution: 'e', redrives: 0, enteredAt: time, redrivenAt: null };
  return step({ launch: aLaunch(), run, index: 1 }).finally(() => client.destroy());
}

test('an API that never answers is unavailable, after the attempts that there are', async () => {
  aws.on('DescribeInstances', 'hang');
  await expect(askEc2(aws.endpoint)).rejects.toMatchObject({ name: 'AwsUnavailable', fault: 'environment' });
  expect(aws.calls).toHaveLength(quick.attempts);
});

test('an API whose answer begins and never ends is unavailable', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' }).write('<Describe');
  });
  const endpoint = await listen(server);
  try {
    await expect(askEc2(endpoint)).rejects.toMatchObject({ name: 'AwsUnavailable' });
  } finally {
    await close(server);
  }
});

test('an API that has a fault is asked again', async () => {
  aws.on('DescribeInstances', { status: 500, body: ec2Error('InternalError') });
  await expect(askEc2(aws.endpoint)).rejects.toMatchObject({ name: 'AwsUnavailable' });
  expect(aws.calls).toHaveLength(2);
});

test('an API that asks to slow down is asked twice, then the state machine waits', async () => {
  aws.on('DescribeInstances', { status: 503, body: ec2Error('RequestLimitExceeded') });
  await expect(askEc2(aws.endpoint)).rejects.toMatchObject({ name: 'Throttled', fault: 'environment' });
  expect(aws.calls).toHaveLength(2);
});

test('an API that refuses is not asked again', async () => {
  aws.on('DescribeInstances', { status: 403, body: ec2Error('UnauthorizedOperation') });
  await expect(askEc2(aws.endpoint)).rejects.toMatchObject({ name: 'NotPermitted' });
  expect(aws.calls).toHaveLength(1);
});

test('the answer comes through', async () => {
  aws.on('DescribeInstances', { body: '<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>' });
  expect(await askEc2(aws.endpoint)).toMatchObject({ action: 'done' });
});

test('credentials are those of the environment at the time of the call, and it says which are missing', async () => {
  const environment = lambdaEnvironment();
  const { credentials } = awsClient(environment);
  environment.AWS_ACCESS_KEY_ID = 'changed';
  expect(await credentials()).toEqual({ accessKeyId: 'changed', secretAccessKey: 'test', sessionToken: 'test' });
  await expect(awsClient({ AWS_ACCESS_KEY_ID: 'a' }).credentials()).rejects.toMatchObject({
    name: 'EnvironmentInvalid',
    message: expect.stringContaining('AWS_SECRET_ACCESS_KEY') as string,
  });
});

test('the worst call ends within the 30 s of a function', () => {
  const { attempts, answerMs, silenceMs } = lambdaBudget;
  const longestPauseMs = 1000;
  expect(attempts * (answerMs + silenceMs) + (attempts - 1) * longestPauseMs).toBeLessThan(30_000);
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
