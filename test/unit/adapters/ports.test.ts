import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { createAutoScaling } from '../../../functions/fleet/adapters/aws/auto-scaling';
import { createEc2 } from '../../../functions/fleet/adapters/aws/ec2';
import { createElasticLoadBalancing } from '../../../functions/fleet/adapters/aws/elastic-load-balancing';
import { createRoute53 } from '../../../functions/fleet/adapters/aws/route53';
import { createSns } from '../../../functions/fleet/adapters/aws/sns';
import { createStepFunctions } from '../../../functions/fleet/adapters/aws/step-functions';

const options = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

// Which command of the SDK each method of a port sends, and with what: a slip there would call another API.
const clients = [
  ['auto-scaling', new AutoScalingClient(options), createAutoScaling],
  ['ec2', new EC2Client(options), createEc2],
  ['elastic-load-balancing', new ElasticLoadBalancingV2Client(options), createElasticLoadBalancing],
  ['route53', new Route53Client(options), createRoute53],
  ['sns', new SNSClient(options), createSns],
  ['step-functions', new SFNClient(options), createStepFunctions],
] as const;

test.each(clients)('each method of %s sends the command of its name, with its input', async (_, client, create) => {
  const sent: unknown[] = [];
  client.send = (async (command: { constructor: { name: string }; input: unknown }) => {
    sent.push([command.constructor.name, command.input]);
    return { answered: command.constructor.name };
  }) as never;
  const port = (
    create as unknown as (client: unknown, chat: string) => Record<string, (input: unknown) => Promise<unknown>>
  )(client, 'no');
  for (const [method, call] of Object.entries(port)) {
    const command = `${method.charAt(0).toUpperCase()}${method.slice(1)}Command`;
    expect(await call({ marker: method })).toEqual({ answered: command });
    expect(sent.pop()).toEqual([command, { marker: method }]);
  }
  expect(Object.keys(port).length).toBeGreaterThan(0);
});
