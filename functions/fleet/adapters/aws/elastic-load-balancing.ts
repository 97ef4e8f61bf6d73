import {
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElasticLoadBalancing } from '../../ports/aws';

/** The ElasticLoadBalancing port on the AWS SDK. */
export function createElasticLoadBalancing(client: ElasticLoadBalancingV2Client): ElasticLoadBalancing {
  return {
    registerTargets: (input) => client.send(new RegisterTargetsCommand(input)),
    deregisterTargets: (input) => client.send(new DeregisterTargetsCommand(input)),
    describeTargetGroups: (input) => client.send(new DescribeTargetGroupsCommand(input)),
    describeTargetHealth: (input) => client.send(new DescribeTargetHealthCommand(input)),
  };
}
