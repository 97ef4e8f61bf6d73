import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnEventSourceMapping, type IFunction, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { AlarmTopic } from '../../constructs/alarm-topic';
import { DeadLetterQueue } from '../../constructs/dead-letter-queue';
import { EveryMinute } from '../../constructs/every-minute';
import { SystemFunction } from '../../constructs/system-function';
import type { SystemDeps } from '../system';
import { addAlarms, homeAlarms } from './alarms';
import type { ProbesSection } from './config';
import { homeFunctions, type HomeFunction } from './functions';
import { reportsQueue, reportsQueueName } from './names';
import { StatusPage } from './page';
import { homePermissions } from './permissions';
import { planLayer, planPath } from './plan-layer';

/** Where all regions report to: the judge, what it knows, the mails and the page. */
export class HomeStack extends Stack {
  readonly #place: SystemDeps;
  readonly #section: ProbesSection;
  readonly #plan: ILayerVersion;
  readonly #table: Table;
  readonly #page: StatusPage;
  readonly #topic: Topic;

  constructor(place: SystemDeps, section: ProbesSection) {
    const { common } = place;
    super(place.app, `${common.stackName}-probes`, { env: { account: common.account, region: common.region } });
    this.#place = place;
    this.#section = section;
    this.#plan = planLayer(this, place, section);
    this.#table = new Table(this, 'State', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires',
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Ninety days of a status page cannot be measured again.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.#page = new StatusPage(this, 'Page');
    this.#topic = new AlarmTopic(this, 'Alarms', common.notify);
    const [judge, publish] = [this.#function('judge'), this.#function('publish-page')];
    new EveryMinute(this, 'Tick', judge);
    new EveryMinute(this, 'Publish', publish, 'publish');
    const deadLetters = this.#judgeReports(judge);
    const { regions, minimumFresh = Math.min(2, regions.length) } = section;
    const functions = { judge, 'publish-page': publish };
    const watched = { deployment: common.stackName, regions, minimumFresh, deadLetters, functions };
    addAlarms(this, homeAlarms(watched), this.#topic, common);
    new CfnOutput(this, 'PageUrl', { value: this.#page.url });
    new CfnOutput(this, 'SenderNeeds', { description: 'What SES has to have verified', value: section.from });
  }

  #function(name: HomeFunction): IFunction {
    const { common, codeOf } = this.#place;
    const { from, recipients } = this.#section;
    const made = new SystemFunction(this, name, {
      functionName: `probes-${name}`,
      spec: homeFunctions[name],
      code: codeOf(`probes-${name}`),
      environment: {
        PLAN_FILE: planPath,
        DEPLOYMENT: common.stackName,
        STATE_TABLE: this.#table.tableName,
        PAGE_BUCKET: this.#page.bucket.bucketName,
        MAIL_FROM: from,
        MAIL_TO: recipients.join(','),
        TOPIC_ARN: this.#topic.topicArn,
        CHAT: common.chat ? 'yes' : 'no',
      },
      permissions: homePermissions(name, {
        reportsArn: reportsQueue(this, common).arn,
        tableArn: this.#table.tableArn,
        bucketArn: this.#page.bucket.bucketArn,
        topicArn: this.#topic.topicArn,
        identityArns: [from, from.slice(from.indexOf('@') + 1)].map(
          (one) => `arn:${this.partition}:ses:${this.region}:${this.account}:identity/${one}`,
        ),
      }),
      logRetention: common.logRetention,
      maxEventAge: Duration.minutes(1),
      layers: [this.#plan],
    });
    return made.function;
  }

  /** Reports wait up to four days for a judge: an hour without one is caught up with, in order. */
  #judgeReports(judge: IFunction): DeadLetterQueue {
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', 'probes-dead-letters');
    const queue = new Queue(this, 'Reports', {
      queueName: reportsQueueName(this.#place.common),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(360),
      maxMessageSizeBytes: 1_048_576,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 20 },
    });
    new CfnEventSourceMapping(this, 'Judging', {
      functionName: judge.functionName,
      eventSourceArn: queue.queueArn,
      batchSize: 100,
      // Regions that report within the same seconds are judged, and written, at once.
      maximumBatchingWindowInSeconds: 5,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // The fewest there are: two that judge at once only wait for one another.
      scalingConfig: { maximumConcurrency: 2 },
    });
    return deadLetters;
  }
}
