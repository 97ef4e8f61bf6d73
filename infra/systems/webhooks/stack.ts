import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnEventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { AlarmTopic } from '../../constructs/alarm-topic';
import { addAlarm } from '../../constructs/alarms';
import { EveryMinute } from '../../constructs/every-minute';
import { SystemFunction, type FunctionSpec } from '../../constructs/system-function';
import { Workflow } from '../../constructs/workflow';
import type { SystemDeps } from '../system';
import { webhookAlarms } from './alarms';
import type { WebhooksSection } from './config';
import { webhookFunctions, type WebhookFunction } from './functions';
import { HttpFront } from './http-api';
import { permissionsOf, type WebhookScope } from './permissions';
import { WebhookStore } from './store';

const machine = join(__dirname, '../../../statemachines/webhooks/load-batch.asl.json');

/** The webhooks of a deployment: a stack of its own, which goes without a trace of the others. */
export class WebhooksStack extends Stack {
  readonly #place: SystemDeps;
  readonly #section: WebhooksSection;
  readonly #store: WebhookStore;
  readonly #routesPath: string;
  readonly #functions = new Map<WebhookFunction, SystemFunction>();

  constructor(place: SystemDeps, section: WebhooksSection) {
    const { common } = place;
    super(place.app, `${common.stackName}-webhooks`, { env: { account: common.account, region: common.region } });
    this.#place = place;
    this.#section = section;
    this.#routesPath = `/${common.stackName}/webhooks/`;
    this.#store = new WebhookStore(this, 'Store', section);
    for (const route of section.given) {
      new StringParameter(this, `Route-${route.name}`, {
        parameterName: `${this.#routesPath}${route.name}`,
        stringValue: JSON.stringify(route),
      });
    }
    const make = (name: WebhookFunction) => this.#function(name).function;
    const workflow = new Workflow(this, 'LoadBatch', {
      workflow: 'load-batch',
      file: machine,
      functionOf: (name) => make(name as WebhookFunction),
      logRetention: common.logRetention,
    });
    const [ingress, stager, starter] = [make('ingress'), make('stage-events'), make('start-loads')] as const;
    this.#stageFrom(stager);
    new EveryMinute(this, 'Schedule', starter);
    const { requestsPerSecond, burst } = section;
    const front = new HttpFront(this, 'Http', {
      target: ingress,
      requestsPerSecond,
      burst,
      logRetention: common.logRetention,
    });
    this.#alarms({
      apiId: front.apiId,
      stateMachine: workflow.stateMachine,
      functions: { ingress, 'stage-events': stager, 'start-loads': starter },
    });
    new CfnOutput(this, 'Url', { value: front.url });
    new CfnOutput(this, 'BucketName', { value: this.#store.bucket.bucketName });
    new CfnOutput(this, 'QueueUrl', { value: this.#store.queue.queueUrl });
    const { bucketArn } = this.#store.bucket;
    new CfnOutput(this, 'CopyRoleNeeds', {
      description: 'What the role of COPY has to be allowed',
      value: `s3:ListBucket on ${bucketArn}, s3:GetObject on ${bucketArn}/plans/* and ${bucketArn}/pending/*`,
    });
    const users = (['submit-load', 'confirm-load'] as const).map(
      (name) => `"IAMR:${this.#function(name).role.roleName}"`,
    );
    new CfnOutput(this, 'DatabaseUsers', {
      description: 'Who loads, as the database knows them',
      value: users.join(', '),
    });
  }

  /** Made once: others may act with its role. */
  #function(name: WebhookFunction): SystemFunction {
    const made = this.#functions.get(name) ?? this.#make(name);
    this.#functions.set(name, made);
    return made;
  }

  #make(name: WebhookFunction): SystemFunction {
    const { common, codeOf } = this.#place;
    const spec: FunctionSpec = webhookFunctions[name];
    const { warehouse, schema, copyRole, horizonDays } = this.#section;
    const alsoActs = Object.entries<FunctionSpec>(webhookFunctions).flatMap(([other, { actsAs }]) =>
      actsAs === name ? [`webhooks-${other}`] : [],
    );
    return new SystemFunction(this, name, {
      functionName: `webhooks-${name}`,
      spec,
      alsoActs,
      ...(spec.actsAs !== undefined && { role: this.#function(spec.actsAs as WebhookFunction).role }),
      code: codeOf(`webhooks-${name}`),
      environment: {
        ROUTES_PATH: this.#routesPath,
        QUEUE_URL: this.#store.queue.queueUrl,
        BUCKET: this.#store.bucket.bucketName,
        STATE_MACHINE_ARN: this.#machineArn(),
        WAREHOUSE: 'cluster' in warehouse ? `cluster:${warehouse.cluster}` : `workgroup:${warehouse.workgroup}`,
        DATABASE: warehouse.database,
        SCHEMA: schema,
        COPY_ROLE: copyRole,
        HORIZON_DAYS: String(horizonDays),
      },
      permissions: permissionsOf(name, this.#scope()),
      logRetention: common.logRetention,
      maxEventAge: Duration.minutes(5),
    });
  }

  #machineArn(): string {
    return `arn:${this.partition}:states:${this.region}:${this.account}:stateMachine:${this.stackName}-load-batch`;
  }

  #scope(): WebhookScope {
    return {
      partition: this.partition,
      account: this.account,
      region: this.region,
      bucketArn: this.#store.bucket.bucketArn,
      queueArn: this.#store.queue.queueArn,
      routesPath: this.#routesPath,
      secrets: this.#section.routes.map(({ secret }) => secret),
      stateMachineArn: this.#machineArn(),
      warehouse: this.#section.warehouse,
    };
  }

  /** Up to a minute, or 6 MB, whichever comes first: each call is one file a table. */
  #stageFrom(stager: IFunction): void {
    new CfnEventSourceMapping(this, 'Events', {
      functionName: stager.functionName,
      eventSourceArn: this.#store.queue.queueArn,
      batchSize: 1000,
      maximumBatchingWindowInSeconds: 30,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: 5 },
    });
  }

  #alarms(watched: Pick<Parameters<typeof webhookAlarms>[0], 'apiId' | 'stateMachine' | 'functions'>): void {
    const { common } = this.#place;
    const topic = new AlarmTopic(this, 'Alarms', common.notify);
    const { routes } = this.#section;
    const all = webhookAlarms({
      ...watched,
      routes: routes.map(({ name }) => name),
      tables: [...new Set(routes.map(({ table }) => table))],
      queue: this.#store.queue,
      deadLetters: this.#store.deadLetters,
    });
    for (const { periods = 1, mustBeWritten, ...alarm } of all) {
      const evaluated = {
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: mustBeWritten === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      };
      addAlarm(this, { ...alarm, ...evaluated }, { topic, runbook: common.runbook });
    }
  }
}
