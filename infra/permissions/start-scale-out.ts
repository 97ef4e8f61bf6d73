import { Arn, ArnFormat } from 'aws-cdk-lib';
import { describeAutoScaling } from './describe';
import type { Permission } from './permission';
import type { PermissionScope } from './scope';
import { readSettingsOfAnyGroup } from './settings';

/** Starts an execution for a launch, and looks at an earlier one of the same name. */
export function startScaleOut(scope: PermissionScope): Permission[] {
  const { scaleOut } = scope.stateMachineArns;
  return [
    readSettingsOfAnyGroup(scope),
    {
      sid: 'StartExecutions',
      actions: ['states:StartExecution'],
      resources: [scaleOut],
      narrowedTo: 'the scale-out state machine',
    },
    {
      sid: 'ReadExecutions',
      actions: ['states:DescribeExecution'],
      resources: [executionsOf(scope, scaleOut)],
      narrowedTo: 'executions of the scale-out state machine',
      wildcard: 'executions are named by the launches that they serve',
    },
    describeAutoScaling('AutoScalingInstances'),
  ];
}

// The ARN can be a token, so it is taken apart by CDK and not by its text.
function executionsOf({ partition, region, account }: PermissionScope, stateMachineArn: string): string {
  const { resourceName = '' } = Arn.split(stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  return `arn:${partition}:states:${region}:${account}:execution:${resourceName}:*`;
}
