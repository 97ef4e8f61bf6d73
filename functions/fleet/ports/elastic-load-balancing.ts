import type {
  DeregisterTargetsCommandInput,
  RegisterTargetsCommandInput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** Elastic Load Balancing v2: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface ElasticLoadBalancing {
  registerTargets(input: RegisterTargetsCommandInput): Promise<object>;
  deregisterTargets(input: DeregisterTargetsCommandInput): Promise<object>;
  describeTargetHealth(
    input: DescribeTargetHealthCommandInput,
  ): Promise<Omit<DescribeTargetHealthCommandOutput, '$metadata'>>;
}
