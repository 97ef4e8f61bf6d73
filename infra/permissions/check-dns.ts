import type { Permission } from './permission';
import type { PermissionScope } from './scope';

/** Looks whether a DNS change is in sync. */
export function checkDns({ partition }: PermissionScope): Permission[] {
  return [
    {
      sid: 'ReadChanges',
      actions: ['route53:GetChange'],
      resources: [`arn:${partition}:route53:::change/*`],
      narrowedTo: 'changes of Route 53',
      wildcard: 'Route 53 makes up the id of a change, and does not tie it to a zone; it shows PENDING or INSYNC',
    },
  ];
}
