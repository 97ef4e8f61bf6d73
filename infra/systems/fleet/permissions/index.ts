import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { checkDns } from './functions/check-dns';
import { checkDrained } from './functions/check-drained';
import { checkHealth } from './functions/check-health';
import { claimIndex } from './functions/claim-index';
import { putInService } from './functions/put-in-service';
import { completeRelease } from './functions/complete-release';
import { deregisterTargets } from './functions/deregister-targets';
import { endBuilds } from './functions/end-builds';
import { freeIndex } from './functions/free-index';
import { toStatement, type Permission } from '../../../permissions/permission';
import { reconcile } from './functions/reconcile';
import { registerDns } from './functions/register-dns';
import { registerTargets } from './functions/register-targets';
import { removeDns } from './functions/remove-dns';
import { reportOutcome } from './functions/report-outcome';
import { runBuild } from './functions/run-build';
import type { PermissionScope } from './scope';
import { startRelease } from './functions/start-release';
import { startScaleOut } from './functions/start-scale-out';
import { tagInstance } from './functions/tag-instance';

export { scopeOfGroup, type Place } from './scope-of-group';
export type { Permission } from '../../../permissions/permission';
export type { Formerly, GroupScope, PermissionScope, ZoneScope } from './scope';

const byFunction = {
  'claim-index': claimIndex,
  'tag-instance': tagInstance,
  'register-dns': registerDns,
  'check-dns': checkDns,
  'run-build': runBuild,
  'register-targets': registerTargets,
  'check-health': checkHealth,
  'put-in-service': putInService,
  'deregister-targets': deregisterTargets,
  'end-builds': endBuilds,
  'check-drained': checkDrained,
  'remove-dns': removeDns,
  'complete-release': completeRelease,
  'free-index': freeIndex,
  'start-scale-out': startScaleOut,
  'start-release': startRelease,
  'report-outcome': reportOutcome,
  reconcile,
} satisfies Record<string, (scope: PermissionScope) => Permission[]>;

/** The functions, by the names of their folders in `functions/fleet`. */
export type FunctionName = keyof typeof byFunction;
export const functionNames = Object.keys(byFunction) as FunctionName[];

/** What a function may do, with reasons: for tests and documents. A permission that applies to nothing is left out. */
export function permissionsOf(functionName: FunctionName, scope: PermissionScope): Permission[] {
  return byFunction[functionName](scope).filter(({ resources }) => resources.length > 0);
}

/** What a function may do: the statements of its role's policy, besides what every function needs to write logs. */
export function policyStatements(functionName: FunctionName, scope: PermissionScope): PolicyStatement[] {
  return permissionsOf(functionName, scope).map(toStatement);
}
