import { allows } from '../../permissions/evaluate';
import type { IamRequest, StatementJson } from '../../permissions/request';
import { account, region, type DeployedTemplate } from '../stack';
import type { Call } from '../../aws-services/server';

interface RoleProperties {
  readonly Description?: string;
  readonly Policies?: readonly { PolicyName: string; PolicyDocument: { Statement: StatementJson[] } }[];
}

/** What the stack gives each function (by its name) and the state machine (`load-batch`), without logs and traces. */
export function statementsByRole(template: DeployedTemplate): ReadonlyMap<string, readonly StatementJson[]> {
  const roles = new Map<string, StatementJson[]>();
  for (const [, { Properties }] of template.all('AWS::IAM::Role')) {
    const { Description, Policies = [] } = Properties as RoleProperties;
    const [, name] = /^What webhooks-(\S+) of/.exec(Description ?? '') ?? [];
    if (name === undefined) continue;
    const own = Policies.filter(({ PolicyName }) => PolicyName !== 'runtime');
    roles.set(
      name,
      own.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    );
  }
  for (const [, { Properties }] of template.all('AWS::IAM::Policy')) {
    const { Statement } = (Properties as { PolicyDocument: { Statement: StatementJson[] } }).PolicyDocument;
    // CDK's own statement, for log deliveries and traces, has no sid.
    roles.set(
      'load-batch',
      Statement.filter(({ Sid }) => Sid !== undefined),
    );
  }
  return roles;
}

/** The role of each function, both by the name of a function: one may act with the role of another. */
export function rolesByFunction(template: DeployedTemplate): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const [id, { Properties }] of template.all('AWS::IAM::Role')) {
    const [, name] = /^What webhooks-(\S+) of/.exec((Properties as RoleProperties).Description ?? '') ?? [];
    if (name !== undefined) named.set(id, name);
  }
  return new Map(
    template.all('AWS::Lambda::Function').map(([, { Properties }]) => {
      const { FunctionName, Role } = Properties as { FunctionName: string; Role: string };
      const of = named.get(Role.split(':').at(-1) ?? '');
      if (of === undefined) throw new TypeError(`${FunctionName} has no role of the stack`);
      return [FunctionName.replace('muster-webhooks-webhooks-', ''), of] as const;
    }),
  );
}

export interface Names {
  readonly bucket: string;
  readonly queueArn: string;
  readonly warehouse: 'workgroup' | 'cluster';
}

/** What IAM is asked for a call. @param missing the object is not there: then it is asked whether that may be told. */
export function iamRequestsOf(call: Call, { bucket, queueArn, warehouse }: Names, missing: boolean): IamRequest[] {
  const there = `${region}:${account}`;
  const ask = (action: string, resource: string): IamRequest => ({ action, resource, context: {} });
  const input = call.body.toString('utf8').startsWith('{') ? (JSON.parse(call.body.toString('utf8')) as Input) : {};
  const object = `arn:aws:s3:::${bucket}/${call.path.split('/').slice(2).join('/')}`;
  switch (call.operation) {
    case 'PutObject':
    case 'DeleteObject':
      return [ask(`s3:${call.operation}`, object)];
    case 'GetObject':
      return [ask('s3:GetObject', object), ...(missing ? [ask('s3:ListBucket', `arn:aws:s3:::${bucket}`)] : [])];
    case 'ListObjectsV2':
      return [ask('s3:ListBucket', `arn:aws:s3:::${bucket}`)];
    case 'SendMessage':
      return [ask('sqs:SendMessage', queueArn)];
    case 'GetParametersByPath':
      return [ask('ssm:GetParametersByPath', `arn:aws:ssm:${there}:parameter${String(input.Path).replace(/\/$/, '')}`)];
    case 'GetSecretValue':
      return [
        ask('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${there}:secret:${String(input.SecretId)}-a1B2c3`),
      ];
    case 'StartExecution':
    case 'ListExecutions':
      return [ask(`states:${call.operation}`, String(input.stateMachineArn))];
    case 'DescribeStatement':
    case 'GetStatementResult':
      return [ask(`redshift-data:${call.operation}`, '*')];
    case 'BatchExecuteStatement':
    case 'ExecuteStatement':
      return toWarehouse(call.operation, input, warehouse);
    default:
      throw new TypeError(`what ${call.operation} needs is not said here`);
  }
}

interface Input {
  readonly Path?: string;
  readonly SecretId?: string;
  readonly stateMachineArn?: string;
  readonly ClusterIdentifier?: string;
  readonly WorkgroupName?: string;
  readonly Database?: string;
}

/** Beside the call itself the Data API gets credentials of the database in the caller's name. */
function toWarehouse(operation: string, input: Input, warehouse: Names['warehouse']): IamRequest[] {
  const there = `${region}:${account}`;
  const context = {};
  if (warehouse === 'cluster') {
    const name = String(input.ClusterIdentifier);
    return [
      { action: `redshift-data:${operation}`, resource: `arn:aws:redshift:${there}:cluster:${name}`, context },
      {
        action: 'redshift:GetClusterCredentialsWithIAM',
        resource: `arn:aws:redshift:${there}:dbname:${name}/${String(input.Database)}`,
        context,
      },
    ];
  }
  const resource = `arn:aws:redshift-serverless:${there}:workgroup/01234567-89ab-cdef-0123-456789abcdef`;
  return [
    { action: `redshift-data:${operation}`, resource, context },
    { action: 'redshift-serverless:GetCredentials', resource, context },
  ];
}

export function mayAll(statements: readonly StatementJson[], requests: readonly IamRequest[]): boolean {
  return requests.every((request) => statements.some((statement) => allows(statement, request)));
}
