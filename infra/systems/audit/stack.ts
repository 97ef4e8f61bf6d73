import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { nodeOptions } from '../../../functions/shared/small-heap';
import { AlarmTopic } from '../../constructs/alarm-topic';
import { addAlarm } from '../../constructs/alarms';
import { EveryMinute } from '../../constructs/every-minute';
import { SystemFunction } from '../../constructs/system-function';
import type { SystemDeps } from '../system';
import { auditAlarms, type WatchedAudit } from './alarms';
import { Backfill } from './backfill';
import type { AuditSection } from './config';
import { auditFunctions, type AuditFunction } from './functions';
import { permissionsOf } from './permissions';
import { WayIn } from './way-in';

/** The log audit of a deployment: a stack of its own. What it does not read by makes nothing: neither queue nor machine. */
export class AuditStack extends Stack {
  readonly #place: SystemDeps;
  readonly #section: AuditSection;
  readonly #table: Table;
  readonly #fallback: Topic;
  readonly #wayIn: WayIn | undefined;

  constructor(place: SystemDeps, section: AuditSection) {
    const { common } = place;
    super(place.app, `${common.stackName}-audit`, { env: { account: common.account, region: common.region } });
    this.#place = place;
    this.#section = section;
    // What was read and what is known of it: if it is lost, a year of incidents is reported once more.
    this.#table = new Table(this, 'State', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires',
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.#fallback = new Topic(this, 'Fallback', { enforceSSL: true });
    for (const address of section.to) this.#fallback.addSubscription(new EmailSubscription(address));
    this.#wayIn = section.buckets.length === 0 ? undefined : new WayIn(this, 'WayIn', section.buckets);
    const watch = this.#function('watch');
    new EveryMinute(this, 'Schedule', watch.function);
    const stream = section.logGroups.length === 0 ? undefined : this.#subscribe();
    const objects = this.#wayIn === undefined ? undefined : this.#readObjects(this.#wayIn);
    const queues: [string, IQueue | undefined][] = [
      ['logs', this.#wayIn?.deadLetters],
      ['inspect-stream', stream?.deadLetters],
    ];
    this.#alarms({
      table: this.#table,
      ...(this.#wayIn !== undefined && { queue: this.#wayIn.queue }),
      ...(objects !== undefined && { stateMachine: objects.stateMachine }),
      deadLetters: Object.fromEntries(queues.filter((one): one is [string, IQueue] => one[1] !== undefined)),
      functions: {
        watch: watch.function,
        ...(stream !== undefined && { 'inspect-stream': stream.function }),
        ...(objects !== undefined && { 'inspect-log': objects.inspectLog }),
      },
    });
  }

  #function(name: AuditFunction): SystemFunction {
    const { common, codeOf } = this.#place;
    const { from, to, policy, rules, clusters, buckets } = this.#section;
    return new SystemFunction(this, name, {
      functionName: name,
      spec: auditFunctions[name],
      code: codeOf(`audit-${name}`),
      environment: {
        STATE_TABLE: this.#table.tableName,
        MAIL_FROM: from,
        MAIL_TO: to.join(','),
        TOPIC_ARN: this.#fallback.topicArn,
        CHAT: common.chat ? 'yes' : 'no',
        POLICY: JSON.stringify(policy),
        RULES: JSON.stringify(rules),
        CLUSTERS: JSON.stringify(clusters),
        NODE_OPTIONS: nodeOptions,
      },
      permissions: permissionsOf(name, {
        partition: this.partition,
        account: this.account,
        region: this.region,
        buckets,
        tableArn: this.#table.tableArn,
        queueArn: this.#wayIn?.queue.queueArn ?? '',
        topicArn: this.#fallback.topicArn,
        from,
      }),
      logRetention: common.logRetention,
      maxEventAge: Duration.hours(6),
    });
  }

  /** S3's way: new objects from the queue, and the listing each day. */
  #readObjects(wayIn: WayIn) {
    const inspectLog = this.#function('inspect-log').function;
    wayIn.feed(inspectLog);
    const { stateMachine } = new Backfill(this, 'Backfill', {
      buckets: this.#section.buckets,
      readObjects: this.#function('read-objects').function,
      logRetention: this.#place.common.logRetention,
    });
    new CfnOutput(this, 'QueueArn', {
      description: 'Where a bucket that does not use EventBridge sends s3:ObjectCreated:*',
      value: wayIn.queue.queueArn,
    });
    new CfnOutput(this, 'BackfillArn', { value: stateMachine.stateMachineArn });
    return { inspectLog, stateMachine };
  }

  /** The way of Serverless, whose logs go to CloudWatch alone. */
  #subscribe(): SystemFunction {
    const made = this.#function('inspect-stream');
    for (const [at, logGroupName] of this.#section.logGroups.entries()) {
      made.function.addPermission(`Logs${at + 1}`, {
        principal: new ServicePrincipal('logs.amazonaws.com'),
        sourceArn: `arn:${this.partition}:logs:${this.region}:${this.account}:log-group:${logGroupName}:*`,
        sourceAccount: this.account,
      });
      const filter = new CfnSubscriptionFilter(this, `Subscription${at + 1}`, {
        destinationArn: made.function.functionArn,
        logGroupName,
        filterName: `${this.stackName}-audit`,
        // Everything: the rules decide, and lines that are made to mislead would be missed by a pattern.
        filterPattern: '',
      });
      // CloudWatch Logs tries at once whether it may call the function.
      filter.node.addDependency(made.function.node.findChild(`Logs${at + 1}`));
    }
    return made;
  }

  #alarms(watched: WatchedAudit): void {
    const { common } = this.#place;
    const topic = new AlarmTopic(this, 'Alarms', common.notify);
    for (const { silence, ...alarm } of auditAlarms(watched)) {
      const evaluated = {
        evaluationPeriods: silence === true ? 3 : 1,
        comparisonOperator:
          silence === true
            ? ComparisonOperator.LESS_THAN_THRESHOLD
            : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: silence === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      };
      addAlarm(this, { ...alarm, ...evaluated }, { topic, runbook: common.runbook });
    }
  }
}
