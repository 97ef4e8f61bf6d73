import { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { shorten } from '../../functions/shared/shorten';
import type { ManagedGroup } from '../config/managed-group';
import { DeadLetterQueue } from './dead-letter-queue';

/**
 * How long EventBridge may hold a launch, and Lambda after it: half of the heartbeat timeout each. What comes later
 * would start a workflow for an instance that its group has abandoned.
 */
export function maxEventAgeSeconds(heartbeatSeconds: number): number {
  return Math.floor(heartbeatSeconds / 2);
}

/**
 * Tells a function of the launches of each managed group, and keeps what could not be delivered.
 *
 * One rule a group: when a group leaves the configuration, its hook is deleted before its own rule is, while a rule
 * for all of them would have forgotten the group first. And an event pattern has room for 2048 characters only.
 */
export class LaunchEvents extends Construct {
  readonly undelivered: Queue;
  readonly #target: IFunction;

  constructor(scope: Construct, id: string, target: IFunction) {
    super(scope, id);
    this.#target = target;
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', 'undelivered');
    // One permission for the rules of this stack: a function's policy has room for 20 KB, a queue's for 20 statements.
    const stack = Stack.of(this);
    const rules = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${stack.stackName}-launches-*`,
    });
    const eventBridge = new ServicePrincipal('events.amazonaws.com');
    target.addPermission('LaunchEvents', { principal: eventBridge, sourceArn: rules });
    this.undelivered.addToResourcePolicy(
      new PolicyStatement({
        sid: 'KeepUndelivered',
        effect: Effect.ALLOW,
        principals: [eventBridge],
        actions: ['sqs:SendMessage'],
        resources: [this.undelivered.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': rules }, StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
  }

  /** Makes the rule for the launches of one group. */
  ruleFor(scope: Construct, group: ManagedGroup): CfnRule {
    const prefix = `${Stack.of(this).stackName}-launches-`;
    return new CfnRule(scope, 'Launches', {
      // Written out, because what EventBridge may call goes by it, and CloudFormation shortens names as it likes.
      name: prefix + shorten(group.settings.group, 64 - prefix.length, /[^\w.-]/g),
      description: `Launches of ${group.settings.group}`,
      eventPattern: {
        source: ['aws.autoscaling'],
        'detail-type': ['EC2 Instance-launch Lifecycle Action'],
        detail: { AutoScalingGroupName: [group.settings.group], LifecycleHookName: [group.settings.launchHook] },
      },
      targets: [
        {
          id: 'start',
          arn: this.#target.functionArn,
          deadLetterConfig: { arn: this.undelivered.queueArn },
          retryPolicy: {
            maximumEventAgeInSeconds: maxEventAgeSeconds(group.heartbeatSeconds),
            maximumRetryAttempts: 185,
          },
        },
      ],
    });
  }
}
