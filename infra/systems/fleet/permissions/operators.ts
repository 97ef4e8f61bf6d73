import { describeAutoScaling, describeInstances, describeTargetGroups, describeTargetHealth } from './describe';
import {
  listExecutions,
  readDefinitions,
  readExecutions,
  readHistories,
  redriveExecutions,
  startExecutions,
  stopExecutions,
} from './executions';
import { createAndDeleteRecords } from './dns-records';
import { useHoldings, useLedger } from './ledger';
import { onEverything, type Permission } from '../../../permissions/permission';
import { forwardNamesInShort } from './record-names';
import type { PermissionScope } from './scope';
import { tagMembers } from './functions/tag-instance';
import { listSettings, parameterArn, readSettingsOfAnyGroup } from './settings';

/** What the operator policies need to know beside what the functions are narrowed to. */
export interface OperatorScope extends PermissionScope {
  /** `/muster/deployment` */
  readonly deploymentParameter: string;
  /** What the names of the functions begin with: `muster`. */
  readonly stackName: string;
}

/** What `muster ls`, `show`, `history`, `wait`, `doctor` and `adopt` without `--apply` call. No secret of Jenkins: that takes "may act". */
export function mayLook(scope: OperatorScope): Permission[] {
  return [
    findDeployment(scope),
    listSettings(scope),
    readSettingsOfAnyGroup(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:Query'),
    useHoldings(scope, 'dynamodb:GetItem'),
    describeAutoScaling('AutoScalingGroups', 'AutoScalingInstances', 'LifecycleHooks'),
    onEverything('Auto Scaling has no resource-level permission for its Describe calls', {
      sid: 'DescribeActivities',
      actions: ['autoscaling:DescribeScalingActivities'],
    }),
    describeTargetHealth,
    describeTargetGroups,
    describeInstances,
    {
      sid: 'ReadZones',
      actions: ['route53:ListResourceRecordSets'],
      resources: zonesOf(scope),
      narrowedTo: 'the zones of the groups',
    },
    {
      sid: 'ReadZoneVpcs',
      actions: ['route53:GetHostedZone'],
      resources: zonesOf(scope),
      narrowedTo: 'the zones of the groups',
    },
    readFunctions(scope),
    onEverything('Lambda has no resource-level permission for GetAccountSettings', {
      sid: 'ReadLambdaLimits',
      actions: ['lambda:GetAccountSettings'],
    }),
    ...readDefinitions(scope),
    listExecutions(scope, 'scaleOut', 'release'),
    readExecutions(scope, 'scaleOut'),
    readHistories(scope, 'scaleOut'),
  ].filter(({ resources }) => resources.length > 0);
}

/** What `muster retry`, `abandon`, `hold`, `resume`, `adopt --apply` and `log` call on top of that. */
export function mayAct(scope: OperatorScope): Permission[] {
  return [
    startExecutions(scope, 'scaleOut', 'release'),
    redriveExecutions(scope, 'scaleOut'),
    stopExecutions(scope, 'scaleOut'),
    { ...readExecutions(scope, 'release'), sid: 'ReadReleases' },
    useLedger(scope, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
    ...tagMembers(scope),
    ...createAndDeleteRecords(scope, ['CREATE', 'DELETE'], forwardNamesInShort),
    {
      sid: 'ReadJenkinsCredentials',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [...new Set(scope.groups.flatMap(({ secretArns }) => secretArns))],
      narrowedTo: 'the secrets that the groups name',
      wildcard: 'Secrets Manager appends six characters to a secret’s name',
    },
  ].filter(({ resources }) => resources.length > 0);
}

function readFunctions({ partition, region, account, stackName }: OperatorScope): Permission {
  return {
    sid: 'ReadFunctions',
    actions: ['lambda:GetFunctionConfiguration', 'lambda:GetFunctionConcurrency'],
    resources: [`arn:${partition}:lambda:${region}:${account}:function:${stackName}-*`],
    narrowedTo: 'functions whose names begin with that of the stack',
    wildcard: 'a line for each of the functions would not leave room for the groups',
  };
}

function findDeployment(scope: OperatorScope): Permission {
  return {
    sid: 'FindDeployment',
    actions: ['ssm:GetParameter'],
    resources: [parameterArn(scope, scope.deploymentParameter)],
    narrowedTo: 'the parameter that says where the deployment is',
  };
}

function zonesOf({ partition, groups }: OperatorScope): string[] {
  const ids = groups.flatMap(({ zone, reverseZone }) => [zone, reverseZone]).flatMap((zone) => zone?.zoneId ?? []);
  return [...new Set(ids)].map((id) => `arn:${partition}:route53:::hostedzone/${id}`);
}
