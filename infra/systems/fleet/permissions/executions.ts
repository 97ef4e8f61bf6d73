import { Arn, ArnFormat } from 'aws-cdk-lib';
import type { Permission } from '../../../permissions/permission';
import type { PermissionScope } from './scope';

type Workflow = keyof PermissionScope['stateMachineArns'];
const words: Readonly<Record<Workflow, string>> = { scaleOut: 'scale-out', release: 'release' };

/** Starts executions of these workflows. */
export function startExecutions(scope: PermissionScope, ...workflows: Workflow[]): Permission {
  return { sid: 'StartExecutions', actions: ['states:StartExecution'], ...machines(scope, workflows) };
}

/** Sees which executions of these workflows there are. */
export function listExecutions(scope: PermissionScope, ...workflows: Workflow[]): Permission {
  return { sid: 'ListExecutions', actions: ['states:ListExecutions'], ...machines(scope, workflows) };
}

/** Looks at executions of these workflows. */
export function readExecutions(scope: PermissionScope, ...workflows: Workflow[]): Permission {
  return {
    sid: 'ReadExecutions',
    actions: ['states:DescribeExecution'],
    ...executionsOf(scope, workflows),
  };
}

/** Sees which definition is deployed, and which one an execution runs. */
export function readDefinitions(scope: PermissionScope): Permission[] {
  const both = ['scaleOut', 'release'] as const;
  return [
    { sid: 'ReadDefinitions', actions: ['states:DescribeStateMachine'], ...machines(scope, both) },
    {
      sid: 'ReadDefinitionsOfExecutions',
      actions: ['states:DescribeStateMachineForExecution'],
      ...executionsOf(scope, both),
    },
  ];
}

/** Ends executions of one workflow. */
export function stopExecutions(scope: PermissionScope, workflow: Workflow): Permission {
  return { sid: 'StopExecutions', actions: ['states:StopExecution'], ...executionsOf(scope, [workflow]) };
}

/** Looks at what happened in executions of one workflow. */
export function readHistories(scope: PermissionScope, workflow: Workflow): Permission {
  return { sid: 'ReadHistories', actions: ['states:GetExecutionHistory'], ...executionsOf(scope, [workflow]) };
}

/** Lets executions of one workflow continue where they failed. */
export function redriveExecutions(scope: PermissionScope, workflow: Workflow): Permission {
  return { sid: 'RedriveExecutions', actions: ['states:RedriveExecution'], ...executionsOf(scope, [workflow]) };
}

function machines({ stateMachineArns }: PermissionScope, workflows: readonly Workflow[]) {
  return { resources: workflows.map((workflow) => stateMachineArns[workflow]), narrowedTo: theMachines(workflows) };
}

function theMachines(workflows: readonly Workflow[]): string {
  const names = workflows.map((workflow) => words[workflow]).join(' and ');
  return `the ${names} state machine${workflows.length > 1 ? 's' : ''}`;
}

function executionsOf(
  { partition, region, account, stateMachineArns }: PermissionScope,
  workflows: readonly Workflow[],
): Pick<Permission, 'resources' | 'narrowedTo' | 'wildcard'> {
  const resources = workflows.map((workflow) => {
    // The ARN can be a token, so it is taken apart by CDK and not by its text.
    const { resourceName = '' } = Arn.split(stateMachineArns[workflow], ArnFormat.COLON_RESOURCE_NAME);
    return `arn:${partition}:states:${region}:${account}:execution:${resourceName}:*`;
  });
  return {
    resources,
    narrowedTo: `executions of ${theMachines(workflows)}`,
    wildcard: 'executions are named by the instances that they serve',
  };
}
