import type { RegionContext } from '../../base/context';
import { uuid } from '../../base/identifiers';
import type { Activity } from '../groups/activity-entry';
import type { Group, NotificationType } from '../groups/group';
import { movementFields, type Movement } from '../groups/movement';

export interface NotificationSubject {
  readonly group: Group;
  readonly instanceId: string;
  readonly activity: Activity;
  readonly type: NotificationType;
  readonly movement: Movement;
}

const words: Record<NotificationType, string> = {
  'autoscaling:EC2_INSTANCE_LAUNCH': 'launch',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR': 'failed launch',
  'autoscaling:EC2_INSTANCE_TERMINATE': 'termination',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR': 'failed termination',
  'autoscaling:TEST_NOTIFICATION': 'test notification',
};

export function subjectOf(group: Group, type: NotificationType): string {
  return `Auto Scaling: ${words[type]} for group "${group.name}"`;
}

/** The classic notification, in the order of the fields of those seen. `Details` is an object, not JSON text. */
export function notificationMessage(context: RegionContext, subject: NotificationSubject): Record<string, unknown> {
  const { group, instanceId, activity, type, movement } = subject;
  const failed = activity.status === 'Failed' || activity.status === 'Cancelled';
  const now = context.clock.now().toISOString();
  return {
    Progress: failed ? 100 : 50,
    AccountId: context.account,
    Description: failed ? failure(activity, type) : activity.description,
    RequestId: activity.id,
    EndTime: activity.endedAt?.toISOString() ?? now,
    AutoScalingGroupARN: group.arn,
    ActivityId: activity.id,
    StartTime: activity.startedAt.toISOString(),
    Service: 'AWS Auto Scaling',
    Time: now,
    EC2InstanceId: instanceId,
    StatusCode: failed ? 'Failed' : 'InProgress',
    StatusMessage: activity.message ?? '',
    Details: activity.details,
    AutoScalingGroupName: group.name,
    Cause: activity.cause,
    ...(group.warmPool === undefined ? {} : movementFields(movement)),
    Event: type,
  };
}

/** Has neither an instance nor an activity. */
export function testMessage(context: RegionContext, group: Group): Record<string, unknown> {
  return {
    AccountId: context.account,
    RequestId: uuid(context.random),
    AutoScalingGroupARN: group.arn,
    AutoScalingGroupName: group.name,
    Service: 'AWS Auto Scaling',
    Event: 'autoscaling:TEST_NOTIFICATION',
    Time: context.clock.now().toISOString(),
  };
}

function failure(activity: Activity, type: NotificationType): string {
  const what = type === 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR' ? 'Launching' : 'Terminating';
  return `${activity.description}.  Status Reason: ${activity.message ?? ''} ${what} EC2 instance failed.`;
}
