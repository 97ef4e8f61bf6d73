import type {
  DeregisterTargetsCommandInput,
  RegisterTargetsCommandInput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** Elastic Load Balancing v2: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface ElasticLoadBalancing {
  registerTargets(input: RegisterTargetsCommandInput): Promise<object>;
  deregisterTargets(input: DeregisterTargetsCommandInput): Promise<object>;
  describeTargetGroups(
    input: DescribeTargetGroupsCommandInput,
  ): Promise<Omit<DescribeTargetGroupsCommandOutput, '$metadata'>>;
  describeTargetHealth(
    input: DescribeTargetHealthCommandInput,
  ): Promise<Omit<DescribeTargetHealthCommandOutput, '$metadata'>>;
}
