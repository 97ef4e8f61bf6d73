import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** The topic for alarms and held launches. */
export class Notifications extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  /** @param mail addresses; each gets a mail that it has to confirm. */
  constructor(scope: Construct, id: string, mail: readonly string[]) {
    super(scope, id);
    const stack = Stack.of(this);
    // A key of our own: alarms cannot publish to a topic that is encrypted with the key of SNS itself.
    this.key = new Key(this, 'Key', {
      description: `Encrypts the notifications of ${stack.stackName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        // In a key's policy `*` is the key itself.
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
    this.topic = new Topic(this, 'Topic', {
      topicName: `${stack.stackName}-notifications`,
      displayName: `Muster (${stack.stackName})`,
      masterKey: this.key,
      enforceSSL: true,
    });
    // With a policy of its own a topic no longer lets every principal of the account publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
    for (const address of mail) this.topic.addSubscription(new EmailSubscription(address));
  }
}
