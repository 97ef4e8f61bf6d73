import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../../constructs/acknowledge';
import { DeadLetterQueue } from '../../constructs/dead-letter-queue';

/** Where accepted events are until they are loaded, and after: the queue and the bucket. Neither goes with the stack. */
export class WebhookStore extends Construct {
  readonly bucket: Bucket;
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { archiveDays }: { readonly archiveDays: number }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { prefix: 'archive/', expiration: Duration.days(archiveDays) },
        { prefix: 'claims/', expiration: Duration.days(archiveDays) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1': 'its objects are read and written by the functions of this stack and by COPY, which log that',
    });
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', 'webhooks-dead-letters');
    this.queue = new Queue(this, 'Queue', {
      queueName: `${Stack.of(this).stackName}-events`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the stager's time-out, as Lambda advises.
      visibilityTimeout: Duration.seconds(360),
      maxMessageSizeBytes: 1_048_576,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 20 },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
