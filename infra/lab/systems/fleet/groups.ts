import type { GroupSettingsInput } from '../../../../functions/fleet/contracts/settings';
import { parametersOf, type JobNames } from './jobs';
import type { Muster } from './deploy-muster';
import type { Region } from '../../region';
import type { WarmPoolOptions, WeightedType } from '../../region/auto-scaling/groups/group';
import type { TargetGroupOptions } from '../../region/elastic-load-balancing/target-group';
import type { ParameterStoreSettings } from '../../region/parameter-store/settings';

/** What differs from the lab's usual group. */
export interface LabGroup {
  /** `null`: the group has no hook, and only notifications report its launches. Default `muster-launch`. */
  readonly launchHook?: string | null;
  /** Default true. Without one, ELB never checks the targets. */
  readonly hasListenerRule?: boolean;
  /** Whether the group sends classic notifications, and Muster gets them. Default false. */
  readonly notifies?: boolean;
  /** What differs from the lab's settings. `undefined` takes a setting away. */
  readonly settings?: { readonly [Name in keyof GroupSettingsInput]?: GroupSettingsInput[Name] | undefined };
  readonly maxSize?: number;
  /** What the group tags its instances with. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Of both hooks, in seconds. Default 3600. */
  readonly heartbeatSeconds?: number;
  /** How long a deregistered target drains. Default 300. */
  readonly deregistrationDelaySeconds?: number;
  readonly warmPool?: WarmPoolOptions;
  /** Makes the capacity count units. */
  readonly instanceTypes?: readonly WeightedType[];
  /** Of its target group. One of another type than `instance` is not attached to the group: AWS does not allow it. */
  readonly targetType?: TargetGroupOptions['targetType'];
  readonly ipAddressType?: TargetGroupOptions['ipAddressType'];
  /** Default: all of the region. */
  readonly subnetIds?: readonly string[];
}

/** Where a group is put. */
export interface GroupPlace {
  readonly region: Region;
  readonly settings: ParameterStoreSettings;
  readonly muster: Muster;
  readonly jenkinsUrl: string;
  readonly jobs: JobNames;
  readonly zone: { readonly id: string; readonly name: string };
}

/** Adds an empty group with a target group, under Muster. Returns the target group's ARN. */
export function addGroup(place: GroupPlace, name: string, group: LabGroup): string {
  const { region, settings } = place;
  const { launchHook = 'muster-launch', hasListenerRule = true, maxSize = 1000, heartbeatSeconds = 3600 } = group;
  const vpcId = region.ec2.world.subnets[0]?.vpcId ?? '';
  const targetGroup = region.elasticLoadBalancing.world.createTargetGroup({
    name: name.replace(/[^0-9A-Za-z-]/g, '-').slice(0, 32),
    vpcId,
    port: 8080,
    hasListenerRule,
    healthCheck: { intervalSeconds: 10, path: '/health' },
    ...(group.targetType !== undefined && { targetType: group.targetType }),
    ...(group.ipAddressType !== undefined && { ipAddressType: group.ipAddressType }),
    ...(group.deregistrationDelaySeconds !== undefined && {
      deregistrationDelaySeconds: group.deregistrationDelaySeconds,
    }),
  });
  settings.put(name, settingsOf(place, name, targetGroup.arn, group));
  region.autoScaling.world.createGroup({
    name,
    maxSize,
    targetGroupArns: targetGroup.targetType === 'instance' ? [targetGroup.arn] : [],
    ...(group.subnetIds !== undefined && { subnetIds: group.subnetIds }),
    launchHooks:
      launchHook === null ? [] : [{ name: launchHook, defaultResult: 'ABANDON', heartbeatTimeout: heartbeatSeconds }],
    // At the time-out an instance goes even if its release has failed: it must not block its group.
    terminateHooks: [{ name: 'muster-terminate', defaultResult: 'CONTINUE', heartbeatTimeout: heartbeatSeconds }],
    ...(group.tags !== undefined && { tags: group.tags }),
    ...(group.warmPool !== undefined && { warmPool: group.warmPool }),
    ...(group.instanceTypes !== undefined && { instanceTypes: group.instanceTypes }),
  });
  if (group.notifies === true) notify(place, name);
  return targetGroup.arn;
}

/** By SNS, of what has been launched, as groups are announced that have no hook. */
function notify({ region, muster }: GroupPlace, name: string): void {
  const topicArn = region.topics.create('scaling');
  region.topics.subscribe(topicArn, muster.startScaleOut);
  region.autoScaling.world.putNotification(name, { topicArn, types: ['autoscaling:EC2_INSTANCE_LAUNCH'] });
}

function settingsOf(
  { jenkinsUrl, jobs, zone }: GroupPlace,
  name: string,
  targetGroup: string,
  group: LabGroup,
): GroupSettingsInput {
  const job = (fullName: string) => ({ job: fullName, parameters: parametersOf() });
  const settings: GroupSettingsInput = {
    group: name,
    ...(typeof group.launchHook === 'string' && { launchHook: group.launchHook }),
    dns: { zoneId: zone.id, zoneName: zone.name },
    tags: { Role: name },
    jenkins: { url: jenkinsUrl, plainHttp: true, credentialsSecret: 'lab/jenkins' },
    provision: job(jobs.provision),
    deploy: job(jobs.deploy),
    targetGroups: [targetGroup],
  };
  return { ...settings, ...group.settings } as GroupSettingsInput;
}
