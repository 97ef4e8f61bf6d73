import { describeInstances, describeTargetGroups, describeTargetHealth } from '../describe';
import { useLedger } from '../ledger';
import { distinct } from '../names';
import { forEach, type Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { readSettings } from '../settings';

/** Registers the instance with the target groups of its group; in a crowd, all that wait for it. */
export function registerTargets(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
    describeInstances,
    describeTargetGroups,
    describeTargetHealth,
    ...forEach([distinct(scope.groups.flatMap(({ targetGroupArns }) => targetGroupArns))], (resources) => ({
      sid: 'RegisterTargets',
      actions: ['elasticloadbalancing:RegisterTargets'],
      resources,
      narrowedTo: 'the target groups of managed groups',
    })),
  ];
}
