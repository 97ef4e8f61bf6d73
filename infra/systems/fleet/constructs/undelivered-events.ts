import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DeadLetterQueue } from '../../../constructs/dead-letter-queue';
import { launches, terminations } from './lifecycle';
import { ruleArnPattern } from './lifecycle-events';
import { outcomesRule } from './outcome-events';

/** The queue for events that EventBridge could not hand over. */
export class UndeliveredEvents extends Construct {
  readonly queue: DeadLetterQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new DeadLetterQueue(this, 'Queue', 'undelivered');
    const stack = Stack.of(this);
    const outcomes = stack.formatArn({ service: 'events', resource: 'rule', resourceName: outcomesRule(stack) });
    // One statement for all rules of the stack: a queue's policy has room for 20.
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'KeepUndelivered',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          ArnLike: {
            'aws:SourceArn': [...[launches, terminations].map((kind) => ruleArnPattern(stack, kind)), outcomes],
          },
          StringEquals: { 'aws:SourceAccount': stack.account },
        },
      }),
    );
  }
}
