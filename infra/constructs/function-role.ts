import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { toStatement, type Permission } from '../permissions/permission';
import { acknowledge, wildcardFinding } from './acknowledge';
import { servicePrincipal } from './service-principal';

export interface FunctionRoleProps {
  readonly functionName: string;
  /** The function's ARN, written out: the function itself needs this role first. */
  readonly functionArn: string;
  /** What the function's own code may do. */
  readonly permissions: readonly Permission[];
  /** ARNs of the log groups of the functions that have it. */
  readonly logGroups: readonly string[];
  readonly inVpc: boolean;
  readonly deadLetters?: IQueue;
}

/**
 * The role of one function: what its permissions give it, its own log group, its own queue, traces, and nothing
 * by a managed policy. All of it is inline, so that the role and what it may do come and go together.
 */
export class FunctionRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: FunctionRoleProps) {
    super(scope, id);
    const { functionName, permissions, logGroups, deadLetters } = props;
    const everywhere = [tracing(), ...(props.inVpc ? [networkInterfaces()] : [])];
    const runtime = [
      new PolicyStatement({
        sid: 'WriteLogs',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [...logGroups],
      }),
      ...everywhere,
      ...(props.inVpc ? [keepFromCode(props.functionArn)] : []),
      ...(deadLetters === undefined ? [] : [sendTo(deadLetters)]),
    ];
    const own = permissions.map(toStatement);
    this.role = new Role(this, 'Role', {
      assumedBy: servicePrincipal(this, 'lambda.amazonaws.com'),
      description: `What ${functionName} of ${Stack.of(this).stackName} may do`,
      inlinePolicies: {
        runtime: new PolicyDocument({ statements: runtime }),
        ...(own.length === 0 ? {} : { [functionName]: new PolicyDocument({ statements: own }) }),
      },
    });
    this.#explainWildcards(props);
    this.node.addValidation({ validate: () => tooLarge(functionName, this.role, [...runtime, ...own]) });
  }

  #explainWildcards({ permissions, inVpc, logGroups }: FunctionRoleProps): void {
    const reasons = new Map<string, string[]>();
    const give = (resource: string, reason: string) =>
      reasons.set(resource, [...(reasons.get(resource) ?? []), reason]);
    give('*', 'X-Ray has no resource-level permissions for what a traced function writes');
    if (inVpc) give('*', 'Lambda makes the network interfaces with this role, and IAM knows none of them beforehand');
    for (const group of logGroups) give(group, 'the streams of a log group have their names from Lambda');
    for (const { resources, wildcard } of permissions) {
      for (const resource of wildcard === undefined ? [] : resources) give(resource, wildcard ?? '');
    }
    for (const [resource, why] of reasons) {
      const text = asFound(Stack.of(this).resolve(resource));
      if (text.includes('*')) {
        acknowledge(this.role, { [wildcardFinding(text)]: [...new Set(why)].join('; ') });
      }
    }
  }
}

/** IAM takes this many characters in all inline policies of a role, and says so only in the middle of a deployment. */
const policyLimit = 10_240;

function tooLarge(functionName: string, role: Role, statements: PolicyStatement[]): string[] {
  const text = JSON.stringify(Stack.of(role).resolve(statements.map((one) => one.toStatementJson() as unknown)));
  if (text.length <= policyLimit) return [];
  return [
    `the role of ${functionName} would have ${text.length} characters of policy, and IAM takes ${policyLimit}: ` +
      'move some of the groups into a second deployment, with another stackName',
  ];
}

/** A resource as cdk-nag writes it in a finding: what stands for another resource in angle brackets. */
function asFound(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref: ref } = resolved as Record<string, unknown>;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(asFound).join(String(join[0]));
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  return typeof ref === 'string' ? `<${ref}>` : '';
}

function tracing(): PolicyStatement {
  return new PolicyStatement({
    sid: 'WriteTraces',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resources: ['*'],
  });
}

const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

function networkInterfaces(): PolicyStatement {
  return new PolicyStatement({
    sid: 'LambdaMakesNetworkInterfaces',
    actions: networkInterfaceActions,
    resources: ['*'],
  });
}

/** Lambda itself needs those, the function's code does not; calls of the code carry its ARN. */
function keepFromCode(functionArn: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'CodeMakesNone',
    effect: Effect.DENY,
    actions: networkInterfaceActions,
    resources: ['*'],
    conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
  });
}

function sendTo(queue: IQueue): PolicyStatement {
  return new PolicyStatement({ sid: 'KeepDeadLetters', actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
}
