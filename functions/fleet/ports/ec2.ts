import type {
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  CreateTagsCommandInput,
} from '@aws-sdk/client-ec2';

/** Amazon EC2: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface Ec2 {
  describeInstances(input: DescribeInstancesCommandInput): Promise<Omit<DescribeInstancesCommandOutput, '$metadata'>>;
  createTags(input: CreateTagsCommandInput): Promise<object>;
}
