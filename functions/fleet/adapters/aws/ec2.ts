import { DescribeInstancesCommand, CreateTagsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Ec2 } from '../../ports/aws';

/** The Ec2 port on the AWS SDK. */
export function createEc2(client: EC2Client): Ec2 {
  return {
    describeInstances: (input) => client.send(new DescribeInstancesCommand(input)),
    createTags: (input) => client.send(new CreateTagsCommand(input)),
  };
}
