import { arn, type RegionContext } from '../../base/context';
import type { EventBus } from '../../event-bridge/bus';
import { uuid } from '../../base/identifiers';
import type { Topics } from '../../sns/topics';
import type { Activity } from '../groups/activity-entry';
import type { Group, GroupInstance, Hook } from '../groups/group';
import { movementFields, movements, type Movement } from '../groups/movement';
import { notificationMessage, subjectOf, testMessage, type NotificationSubject } from './notification';

const source = 'aws.autoscaling';

/** Tells the outside what happens in a group: events on the bus, and the classic notifications. */
export class Announcer {
  readonly #context: RegionContext;
  readonly #bus: EventBus;
  readonly #topics: Topics;

  constructor(context: RegionContext, bus: EventBus, topics: Topics) {
    this.#context = context;
    this.#bus = bus;
    this.#topics = topics;
  }

  lifecycleAction(instance: GroupInstance, action: { hook: Hook; token: string; movement: Movement }): void {
    const { hook, token, movement } = action;
    const launching = hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
    this.#bus.putEvent({
      source,
      detailType: launching ? 'EC2 Instance-launch Lifecycle Action' : 'EC2 Instance-terminate Lifecycle Action',
      resources: [instance.group.arn],
      detail: {
        LifecycleActionToken: token,
        AutoScalingGroupName: instance.group.name,
        LifecycleHookName: hook.name,
        EC2InstanceId: instance.id,
        LifecycleTransition: hook.transition,
        ...(hook.metadata === undefined ? {} : { NotificationMetadata: hook.metadata }),
        ...originOf(instance.group, movement),
        ...(movement.action === undefined ? {} : { Action: movement.action }),
      },
    });
  }

  launched(group: Group, instanceId: string, activity: Activity, movement: Movement): void {
    this.#activity('EC2 Instance Launch Successful', { group, instanceId, activity, movement });
    this.#notify({ group, instanceId, activity, movement, type: 'autoscaling:EC2_INSTANCE_LAUNCH' });
  }

  /** `instanceId` is empty if EC2 gave none. */
  launchFailed(group: Group, instanceId: string, activity: Activity, movement: Movement): void {
    this.#activity('EC2 Instance Launch Unsuccessful', { group, instanceId, activity, movement });
    this.#notify({ group, instanceId, activity, movement, type: 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR' });
  }

  /** Also of an instance that went back to the warm pool: only the movement tells. */
  terminated(group: Group, instanceId: string, activity: Activity, movement: Movement): void {
    this.#activity('EC2 Instance Terminate Successful', { group, instanceId, activity, movement });
    this.#notify({ group, instanceId, activity, movement, type: 'autoscaling:EC2_INSTANCE_TERMINATE' });
  }

  /** The instance should have gone back to the warm pool, and ends instead. */
  returnFailed(group: Group, instanceId: string, activity: Activity): void {
    const movement = movements.backToPool;
    this.#activity('EC2 Instance Terminate Unsuccessful', { group, instanceId, activity, movement });
    this.#notify({ group, instanceId, activity, movement, type: 'autoscaling:EC2_INSTANCE_TERMINATE_ERROR' });
  }

  /** What a topic gets when it is made the target of notifications. It is sent for any requested types. */
  test(group: Group): void {
    const topicArn = group.notification?.topicArn;
    if (topicArn === undefined) return;
    const subject = subjectOf(group, 'autoscaling:TEST_NOTIFICATION');
    this.#topics.publish({ topicArn, subject, message: JSON.stringify(testMessage(this.#context, group)) });
  }

  #activity(detailType: string, { group, instanceId, activity, movement }: Omit<NotificationSubject, 'type'>): void {
    const failed = activity.status === 'Failed' || activity.status === 'Cancelled';
    this.#bus.putEvent({
      source,
      detailType,
      resources: [group.arn, ...(instanceId === '' ? [] : [arn(this.#context, 'ec2', `instance/${instanceId}`)])],
      detail: {
        StatusCode: failed ? 'Failed' : 'InProgress',
        // An unsuccessful launch has no description.
        ...(failed ? {} : { Description: activity.description }),
        AutoScalingGroupName: group.name,
        ActivityId: activity.id,
        Details: activity.details,
        RequestId: uuid(this.#context.random),
        StatusMessage: activity.message ?? '',
        EndTime: (activity.endedAt ?? this.#context.clock.now()).toISOString(),
        EC2InstanceId: instanceId,
        StartTime: activity.startedAt.toISOString(),
        Cause: activity.cause,
        ...originOf(group, movement),
      },
    });
  }

  #notify(subject: NotificationSubject): void {
    const { group, type } = subject;
    const { notification } = group;
    if (notification?.types.includes(type) !== true) return;
    this.#topics.publish({
      topicArn: notification.topicArn,
      subject: subjectOf(group, type),
      message: JSON.stringify(notificationMessage(this.#context, subject)),
    });
  }
}

/** Groups with a warm pool have always said it, others only since 2023. */
function originOf(group: Group, movement: Movement): Record<string, string> {
  return group.sendsOrigin || group.warmPool !== undefined ? movementFields(movement) : {};
}
