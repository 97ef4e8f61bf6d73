import { describeAutoScaling, describeInstances } from '../describe';
import { useLedger } from '../ledger';
import { distinct } from '../names';
import { forEach, type Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';

/** Takes the instance out of the target groups that it was put into. */
export function deregisterTargets(scope: PermissionScope): Permission[] {
  return [
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'),
    describeAutoScaling('AutoScalingInstances'),
    describeInstances,
    ...forEach([onceOurs(scope)], (resources) => ({
      sid: 'DeregisterTargets',
      actions: ['elasticloadbalancing:DeregisterTargets'],
      resources,
      narrowedTo: 'the target groups of managed groups, and `formerly.targetGroups`',
    })),
  ];
}

function onceOurs({ groups, formerly }: PermissionScope): string[] {
  return distinct([...groups.flatMap(({ targetGroupArns }) => targetGroupArns), ...(formerly?.targetGroups ?? [])]);
}
