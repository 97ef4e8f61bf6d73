import { Readable } from 'node:stream';
import { AutoScalingClient, CompleteLifecycleActionCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, GetChangeCommand, Route53Client } from '@aws-sdk/client-route-53';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { noActiveAction } from '../../../infra/lab/region/auto-scaling/groups/errors';
import { instanceNotFound } from '../../../infra/lab/region/ec2/errors';
import { notRunning, targetGroupNotFound } from '../../../infra/lab/region/elastic-load-balancing/errors';
import { InvalidChangeBatch, noSuchChange, priorRequestNotComplete } from '../../../infra/lab/region/route53/errors';
import { invalidParameter, topicNotFound } from '../../../infra/lab/region/sns/errors';
import type { ServiceError } from '../../../infra/lab/region/base/service-error';
import { throttled } from '../../../infra/lab/region/calls/throttling';
import { rejection } from './support';

/** A client of the real SDK whose every request meets this answer. */
function answering(status: number, xml: string) {
  const response = { statusCode: status, headers: {}, body: Readable.from([Buffer.from(xml)]) };
  return {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: { handle: async () => Promise.resolve({ response }) },
  } as never;
}

function errorXml(error: ServiceError): string {
  const fields = `<Type>Sender</Type><Code>${error.Code}</Code><Message>${error.message}</Message>`;
  return `<ErrorResponse><Error>${fields}</Error><RequestId>r</RequestId></ErrorResponse>`;
}

function ec2Xml(error: ServiceError): string {
  const fields = `<Code>${error.Code}</Code><Message>${error.message}</Message>`;
  return `<Response><Errors><Error>${fields}</Error></Errors><RequestID>r</RequestID></Response>`;
}

const complete = { AutoScalingGroupName: 'web', LifecycleHookName: 'hook', LifecycleActionResult: 'CONTINUE' };
const register = { TargetGroupArn: 'arn', Targets: [{ Id: 'i-1' }] };
const batch = { HostedZoneId: 'Z1', ChangeBatch: { Changes: [] } };

const calls: Record<string, (error: ServiceError) => Promise<unknown>> = {
  autoScaling: (error) =>
    new AutoScalingClient(answering(error.$metadata.httpStatusCode, errorXml(error))).send(
      new CompleteLifecycleActionCommand(complete),
    ),
  ec2: (error) =>
    new EC2Client(answering(error.$metadata.httpStatusCode, ec2Xml(error))).send(new DescribeInstancesCommand({})),
  register: (error) =>
    new ElasticLoadBalancingV2Client(answering(error.$metadata.httpStatusCode, errorXml(error))).send(
      new RegisterTargetsCommand(register),
    ),
  health: (error) =>
    new ElasticLoadBalancingV2Client(answering(error.$metadata.httpStatusCode, errorXml(error))).send(
      new DescribeTargetHealthCommand({ TargetGroupArn: 'arn' }),
    ),
  change: (error) =>
    new Route53Client(answering(error.$metadata.httpStatusCode, errorXml(error))).send(
      new ChangeResourceRecordSetsCommand(batch),
    ),
  publish: (error) =>
    new SNSClient(answering(error.$metadata.httpStatusCode, errorXml(error))).send(
      new PublishCommand({ TopicArn: 'arn', Message: 'text' }),
    ),
  getChange: (error) =>
    new Route53Client(answering(error.$metadata.httpStatusCode, errorXml(error))).send(
      new GetChangeCommand({ Id: 'C1' }),
    ),
};

describe('an error of the lab is what the SDK makes of the same answer of AWS', () => {
  test.each<[keyof typeof calls, ServiceError]>([
    ['autoScaling', noActiveAction({ token: 't' })],
    ['autoScaling', throttled.autoScaling()],
    ['ec2', instanceNotFound(['i-1'])],
    ['ec2', throttled.ec2()],
    ['register', notRunning(['i-1'])],
    ['register', targetGroupNotFound()],
    ['health', throttled.elasticLoadBalancing()],
    ['change', new InvalidChangeBatch(['Tried this', 'Tried that'])],
    ['change', priorRequestNotComplete()],
    ['change', throttled.route53()],
    ['getChange', noSuchChange('C1')],
    ['publish', invalidParameter('Subject')],
    ['publish', topicNotFound()],
  ])('%s: %s', async (call, error) => {
    const real = await rejection(calls[call]!(error));
    expect(real).toMatchObject({
      name: error.name,
      message: error.message,
      Code: error.Code,
      $fault: error.$fault,
      $metadata: { httpStatusCode: error.$metadata.httpStatusCode },
    });
    if (error instanceof InvalidChangeBatch) expect(real['messages']).toEqual(error.messages);
    expect(real).not.toHaveProperty('code');
  });
});
