import { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { lifecycleActionPattern } from '../../../../functions/fleet/contracts/event-patterns';
import { shorten } from '../../../../functions/shared/names-and-urls';
import type { ManagedGroup } from '../config/managed-group';
import type { LifecycleKind } from './lifecycle';

/**
 * How long EventBridge may hold a launch, and Lambda after it: half of the heartbeat timeout each. What comes later
 * would start a workflow for an instance that its group has abandoned.
 */
export function maxEventAgeSeconds(heartbeatSeconds: number): number {
  return Math.floor(heartbeatSeconds / 2);
}

export interface LifecycleEventsProps {
  readonly kind: LifecycleKind;
  /** Which of their events are delivered. */
  readonly target: IFunction;
  /** Keeps what could not be delivered. */
  readonly undelivered: IQueue;
}

/**
 * Tells a function of the launches, or of the terminations, of each managed group.
 *
 * One rule a group: when a group leaves the configuration, its hook is deleted before its own rule is, while a rule
 * for all of them would have forgotten the group first. And an event pattern has room for 2048 characters only.
 */
export class LifecycleEvents extends Construct {
  readonly #props: LifecycleEventsProps;

  constructor(scope: Construct, id: string, props: LifecycleEventsProps) {
    super(scope, id);
    this.#props = props;
    // One permission for the rules of this stack: a function's policy has room for 20 KB.
    const principal = new ServicePrincipal('events.amazonaws.com');
    props.target.addPermission(id, { principal, sourceArn: ruleArnPattern(Stack.of(this), props.kind) });
  }

  /** Makes the rule for one group. */
  ruleFor(scope: Construct, group: ManagedGroup): CfnRule {
    const { kind, target, undelivered } = this.#props;
    const prefix = `${Stack.of(this).stackName}-${kind.events.toLowerCase()}-`;
    return new CfnRule(scope, kind.events, {
      // Written out, because what EventBridge may call goes by it, and CloudFormation shortens names as it likes.
      name: prefix + shorten(group.settings.group, 64 - prefix.length, /[^\w.-]/g),
      description: `${kind.events} of ${group.settings.group}`,
      eventPattern: {
        // Elsewhere a group can have the same name.
        ...lifecycleActionPattern(Stack.of(this), kind.event),
        detail: { AutoScalingGroupName: [group.settings.group], LifecycleHookName: [kind.hookName(group.settings)] },
      },
      targets: [
        {
          id: 'start',
          arn: target.functionArn,
          deadLetterConfig: { arn: undelivered.queueArn },
          retryPolicy: {
            maximumEventAgeInSeconds: maxEventAgeSeconds(group.heartbeatSeconds),
            maximumRetryAttempts: 185,
          },
        },
      ],
    });
  }
}

/** A pattern for the ARNs of a stack's rules of one kind. */
export function ruleArnPattern(stack: Stack, { events }: LifecycleKind): string {
  const resourceName = `${stack.stackName}-${events.toLowerCase()}-*`;
  return stack.formatArn({ service: 'events', resource: 'rule', resourceName });
}
