import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping, type IFunction, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { acknowledge } from '../../constructs/acknowledge';
import { AlarmTopic } from '../../constructs/alarm-topic';
import { servicePrincipal } from '../../constructs/service-principal';
import { SystemFunction } from '../../constructs/system-function';
import type { SystemDeps } from '../system';
import { addAlarms, regionAlarms } from './alarms';
import type { ProbesSection } from './config';
import { regionFunctions, type RegionFunction } from './functions';
import { reportsQueue } from './names';
import { regionPermissions } from './permissions';
import { planLayer, planPath } from './plan-layer';

/**
 * The probe of one region. It has the same name in each of them, and knows of home only the name of a queue: either is
 * deployed, and fixed, without the other.
 */
export class ProbeStack extends Stack {
  readonly #place: SystemDeps;
  readonly #plan: ILayerVersion;
  readonly #looks: Queue;

  constructor(place: SystemDeps, section: ProbesSection, region: string) {
    const { common } = place;
    super(place.app, `${common.stackName}-probe-${region}`, {
      stackName: `${common.stackName}-probe`,
      env: { account: common.account, region },
    });
    this.#place = place;
    this.#plan = planLayer(this, place, section);
    this.#looks = this.#queue();
    const [starter, look] = [this.#function('start-looks'), this.#function('look')];
    this.#everyMinute(starter);
    new CfnEventSourceMapping(this, 'Looks', {
      functionName: look.functionName,
      eventSourceArn: this.#looks.queueArn,
      batchSize: 1,
    });
    const topic = new AlarmTopic(this, 'Alarms', common.notify);
    addAlarms(this, regionAlarms(common.stackName, { 'start-looks': starter, look }), topic, common);
  }

  #queue(): Queue {
    const queue = new Queue(this, 'Queue', {
      queueName: `${this.stackName}-looks`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // A look that comes late is worth nothing: it is not made again, the next minute's is.
      retentionPeriod: Duration.seconds(180),
      visibilityTimeout: Duration.seconds(360),
    });
    acknowledge(queue, {
      'AwsSolutions-SQS3': 'a check that was not made is of no use later: alarms on errors and on silence report it',
    });
    return queue;
  }

  #function(name: RegionFunction): IFunction {
    const { common, codeOf } = this.#place;
    const reports = reportsQueue(this, common);
    const made = new SystemFunction(this, name, {
      functionName: `probes-${name}`,
      spec: regionFunctions[name],
      code: codeOf(`probes-${name}`),
      environment: {
        PLAN_FILE: planPath,
        DEPLOYMENT: common.stackName,
        LOOKS_QUEUE_URL: this.#looks.queueUrl,
        REPORTS_QUEUE_URL: reports.url,
        HOME_REGION: common.region,
        // Look-ups wait in Node's threads, of which there are four: four names whose servers are silent would hold up all.
        UV_THREADPOOL_SIZE: '64',
      },
      permissions: regionPermissions(name, { looksArn: this.#looks.queueArn, reportsArn: reports.arn }),
      logRetention: common.logRetention,
      maxEventAge: Duration.minutes(1),
      layers: [this.#plan],
    });
    return made.function;
  }

  /** By cron, and not by rate: a rate counts from when it was made, and each region would have minutes of its own. */
  #everyMinute(target: IFunction): void {
    const role = new Role(this, 'SchedulerRole', {
      assumedBy: servicePrincipal(this, 'scheduler.amazonaws.com'),
      inlinePolicies: {
        call: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] })],
        }),
      },
    });
    new CfnSchedule(this, 'EveryMinute', {
      name: `${this.stackName}-every-minute`,
      description: 'Once a minute: check what is due',
      scheduleExpression: 'cron(* * * * ? *)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        // Its own time, not that of the call: by it the regions' looks are of the same slot.
        input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      },
    });
  }
}
