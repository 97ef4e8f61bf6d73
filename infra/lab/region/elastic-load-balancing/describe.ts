import type { TargetGroup as SdkTargetGroup, TargetTypeEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from './target-group';

/** A target group as DescribeTargetGroups shows it. One without a listener rule has no load balancer. */
export function describeTargetGroup(group: TargetGroup): SdkTargetGroup {
  const check = group.healthCheck;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: group.targetType as TargetTypeEnum,
    ...(group.targetType === 'lambda' ? {} : { IpAddressType: group.ipAddressType }),
    HealthCheckProtocol: group.protocol,
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: group.hasListenerRule ? [loadBalancerArn(group)] : [],
  };
}

function loadBalancerArn(group: TargetGroup): string {
  return group.arn.replace(':targetgroup/', ':loadbalancer/app/');
}
