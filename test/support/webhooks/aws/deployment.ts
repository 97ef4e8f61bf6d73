import { schemaStatements } from '../../../../functions/webhooks/domain/sql/schema';
import { functionOfPlaceholder, placeholdersIn } from '../../../../infra/constructs/placeholders';
import { runLoadMachine, type LoadEnd } from '../../../../infra/lab/systems/webhooks/loader';
import { webhookFunctions, type WebhookFunction } from '../../../../infra/systems/webhooks/functions';
import type { WebhooksInput } from '../../../../infra/systems/webhooks/config';
import type { IamRequest, StatementJson } from '../../permissions/request';
import { routesOf } from '../ingress';
import { account, DeployedTemplate, region, root } from '../stack';
import { RedshiftDataService } from './redshift-data';
import { iamRequestsOf, mayAll, rolesByFunction, statementsByRole, type Names } from './roles';
import { S3Service } from '../../aws-services/s3';
import { AwsServer, jsonError, xmlError, type Call } from '../../aws-services/server';
import { SecretsService, SsmService, StepFunctionsService } from './small-services';
import { SqsService } from './sqs';

type Handler = (event: unknown) => Promise<unknown>;

/** Runs a function elsewhere than in this process: its bundle, in a node of its own. Rejects with the function's error. */
export type RunFunction = (
  name: WebhookFunction,
  event: unknown,
  environment: Record<string, string>,
) => Promise<unknown>;

/**
 * The stack of a section as it would run: the functions with their own `index.ts` and the environment that the template
 * gives them, the real clients over the wire, and IAM, which refuses what the template's policies do not allow. Each
 * function signs with an access key that is the name of its role.
 */
export class Deployment {
  readonly template: DeployedTemplate;
  readonly statements: ReadonlyMap<string, readonly StatementJson[]>;
  /** Whose role each function has. */
  readonly roles: ReadonlyMap<string, string>;
  /** What each role, and the state machine, has asked of IAM. */
  readonly asked = new Map<string, IamRequest[]>();
  readonly s3: S3Service;
  readonly sqs: SqsService;
  readonly ssm = new SsmService();
  readonly secrets = new SecretsService();
  readonly executions = new StepFunctionsService();
  readonly warehouse: RedshiftDataService;
  readonly aws: AwsServer;
  /** What the functions write: logs and metrics. */
  readonly lines: string[] = [];
  readonly #names: Names;
  readonly #environments = new Map<string, Record<string, string>>();
  readonly #handlers = new Map<WebhookFunction, Handler>();

  constructor(section: WebhooksInput) {
    this.template = new DeployedTemplate(section);
    this.statements = statementsByRole(this.template);
    this.roles = rolesByFunction(this.template);
    for (const [, { Properties }] of this.template.all('AWS::Lambda::Function')) {
      const { FunctionName, Environment } = Properties as {
        FunctionName: string;
        Environment?: { Variables: Record<string, string> };
      };
      this.#environments.set(FunctionName.replace('muster-webhooks-webhooks-', ''), Environment?.Variables ?? {});
    }
    for (const [, { Properties }] of this.template.all('AWS::SSM::Parameter')) {
      const { Name, Value } = Properties as { Name: string; Value: string };
      this.ssm.parameters.set(Name, Value);
    }
    const { BUCKET: bucket = '', QUEUE_URL: queueUrl = '' } = this.#environments.get('ingress') ?? {};
    this.#names = {
      bucket,
      queueArn: `arn:aws:sqs:${region}:${account}:${queueUrl.split('/').at(-1) ?? ''}`,
      warehouse: 'cluster' in section.warehouse ? 'cluster' : 'workgroup',
    };
    this.s3 = new S3Service(bucket);
    this.sqs = new SqsService(queueUrl);
    this.warehouse = new RedshiftDataService(this.s3.objects);
    this.warehouse.catalog.run(schemaStatements(routesOf(section.routes), 'webhooks'));
    this.aws = new AwsServer([this.sqs, this.ssm, this.secrets, this.executions, this.warehouse, this.s3]);
    this.aws.guard = (call) => this.#guard(call);
    this.s3.mayList = (call) =>
      mayAll(this.#statementsOf(call.role), [
        { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context: {} },
      ]);
  }

  /** @param run in the place of the functions' own `index.ts`. */
  async start(run?: RunFunction): Promise<this> {
    await this.aws.start();
    // The client goes where the queue's URL says, whatever its endpoint is.
    this.sqs.url = this.sqs.url.replace(/^https:\/\/[^/]+/, this.aws.endpoint);
    for (const environment of this.#environments.values())
      if (environment.QUEUE_URL !== undefined) environment.QUEUE_URL = this.sqs.url;
    for (const name of Object.keys(webhookFunctions) as WebhookFunction[])
      this.#handlers.set(
        name,
        run === undefined ? await this.#load(name) : (event) => run(name, event, this.#environmentOf(name)),
      );
    return this;
  }

  async stop(): Promise<void> {
    await this.aws.stop();
  }

  /** Calls a function as Lambda does, in its own environment. */
  async call(name: WebhookFunction, event: unknown = {}): Promise<unknown> {
    const handler = this.#handlers.get(name);
    if (handler === undefined) throw new TypeError(`there is no function ${name}`);
    return this.#within(name, () => handler(event));
  }

  /** An HTTP API's event. */
  async post(path: string, headers: Record<string, string>, body: string): Promise<{ statusCode: number }> {
    const http = { method: 'POST' };
    return (await this.call('ingress', { rawPath: path, headers, body, requestContext: { http } })) as {
      statusCode: number;
    };
  }

  /** Lambda's poller gives the queue's messages to the stager, with the stager's role. */
  async stage(most?: number): Promise<unknown> {
    for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])
      this.#note('stage-events', [{ action, resource: this.#names.queueArn, context: {} }]);
    return this.sqs.poll((event) => this.call('stage-events', event), most);
  }

  /** Runs the state machine, with the permissions that it has. @param speed of its seconds. */
  async load(table: string, speed = 2000): Promise<LoadEnd> {
    const file = `${root}/statemachines/webhooks/load-batch.asl.json`;
    const functions = placeholdersIn(file).map((name) => {
      const folder = functionOfPlaceholder(name) as WebhookFunction;
      return [name, (event: unknown) => this.#invoke(folder, event)] as const;
    });
    return runLoadMachine(Object.fromEntries(functions), { table, startAt: new Date(), speed });
  }

  async #invoke(name: WebhookFunction, event: unknown): Promise<unknown> {
    const resource = `arn:aws:lambda:${region}:${account}:function:muster-webhooks-webhooks-${name}`;
    const request = { action: 'lambda:InvokeFunction', resource, context: {} };
    this.#note('load-batch', [request]);
    if (!mayAll(this.#statementsOf('load-batch'), [request])) throw new TypeError(`load-batch may not call ${name}`);
    return this.call(name, event);
  }

  /** As IAM stands before each service. */
  #guard(call: Call) {
    const missing = call.operation === 'GetObject' && !this.s3.objects.has(call.path.split('/').slice(2).join('/'));
    const requests = iamRequestsOf(call, this.#names, missing);
    this.#note(call.role, requests);
    const needed = requests.filter(({ action }) => !(missing && action === 's3:ListBucket'));
    if (mayAll(this.#statementsOf(call.role), needed)) return undefined;
    return call.headers['x-amz-target'] === undefined
      ? xmlError('AccessDenied', 403)
      : jsonError('AccessDeniedException');
  }

  #statementsOf(role: string): readonly StatementJson[] {
    return this.statements.get(role) ?? [];
  }

  #note(role: string, requests: readonly IamRequest[]): void {
    this.asked.set(role, [...(this.asked.get(role) ?? []), ...requests]);
  }

  async #load(name: WebhookFunction): Promise<Handler> {
    const kind = webhookFunctions[name].calledBy === 'workflow' ? 'steps' : 'triggers';
    let handler: Handler | undefined;
    await this.#within(name, () =>
      jest.isolateModulesAsync(async () => {
        ({ handler } = (await import(`../../../../functions/webhooks/${kind}/${name}/index.ts`)) as {
          handler: Handler;
        });
      }),
    );
    if (handler === undefined) throw new TypeError(`${name} has no handler`);
    return handler;
  }

  #environmentOf(name: string): Record<string, string> {
    return {
      ...this.#environments.get(name),
      AWS_REGION: region,
      AWS_ENDPOINT_URL: this.aws.endpoint,
      AWS_ACCESS_KEY_ID: this.roles.get(name) ?? name,
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
  }

  async #within<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      this.lines.push(String(text));
      return true;
    });
    const environment = this.#environmentOf(name);
    const before = Object.keys(environment).map((key) => [key, process.env[key]] as const);
    Object.assign(process.env, environment);
    try {
      return await work();
    } finally {
      for (const [key, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, key);
        else process.env[key] = value;
      }
      write.mockRestore();
    }
  }
}
