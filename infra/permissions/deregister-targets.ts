import { describeAutoScaling } from './describe';
import { useLedger } from './ledger';
import { distinct } from './names';
import { forEach, type Permission } from './permission';
import type { PermissionScope } from './scope';

/** Takes the instance out of the target groups that it was put into. */
export function deregisterTargets(scope: PermissionScope): Permission[] {
  return [
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'),
    describeAutoScaling('AutoScalingInstances'),
    ...forEach([distinct(scope.groups.flatMap(({ targetGroupArns }) => targetGroupArns))], (resources) => ({
      sid: 'DeregisterTargets',
      actions: ['elasticloadbalancing:DeregisterTargets'],
      resources,
      narrowedTo: 'the target groups of managed groups',
    })),
  ];
}
