import { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { failedExecutionPattern } from '../../../../functions/fleet/contracts/event-patterns';

export interface OutcomeEventsProps {
  /** The state machines whose executions are reported. */
  readonly launches: IStateMachine;
  readonly target: IFunction;
  /** Keeps what could not be delivered. */
  readonly undelivered: IQueue;
}

/** Tells a function of each launch that has failed. One that succeeds clears up after itself, in its last step. */
export class OutcomeEvents extends Construct {
  readonly rule: CfnRule;

  constructor(scope: Construct, id: string, { launches, target, undelivered }: OutcomeEventsProps) {
    super(scope, id);
    this.rule = new CfnRule(this, 'Rule', {
      name: outcomesRule(Stack.of(this)),
      description: 'Launches that have failed',
      eventPattern: failedExecutionPattern(Stack.of(this), launches.stateMachineArn),
      targets: [
        {
          id: 'report',
          arn: target.functionArn,
          deadLetterConfig: { arn: undelivered.queueArn },
          // The reconciler has seen it long before.
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 185 },
        },
      ],
    });
    target.addPermission(id, {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: this.rule.attrArn,
    });
  }
}

/** The name of a stack's rule, written out for those that have to know it beforehand. */
export function outcomesRule({ stackName }: Stack): string {
  return `${stackName}-outcomes`;
}
