import { describeAutoScaling, describeInstances } from '../describe';
import {
  listExecutions,
  readExecutions,
  readHistories,
  redriveExecutions,
  startExecutions,
  stopExecutions,
} from '../executions';
import { useHoldings, useLedger } from '../ledger';
import { recordHeartbeats } from '../lifecycle-actions';
import { tellPeople } from '../notifications';
import type { Permission } from '../../../../permissions/permission';
import type { PermissionScope } from '../scope';
import { listSettings, readSettings } from '../settings';

/** Reads the state of all groups, and starts, releases, reports or keeps waiting what needs it. */
export function reconcile(scope: PermissionScope): Permission[] {
  return [
    listSettings(scope),
    readSettings(scope),
    useLedger(
      scope,
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    ),
    useHoldings(scope, 'dynamodb:GetItem', 'dynamodb:PutItem'),
    describeAutoScaling('AutoScalingGroups', 'AutoScalingInstances', 'LifecycleHooks', 'WarmPool'),
    describeInstances,
    recordHeartbeats(scope),
    startExecutions(scope, 'scaleOut', 'release'),
    listExecutions(scope, 'scaleOut', 'release'),
    readExecutions(scope, 'scaleOut', 'release'),
    readHistories(scope, 'scaleOut'),
    stopExecutions(scope, 'scaleOut'),
    redriveExecutions(scope, 'release'),
    ...tellPeople(scope),
  ];
}
