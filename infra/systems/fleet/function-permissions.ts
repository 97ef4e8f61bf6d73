import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { toStatement, type Permission } from '../../permissions/permission';
import { fleetFunctions, type FunctionName } from './functions';
import type { PermissionScope } from './permissions/scope';

export { fleetFunctionNames as functionNames, type FunctionName } from './functions';
export { scopeOfGroup, type DeployedPlace } from './permissions/scope-of-group';
export type { Permission } from '../../permissions/permission';
export type { FormerResources, GroupScope, PermissionScope, ZoneScope } from './permissions/scope';

/** What a function may do, with reasons: for tests and documents. A permission that applies to nothing is left out. */
export function permissionsOf(functionName: FunctionName, scope: PermissionScope): Permission[] {
  return fleetFunctions[functionName].may(scope).filter(({ resources }) => resources.length > 0);
}

/** What a function may do: the statements of its role's policy, besides what every function needs to write logs. */
export function policyStatements(functionName: FunctionName, scope: PermissionScope): PolicyStatement[] {
  return permissionsOf(functionName, scope).map(toStatement);
}
