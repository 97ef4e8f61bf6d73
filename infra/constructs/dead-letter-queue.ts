import { Duration, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** Where messages end that could not be delivered or served: kept for 14 days, the longest there is. */
export class DeadLetterQueue extends Queue {
  /** @param name what comes after the stack's name, for the operator who has to look into it. */
  constructor(scope: Construct, id: string, name: string) {
    super(scope, id, {
      queueName: `${Stack.of(scope).stackName}-${name}`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this, {
      'AwsSolutions-SQS3': 'it is a dead-letter queue itself: of EventBridge or of Lambda, not of SQS',
    });
  }
}
