import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge, wildcardFinding } from '../../constructs/acknowledge';
import { servicePrincipal } from '../../constructs/service-principal';
import { Workflow } from '../../constructs/workflow';
import type { AuditBucket } from './config';

export const backfillFile = join(__dirname, '../../../statemachines/audit/audit-backfill.asl.json');

export interface BackfillProps {
  readonly buckets: readonly AuditBucket[];
  readonly readObjects: IFunction;
  readonly logRetention: RetentionDays;
}

/** The state machine that reads what a listing has and the ledger has not, and its daily run for each bucket. */
export class Backfill extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { buckets, readObjects, logRetention }: BackfillProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const name = `${stack.stackName}-backfill`;
    const of = (type: string, rest: string) =>
      `arn:${stack.partition}:states:${stack.region}:${stack.account}:${type}:${rest}`;
    const workflow = new Workflow(this, 'Workflow', {
      workflow: 'backfill',
      file: backfillFile,
      functionOf: () => readObjects,
      logRetention,
      resources: { ListObjects: `arn:${stack.partition}:states:::s3:listObjectsV2` },
      statements: [
        new PolicyStatement({
          sid: 'ListLogs',
          actions: ['s3:ListBucket'],
          resources: buckets.map((bucket) => `arn:${stack.partition}:s3:::${bucket.name}`),
        }),
        // A distributed Map runs its batches as executions of the machine itself, and a redrive redrives them.
        new PolicyStatement({
          sid: 'RunBatches',
          actions: ['states:StartExecution'],
          resources: [of('stateMachine', name)],
        }),
        new PolicyStatement({
          sid: 'FollowBatches',
          actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
          resources: [of('execution', `${name}:*`), of('execution', `${name}/ReadObjects:*`)],
        }),
      ],
    });
    this.stateMachine = workflow.stateMachine;
    const role = workflow.node.findChild('Role');
    const why = 'executions of the machine itself, whose names Step Functions makes';
    for (const rest of [`${name}:*`, `${name}/ReadObjects:*`]) {
      const arn = stack.resolve(of('execution', rest)) as unknown;
      // As cdk-nag writes it, where the partition is not known before it is deployed.
      const text = typeof arn === 'string' ? arn : of('execution', rest).replace(stack.partition, '<AWS::Partition>');
      acknowledge(role, { [wildcardFinding(text)]: why });
    }
    this.#everyDay(buckets);
  }

  /** When the day's last folder is complete. Each bucket and account by itself, so that one that fails stops no other. */
  #everyDay(buckets: readonly AuditBucket[]): void {
    const stack = Stack.of(this);
    const starts = new Role(this, 'DailyRole', {
      assumedBy: servicePrincipal(this, 'events.amazonaws.com'),
      inlinePolicies: {
        start: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.stateMachine.stateMachineArn] }),
          ],
        }),
      },
    });
    for (const [at, input] of buckets.flatMap((bucket) => listings(bucket, stack.region)).entries()) {
      new CfnRule(this, `Daily${at + 1}`, {
        name: `${stack.stackName}-daily-${at + 1}`,
        description: `Each day: were all logs of ${input.bucket} read`,
        scheduleExpression: 'cron(20 3 * * ? *)',
        targets: [
          {
            id: 'backfill',
            arn: this.stateMachine.stateMachineArn,
            roleArn: starts.roleArn,
            input: JSON.stringify(input),
          },
        ],
      });
    }
  }
}

/** What is listed each day: yesterday's folder as Redshift names it, or all that is new in three days. */
export function listings(
  { name, prefix, folders, accounts }: AuditBucket,
  region: string,
): { readonly bucket: string; readonly prefix: string; readonly daysAgo?: number; readonly sinceDays?: number }[] {
  return folders === 'any'
    ? [{ bucket: name, prefix, sinceDays: 3 }]
    : accounts.map((account) => ({
        bucket: name,
        prefix: `${prefix}AWSLogs/${account}/redshift/${region}/`,
        daysAgo: 1,
      }));
}
