import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from '../../constructs/dead-letter-queue';
import type { AuditBucket } from './config';
import { auditFunctions } from './functions';

/**
 * How new logs are announced: S3 by EventBridge, a rule for each bucket, or S3 by its own notification; both into one
 * queue. A bucket's settings are not this stack's: what has to be switched on there stands in the README.
 */
export class WayIn extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, buckets: readonly AuditBucket[]) {
    super(scope, id);
    const stack = Stack.of(this);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', 'logs-dead-letters');
    this.queue = new Queue(this, 'Queue', {
      queueName: `${stack.stackName}-logs`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the function's time-out, as Lambda advises.
      visibilityTimeout: Duration.seconds(6 * auditFunctions['inspect-log'].timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const rules = buckets.map((bucket, at) => this.#rule(bucket, at));
    this.#allow(
      'EventBridgeSends',
      'events.amazonaws.com',
      rules.map(({ attrArn }) => attrArn),
    );
    this.#allow(
      'BucketsSend',
      's3.amazonaws.com',
      buckets.map(({ name }) => `arn:${stack.partition}:s3:::${name}`),
    );
  }

  #rule({ name, prefix }: AuditBucket, at: number): CfnRule {
    const stack = Stack.of(this);
    return new CfnRule(this, `Logs${at + 1}`, {
      name: `${stack.stackName}-logs-${at + 1}`,
      description: `New audit logs in ${name}`,
      eventPattern: {
        source: ['aws.s3'],
        account: [stack.account],
        region: [stack.region],
        'detail-type': ['Object Created'],
        // By the file's name and not by its folder: logs are copied to other folders.
        detail: { bucket: { name: [name] }, object: { key: [{ wildcard: `${prefix}*_redshift_*log_*` }] } },
      },
      targets: [{ id: 'queue', arn: this.queue.queueArn, deadLetterConfig: { arn: this.deadLetters.queueArn } }],
    });
  }

  #allow(sid: string, service: string, sources: readonly string[]): void {
    const { account } = Stack.of(this);
    const queues = service.startsWith('events') ? [this.queue, this.deadLetters] : [this.queue];
    for (const queue of queues) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          sid,
          principals: [new ServicePrincipal(service)],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': sources }, StringEquals: { 'aws:SourceAccount': account } },
        }),
      );
    }
  }

  /** A few at a time: logs of one cluster share what is remembered of it, so that more would wait for each other. */
  feed(target: IFunction): void {
    new CfnEventSourceMapping(this, 'Messages', {
      functionName: target.functionName,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: 2 },
    });
  }
}
