import { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Calls a function once a minute, which is as often as EventBridge does. */
export class EveryMinute extends Construct {
  readonly rule: CfnRule;

  /** @param what goes into the rule's name, where a stack has more than one. */
  constructor(scope: Construct, id: string, target: IFunction, what?: string) {
    super(scope, id);
    this.rule = new CfnRule(this, 'Rule', {
      name: [Stack.of(this).stackName, ...(what === undefined ? [] : [what]), 'every-minute'].join('-'),
      description: 'Once a minute: reconcile',
      scheduleExpression: 'rate(1 minute)',
      targets: [
        {
          id: 'call',
          arn: target.functionArn,
          // A call that comes late is of no use: there is another one by then.
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
        },
      ],
    });
    target.addPermission(id, {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: this.rule.attrArn,
    });
  }
}
