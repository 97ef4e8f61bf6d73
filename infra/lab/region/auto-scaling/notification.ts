import type { RegionContext } from '../context';
import { uuid } from '../identifiers';
import type { Activity } from './activity';
import type { Group, NotificationType } from './group';

interface Subject {
  readonly group: Group;
  readonly instanceId: string;
  readonly activity: Activity;
  readonly type: NotificationType;
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
export function notificationMessage(context: RegionContext, subject: Subject): Record<string, unknown> {
  const { group, instanceId, activity, type } = subject;
  const failed = activity.status === 'Failed' || activity.status === 'Cancelled';
  const now = context.clock.now().toISOString();
  return {
    Progress: failed ? 100 : 50,
    AccountId: context.account,
    Description: failed ? failure(activity) : activity.description,
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

function failure(activity: Activity): string {
  return `${activity.description}.  Status Reason: ${activity.message ?? ''} Launching EC2 instance failed.`;
}
