import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge, wildcardFinding } from './acknowledge';
import { functionOfPlaceholder, placeholdersIn } from './placeholders';
import { servicePrincipal } from './service-principal';

export interface WorkflowProps {
  /** `scale-out`; the state machine is named after it. */
  readonly workflow: string;
  /** The ASL file. It is deployed byte for byte as the lab runs it; CloudFormation fills in the placeholders. */
  readonly file: string;
  /** Gives the function behind a placeholder: `claim-index` for `${ClaimIndex}`. */
  readonly functionOf: (name: string) => IFunction;
  readonly logRetention: RetentionDays;
  /** What else is filled in: `${ListObjects}`, the integration of AWS that a Map lists its items by. */
  readonly resources?: Readonly<Record<string, string>>;
  /** What it may do besides calling functions. */
  readonly statements?: readonly PolicyStatement[];
}

/** A state machine from its ASL file, which may call the functions that the file names, and what else it is given. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const stateMachineName = `${stack.stackName}-${props.workflow}`;
    const { resources = {}, statements = [] } = props;
    const names = placeholdersIn(props.file).filter((name) => resources[name] === undefined);
    const functions = names.map((name) => [name, props.functionOf(functionOfPlaceholder(name))] as const);
    const arn = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: stateMachineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const role = new Role(this, 'Role', { assumedBy: servicePrincipal(this, 'states.amazonaws.com', arn) });
    // Unqualified: a function that was fixed is what a redrive runs.
    role.addToPolicy(
      new PolicyStatement({
        sid: 'RunSteps',
        actions: ['lambda:InvokeFunction'],
        resources: functions.map(([, one]) => one.functionArn),
      }),
    );
    for (const statement of statements) role.addToPolicy(statement);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName,
      definitionBody: DefinitionBody.fromFile(props.file),
      definitionSubstitutions: {
        LambdaInvoke: `arn:${stack.partition}:states:::lambda:invoke`,
        ...resources,
        ...Object.fromEntries(functions.map(([name, one]) => [name, one.functionArn])),
      },
      role,
      tracingEnabled: true,
      logs: {
        // This prefix keeps CloudWatch Logs from writing each log group into a policy that has a size limit.
        destination: new LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    acknowledge(role, {
      [wildcardFinding('*')]:
        'CloudWatch Logs has no resource-level permissions for log deliveries, nor X-Ray for what a traced state machine writes',
    });
  }
}
