import type { Activity as SdkActivity } from '@aws-sdk/client-auto-scaling';
import type { RegionContext } from '../../base/context';
import { inSeconds } from '../../event-bridge/event';
import { uuid } from '../../base/identifiers';
import type { Activity } from './activity-entry';
import type { Group, GroupInstance } from './group';

interface Start {
  readonly description: string;
  readonly cause: string;
  readonly status?: Activity['status'];
  readonly progress?: number;
  readonly details: Activity['details'];
}

export function startActivity(context: RegionContext, group: Group, start: Start): Activity {
  const activity: Activity = {
    id: uuid(context.random),
    description: start.description,
    cause: start.cause,
    startedAt: context.clock.now(),
    details: start.details,
    status: start.status ?? 'InProgress',
    progress: start.progress ?? 30,
  };
  group.activities.push(activity);
  return activity;
}

/** Where the instance is, as the activities of groups tell it. */
export function detailsOf(instance: GroupInstance): Activity['details'] {
  return { 'Subnet ID': instance.subnetId, 'Availability Zone': instance.availabilityZone };
}

export function endActivity(
  context: RegionContext,
  activity: Activity,
  status: 'Successful' | 'Failed' | 'Cancelled',
  message?: string,
): void {
  activity.status = status;
  activity.progress = 100;
  activity.endedAt = context.clock.now();
  if (message !== undefined) activity.message = message;
}

/** `At 2026-01-01T00:00:00Z <what>`: the words that causes are made of. */
export function at(context: RegionContext, what: string): string {
  return `At ${inSeconds(context.clock.now())} ${what}`;
}

/** As DescribeScalingActivities shows it: `Details` is JSON text here, an object in notifications. */
export function describeActivity(group: Group, activity: Activity): SdkActivity {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: activity.startedAt,
    ...(activity.endedAt === undefined ? {} : { EndTime: activity.endedAt }),
    StatusCode: activity.status,
    ...(activity.message === undefined ? {} : { StatusMessage: activity.message }),
    Progress: activity.progress,
    Details: JSON.stringify(activity.details),
  };
}
