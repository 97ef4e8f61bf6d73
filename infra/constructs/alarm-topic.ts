import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Where a system's alarms go: nothing but their names goes through it, so it has no key of its own. */
export class AlarmTopic extends Topic {
  /** @param mail addresses; each gets a mail that it has to confirm. */
  constructor(scope: Construct, id: string, mail: readonly string[]) {
    super(scope, id, { enforceSSL: true });
    // With a policy of its own a topic no longer lets every principal of the account publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
      }),
    );
    for (const address of mail) this.addSubscription(new EmailSubscription(address));
  }
}
