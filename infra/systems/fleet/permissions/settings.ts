import { settingsParameterName } from '../../../../functions/fleet/adapters/aws/parameter-settings';
import { inPattern, literal } from './names';
import type { Permission } from '../../../permissions/permission';
import type { PermissionScope } from './scope';

/** Reading the settings of managed groups. */
export function readSettings(scope: PermissionScope): Permission {
  return {
    sid: 'ReadSettings',
    actions: ['ssm:GetParameter'],
    resources: scope.groups.map(({ name }) =>
      parameterArn(scope, settingsParameterName(prefixOf(scope), literal(name))),
    ),
    narrowedTo: 'the settings parameters of managed groups',
  };
}

/** Asking for the settings of any group, to learn whether it is managed. */
export function readSettingsOfAnyGroup(scope: PermissionScope): Permission {
  return {
    sid: 'ReadSettings',
    actions: ['ssm:GetParameter'],
    resources: [`${parameterArn(scope, prefixOf(scope))}*`],
    narrowedTo: "every parameter below Muster's own prefix",
    wildcard:
      'events come for every group of the account; for a parameter that it may not read, SSM says AccessDenied and ' +
      'not ParameterNotFound, so a group that is not managed would be an error instead of a no-op',
  };
}

/** Finding out which groups have settings. */
export function listSettings(scope: PermissionScope): Permission {
  return {
    sid: 'ListSettings',
    actions: ['ssm:GetParametersByPath'],
    resources: [`${parameterArn(scope, prefixOf(scope).replace(/\/$/, ''))}*`],
    narrowedTo: "the path of Muster's own parameters",
    wildcard: 'it is written nowhere whether SSM compares the path with its last slash or without',
  };
}

function prefixOf({ settingsPrefix }: PermissionScope): string {
  return literal(settingsPrefix);
}

/** A parameter's ARN has one slash after `parameter`, whether or not its name begins with one. */
export function parameterArn({ partition, region, account }: PermissionScope, name: string): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${inPattern(name.replace(/^\//, ''))}`;
}
