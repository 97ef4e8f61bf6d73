import type {
  AutoScalingGroup,
  AutoScalingInstanceDetails,
  Instance as SdkInstance,
  LifecycleHook,
  WarmPoolConfiguration,
} from '@aws-sdk/client-auto-scaling';
import type { Ec2World } from '../ec2/world';
import { isWarm, type Group, type GroupInstance, type Hook, type WarmPoolOptions } from './groups/group';
import { globalTimeout } from './hooks/lifecycle-actions';
import { pooled } from './warm-pool/warm-pool-size';

export function describeGroup(group: Group, ec2: Ec2World): AutoScalingGroup {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: [...new Set(group.subnetIds.map((id) => ec2.subnet(id).availabilityZone))],
    LoadBalancerNames: [],
    TargetGroupARNs: [...group.targetGroupArns],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 0,
    // Those of the warm pool are shown by DescribeWarmPool only.
    ...(group.whenEmpty === undefined ? {} : { Status: 'Delete in progress' }),
    Instances: [...group.instances.values()].filter((instance) => !isWarm(instance)).map(describeMember),
    CreatedTime: group.createdAt,
    SuspendedProcesses: [...group.suspended].map((ProcessName) => ({ ProcessName })),
    VPCZoneIdentifier: group.subnetIds.join(','),
    EnabledMetrics: [],
    Tags: Object.entries(group.tags).map(([Key, Value]) => ({
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
      Key,
      Value,
      PropagateAtLaunch: true,
    })),
    TerminationPolicies: [group.terminationPolicy],
    NewInstancesProtectedFromScaleIn: false,
    ...(group.warmPool === undefined
      ? {}
      : { WarmPoolConfiguration: describeWarmPool(group.warmPool), WarmPoolSize: pooled(group).length }),
  };
}

export function describeWarmPool(options: WarmPoolOptions): WarmPoolConfiguration {
  const { maxGroupPreparedCapacity: most = -1 } = options;
  return {
    MinSize: options.minSize ?? 0,
    PoolState: options.state ?? 'Stopped',
    ...(most === -1 ? {} : { MaxGroupPreparedCapacity: most }),
    ...(options.reuseOnScaleIn === undefined
      ? {}
      : { InstanceReusePolicy: { ReuseOnScaleIn: options.reuseOnScaleIn } }),
  };
}

export function describeMember(instance: GroupInstance): SdkInstance {
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.availabilityZone,
    LifecycleState: instance.state,
    HealthStatus: instance.healthy ? 'Healthy' : 'Unhealthy',
    ProtectedFromScaleIn: instance.protectedFromScaleIn,
    // Text, as the API has it.
    ...(instance.weight === undefined ? {} : { WeightedCapacity: String(instance.weight) }),
  };
}

/** The same with the group's name; `HealthStatus` is in capitals here and only here. */
export function describeInstance(instance: GroupInstance): AutoScalingInstanceDetails {
  const member = describeMember(instance);
  return {
    InstanceId: member.InstanceId,
    AutoScalingGroupName: instance.group.name,
    AvailabilityZone: member.AvailabilityZone,
    LifecycleState: instance.state,
    HealthStatus: member.HealthStatus?.toUpperCase(),
    ProtectedFromScaleIn: member.ProtectedFromScaleIn,
    ...(member.WeightedCapacity === undefined ? {} : { WeightedCapacity: member.WeightedCapacity }),
  };
}

export function describeHook(group: Group, hook: Hook): LifecycleHook {
  return {
    LifecycleHookName: hook.name,
    AutoScalingGroupName: group.name,
    LifecycleTransition: hook.transition,
    HeartbeatTimeout: hook.heartbeatTimeout,
    GlobalTimeout: globalTimeout(hook),
    DefaultResult: hook.defaultResult,
    ...(hook.metadata === undefined ? {} : { NotificationMetadata: hook.metadata }),
  };
}
