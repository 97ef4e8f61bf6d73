import { Arn, ArnFormat } from 'aws-cdk-lib';
import type { Permission } from './permission';
import type { PermissionScope } from './scope';

type Workflow = keyof PermissionScope['stateMachineArns'];
const words: Readonly<Record<Workflow, string>> = { scaleOut: 'scale-out', release: 'release' };

/** Starts executions of one workflow. */
export function startExecutions({ stateMachineArns }: PermissionScope, workflow: Workflow): Permission {
  return {
    sid: 'StartExecutions',
    actions: ['states:StartExecution'],
    resources: [stateMachineArns[workflow]],
    narrowedTo: `the ${words[workflow]} state machine`,
  };
}

/** Looks at executions of these workflows. */
export function readExecutions(scope: PermissionScope, ...workflows: Workflow[]): Permission {
  return {
    sid: 'ReadExecutions',
    actions: ['states:DescribeExecution'],
    ...executionsOf(scope, workflows),
  };
}

/** Ends executions of one workflow. */
export function stopExecutions(scope: PermissionScope, workflow: Workflow): Permission {
  return { sid: 'StopExecutions', actions: ['states:StopExecution'], ...executionsOf(scope, [workflow]) };
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
  const machines = `the ${workflows.map((workflow) => words[workflow]).join(' and ')} state machine${workflows.length > 1 ? 's' : ''}`;
  return {
    resources,
    narrowedTo: `executions of ${machines}`,
    wildcard: 'executions are named by the instances that they serve',
  };
}
