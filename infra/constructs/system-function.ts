import { Duration, RemovalPolicy, Stack, ArnFormat } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  Architecture,
  Function as LambdaFunction,
  Runtime,
  Tracing,
  type Code,
  type ILayerVersion,
} from 'aws-cdk-lib/aws-lambda';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Permission } from '../permissions/permission';
import { DeadLetterQueue } from './dead-letter-queue';
import { FunctionRole } from './function-role';

/** Where a function in the VPC stands. */
export interface Placement {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly securityGroup: ISecurityGroup;
}

/** What a system's catalogue says of one of its functions. */
export interface FunctionSpec {
  /** Shown as the function's description. */
  readonly does: string;
  /**
   * A `workflow` waits for the answer and retries by the error's name. `events` are handed over and forgotten: such a
   * function has a queue for what it could not do, and an alarm on its errors. A `schedule` calls again in a minute:
   * what could not be done then is done by the next run. A `queue` (SQS) keeps what failed and has dead letters of its
   * own. A `request` (HTTP) has a client that waits for the answer.
   */
  readonly calledBy: 'workflow' | 'events' | 'schedule' | 'queue' | 'request';
  /** The names that its `index.ts` reads from the environment. */
  readonly environment: readonly string[];
  /** Below the `TimeoutSeconds` of every state that calls it: what is slow is then reported as the function's. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** In a VPC a function reaches AWS by NAT or endpoints only. */
  readonly inVpc?: true;
  readonly reservedConcurrency?: number;
  /** Another function whose role this one has, where AWS shows to a role what it has made, and to no other. */
  readonly actsAs?: string;
}

export interface SystemFunctionProps {
  /** As its bundle is called: `claim-index`, `audit-inspect-log`. The stack's name is put before it. */
  readonly functionName: string;
  readonly spec: FunctionSpec;
  readonly code: Code;
  /** Of these the function gets those that its specification asks for. */
  readonly environment: Partial<Readonly<Record<string, string>>>;
  readonly permissions: readonly Permission[];
  readonly logRetention: RetentionDays;
  /** How long Lambda may keep an event for a function that is called by events. */
  readonly maxEventAge: Duration;
  readonly placement?: Placement;
  /** What lies beside its code, below `/opt`. */
  readonly layers?: readonly ILayerVersion[];
  /** One that is there already, of the function that `spec.actsAs` names. */
  readonly role?: Role;
  /** Functions that have this one's role too, as their bundles are called. */
  readonly alsoActs?: readonly string[];
}

/** One function of a system as its catalogue specifies it, with its own role, logs and queue. */
export class SystemFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;
  /** Of a function that is called by events: what it failed to do. */
  readonly deadLetters: IQueue | undefined;

  constructor(scope: Construct, id: string, props: SystemFunctionProps) {
    super(scope, id);
    const { spec } = props;
    const stack = Stack.of(this);
    // Written out, so that the role can name the function, and an operator finds it.
    const functionName = `${stack.stackName}-${props.functionName}`;
    const functionArn = stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroup = logGroup;
    const placement = spec.inVpc === true ? props.placement : undefined;
    this.deadLetters =
      spec.calledBy === 'events'
        ? new DeadLetterQueue(this, 'DeadLetters', `${props.functionName}-dead-letters`)
        : undefined;
    this.role =
      props.role ??
      new FunctionRole(this, 'Permissions', {
        functionName: props.functionName,
        functionArn,
        permissions: props.permissions,
        logGroups: [logGroup.logGroupArn, ...(props.alsoActs ?? []).map((name) => logsOf(stack, name))],
        inVpc: placement !== undefined,
        ...(this.deadLetters === undefined ? {} : { deadLetters: this.deadLetters }),
      }).role;
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: spec.does,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      environment: pick(props.environment, spec.environment, props.functionName),
      tracing: Tracing.ACTIVE,
      logGroup,
      // Complete as it is: CDK is not to add to it.
      role: this.role.withoutPolicyUpdates(),
      ...(spec.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: spec.reservedConcurrency }),
      ...(props.layers === undefined ? {} : { layers: [...props.layers] }),
      ...(placement === undefined ? {} : inVpc(placement)),
      ...whenItFails(spec.calledBy, props.maxEventAge, this.deadLetters),
    });
  }
}

function logsOf(stack: Stack, functionName: string): string {
  return stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `/aws/lambda/${stack.stackName}-${functionName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** What Lambda does about an asynchronous call that fails. */
function whenItFails(calledBy: FunctionSpec['calledBy'], maxEventAge: Duration, deadLetters: IQueue | undefined) {
  // The next call is never more than a minute away, and sees more than a repetition of this one.
  if (calledBy === 'schedule') return { maxEventAge: Duration.seconds(60), retryAttempts: 0 };
  if (deadLetters === undefined) return {};
  return { onFailure: new SqsDestination(deadLetters), maxEventAge, retryAttempts: 2 };
}

function inVpc({ vpc, subnets, securityGroup }: Placement) {
  return { vpc, vpcSubnets: { subnets }, securityGroups: [securityGroup] };
}

function pick(
  all: SystemFunctionProps['environment'],
  names: readonly string[],
  functionName: string,
): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const value = all[name];
      if (value === undefined) throw new TypeError(`${functionName} needs ${name}, and its construct does not set it`);
      return [name, value];
    }),
  );
}
