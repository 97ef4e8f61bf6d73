import type { Permission } from '../../permissions/permission';
import type { WebhookFunction } from './functions';

/** What permissions are narrowed to. */
export interface WebhookScope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly bucketArn: string;
  readonly queueArn: string;
  /** `/muster/webhooks/` */
  readonly routesPath: string;
  readonly secrets: readonly string[];
  readonly stateMachineArn: string;
  readonly warehouse:
    { readonly cluster: string; readonly database: string } | { readonly workgroup: string; readonly database: string };
}

/** What each function may do: no more than the calls that it makes. */
export function permissionsOf(name: WebhookFunction, scope: WebhookScope): readonly Permission[] {
  switch (name) {
    case 'ingress':
      return [readRoutes(scope), readSecrets(scope), sendEvents(scope), put(scope, ['claims/'])];
    case 'stage-events':
      return [
        readRoutes(scope),
        consume(scope),
        get(scope, ['claims/']),
        put(scope, ['claims/', 'pending/', 'quarantine/', 'quarantine-bodies/']),
      ];
    case 'start-loads':
      return [readRoutes(scope), list(scope), ...executions(scope)];
    case 'plan-batch':
      return [list(scope), put(scope, ['plans/'])];
    case 'submit-load':
      return [
        readRoutes(scope),
        list(scope),
        get(scope, ['plans/']),
        remove(scope, ['plans/']),
        ...warehouse(scope, ['BatchExecuteStatement', 'ExecuteStatement']),
        // Also of `follow-load`, which has this role.
        results(['DescribeStatement', 'GetStatementResult']),
      ];
    case 'follow-load':
      return [];
    case 'confirm-load':
      return [...warehouse(scope, ['ExecuteStatement']), results(['DescribeStatement', 'GetStatementResult'])];
    case 'split-batch':
      return [
        list(scope),
        get(scope, ['plans/', 'pending/', 'claims/']),
        put(scope, ['plans/', 'pending/', 'quarantine/', 'quarantine-bodies/', 'quarantine-files/']),
        remove(scope, ['plans/', 'pending/']),
      ];
    case 'archive-batch':
      return [
        list(scope),
        get(scope, ['plans/', 'pending/']),
        put(scope, ['archive/']),
        remove(scope, ['plans/', 'pending/']),
      ];
  }
}

const objects = 'keys of objects are made as events come';

function onObjects(sid: string, action: string, { bucketArn }: WebhookScope, prefixes: readonly string[]): Permission {
  return {
    sid,
    actions: [action],
    resources: prefixes.map((prefix) => `${bucketArn}/${prefix}*`),
    narrowedTo: `${prefixes.join(', ')} of the bucket`,
    wildcard: objects,
  };
}
const get = (scope: WebhookScope, prefixes: readonly string[]) =>
  onObjects('ReadFiles', 's3:GetObject', scope, prefixes);
const put = (scope: WebhookScope, prefixes: readonly string[]) =>
  onObjects('WriteFiles', 's3:PutObject', scope, prefixes);
const remove = (scope: WebhookScope, prefixes: readonly string[]) =>
  onObjects('RemoveFiles', 's3:DeleteObject', scope, prefixes);

/** Also so that a missing object is `NoSuchKey`, and not `AccessDenied`. */
function list({ bucketArn }: WebhookScope): Permission {
  return { sid: 'ListFiles', actions: ['s3:ListBucket'], resources: [bucketArn], narrowedTo: 'the bucket' };
}

function readRoutes({ partition, region, account, routesPath }: WebhookScope): Permission {
  return {
    sid: 'ReadRoutes',
    actions: ['ssm:GetParametersByPath'],
    resources: [`arn:${partition}:ssm:${region}:${account}:parameter${routesPath.replace(/\/$/, '')}`],
    narrowedTo: "the routes' path",
  };
}

function readSecrets({ partition, region, account, secrets }: WebhookScope): Permission {
  return {
    sid: 'ReadSecrets',
    actions: ['secretsmanager:GetSecretValue'],
    // Secrets Manager puts six characters behind a name.
    resources: secrets.map((name) => `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-??????`),
    narrowedTo: "the routes' secrets",
  };
}

function sendEvents({ queueArn }: WebhookScope): Permission {
  return { sid: 'SendEvents', actions: ['sqs:SendMessage'], resources: [queueArn], narrowedTo: 'the queue' };
}

function consume({ queueArn }: WebhookScope): Permission {
  return {
    sid: 'LambdaTakesEvents',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queueArn],
    narrowedTo: 'the queue, which Lambda reads with this role',
  };
}

function executions({ stateMachineArn }: WebhookScope): Permission[] {
  return [
    {
      sid: 'StartLoads',
      actions: ['states:StartExecution', 'states:ListExecutions'],
      resources: [stateMachineArn],
      narrowedTo: 'load-batch',
    },
  ];
}

/** A cluster is logged into as the role itself (`IAMR:<role>`), a workgroup likewise. */
function warehouse(scope: WebhookScope, calls: readonly string[]): Permission[] {
  const { partition, region, account, warehouse: given } = scope;
  const actions = calls.map((call) => `redshift-data:${call}`);
  if ('cluster' in given) {
    const of = (type: string, rest: string) => `arn:${partition}:redshift:${region}:${account}:${type}:${rest}`;
    return [
      { sid: 'RunStatements', actions, resources: [of('cluster', given.cluster)], narrowedTo: 'the cluster' },
      {
        sid: 'LogIn',
        actions: ['redshift:GetClusterCredentialsWithIAM'],
        resources: [of('dbname', `${given.cluster}/${given.database}`)],
        narrowedTo: 'the database, as the role itself',
      },
    ];
  }
  return [
    {
      sid: 'RunStatements',
      actions: [...actions, 'redshift-serverless:GetCredentials'],
      resources: [`arn:${partition}:redshift-serverless:${region}:${account}:workgroup/*`],
      narrowedTo: 'workgroups of the account',
      wildcard:
        "a workgroup's ARN has an id that is not known before it is made; the database gives the role no more than its grants",
    },
  ];
}

function results(calls: readonly string[]): Permission {
  return {
    sid: 'ReadResults',
    actions: calls.map((call) => `redshift-data:${call}`),
    resources: ['*'],
    narrowedTo: 'statements of the Data API',
    wildcard:
      'statements have no ARN, and the one condition that there is (statement-owner-iam-userid) is the session that submitted, which may be another one’s; the Data API shows each role its own statements, and the database gives none of them more than the tables of the webhooks',
  };
}
