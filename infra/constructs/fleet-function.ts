import { Duration, RemovalPolicy, Stack, ArnFormat } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Architecture, Function as LambdaFunction, Runtime, Tracing, type Code } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { FilterPattern, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricNamespace } from '../../functions/fleet/contracts/metrics';
import type { FunctionName, PermissionScope } from '../permissions';
import { DeadLetterQueue } from './dead-letter-queue';
import { FunctionRole } from './function-role';
import { specOf, type EnvironmentName, type FunctionSpec } from './functions';

/** Where a function in the VPC stands. */
export interface Placement {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly securityGroup: ISecurityGroup;
}

export interface FleetFunctionProps {
  readonly functionName: FunctionName;
  readonly code: Code;
  /** Of these the function gets those that its specification asks for. */
  readonly environment: Partial<Readonly<Record<EnvironmentName, string>>>;
  readonly permissions: PermissionScope;
  readonly logRetention: RetentionDays;
  /** How long Lambda may keep an event for a function that is called by events. */
  readonly maxEventAge: Duration;
  readonly placement?: Placement;
}

/** One function of Muster as the catalogue (`functions.ts`) specifies it, with its own role, logs and queue. */
export class FleetFunction extends Construct {
  readonly function: LambdaFunction;
  /** Of a function that is called by events: what it failed to do. */
  readonly deadLetters: IQueue | undefined;

  constructor(scope: Construct, id: string, props: FleetFunctionProps) {
    super(scope, id);
    const spec = specOf(props.functionName);
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
    if (spec.calledBy === 'workflow') watchForBugs(logGroup);
    const placement = spec.inVpc === true ? props.placement : undefined;
    this.deadLetters =
      spec.calledBy === 'events'
        ? new DeadLetterQueue(this, 'DeadLetters', `${props.functionName}-dead-letters`)
        : undefined;
    const { role } = new FunctionRole(this, 'Permissions', {
      functionName: props.functionName,
      functionArn,
      permissions: props.permissions,
      logGroup,
      inVpc: placement !== undefined,
      ...(this.deadLetters === undefined ? {} : { deadLetters: this.deadLetters }),
    });
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
      role: role.withoutPolicyUpdates(),
      ...(spec.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: spec.reservedConcurrency }),
      ...(placement === undefined ? {} : inVpc(placement)),
      ...whenItFails(spec.calledBy, props.maxEventAge, this.deadLetters),
    });
  }
}

/** What Lambda does about a call that nobody waits for and that fails. */
function whenItFails(calledBy: FunctionSpec['calledBy'], maxEventAge: Duration, deadLetters: IQueue | undefined) {
  // The next call is never more than a minute away, and sees more than a repetition of this one.
  if (calledBy === 'schedule') return { maxEventAge: Duration.seconds(60), retryAttempts: 0 };
  if (deadLetters === undefined) return {};
  return { onFailure: new SqsDestination(deadLetters), maxEventAge, retryAttempts: 2 };
}

/**
 * Every poll of a step that waits is an error to Lambda, so its own count of errors says nothing of a step. What is
 * nobody's doing but ours stands in the log as the fault of a bug.
 */
function watchForBugs(logGroup: LogGroup): void {
  const { stackName } = Stack.of(logGroup);
  logGroup.addMetricFilter('Bugs', { ...unexpectedErrors(stackName), filterPattern: bugs, metricValue: '1' });
}

const bugs = FilterPattern.literal('{ $.level = "error" && $.fault = "bug" }');

/** What the log lines of all steps of a stack are counted as. */
export function unexpectedErrors(stackName: string) {
  return { metricNamespace, metricName: `UnexpectedErrors-${stackName}` };
}

function inVpc({ vpc, subnets, securityGroup }: Placement) {
  return { vpc, vpcSubnets: { subnets }, securityGroups: [securityGroup] };
}

function pick(
  all: FleetFunctionProps['environment'],
  names: readonly EnvironmentName[],
  functionName: FunctionName,
): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const value = all[name];
      if (value === undefined) throw new TypeError(`${functionName} needs ${name}, which nobody gives it`);
      return [name, value];
    }),
  );
}
