import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { GroupSettings } from '../../../../functions/fleet/contracts/settings';
import type { FormerResources, PermissionScope } from './scope';
import { scopeOfGroup } from './scope-of-group';

export interface FleetPermissionsProps {
  readonly tableArn: string;
  readonly settingsPrefix: string;
  readonly notifications: PermissionScope['notifications'];
  readonly groups: readonly GroupSettings[];
  readonly formerly: FormerResources;
}

/**
 * What the functions of a stack are narrowed to. The state machine's ARN is written out by its name: the roles of the
 * functions that it calls come before it.
 */
export function fleetPermissions(stack: Stack, { groups, ...rest }: FleetPermissionsProps): PermissionScope {
  const place = { partition: stack.partition, account: stack.account, region: stack.region };
  const stateMachineArn = (workflow: string) =>
    stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: `${stack.stackName}-${workflow}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return {
    ...place,
    ...rest,
    stateMachineArns: { scaleOut: stateMachineArn('scale-out'), release: stateMachineArn('release') },
    groups: groups.map((settings) => scopeOfGroup(settings, place)),
  };
}
