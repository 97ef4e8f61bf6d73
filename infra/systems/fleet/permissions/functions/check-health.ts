import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { registerTargets } from './register-targets';

/** Looks whether the instance is healthy behind its load balancer, in a crowd once for all; and puts in what is missing. */
export function checkHealth(scope: PermissionScope): Permission[] {
  return registerTargets(scope);
}
