import { deploymentTag, indexTag } from '../../../../../functions/fleet/domain/identity';
import { describeInstances } from '../describe';
import { useLedger } from '../ledger';
import { distinct, groupedBy, inEquality } from '../names';
import { forEach, type Permission } from '../../../../permissions/permission';
import type { GroupScope, PermissionScope } from '../scope';
import { readSettings } from '../settings';

/** Tags the instance with what is its own. */
export function tagInstance(scope: PermissionScope): Permission[] {
  return [
    readSettings(scope),
    useLedger(scope, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'),
    describeInstances,
    ...tagMembers(scope),
  ];
}

/** Gives instances of managed groups the tags of members. */
export function tagMembers(scope: PermissionScope): Permission[] {
  return forEach(byTagKeys(scope.groups), (groups) => createTags(scope, groups));
}

// Groups with the same keys share a statement: a role has room for some 10,000 characters of them.
function byTagKeys(groups: readonly GroupScope[]): GroupScope[][] {
  return groupedBy(groups, (group) => JSON.stringify([...keysOf(group)].sort()));
}

function keysOf({ tagKeys }: GroupScope): string[] {
  return distinct(['Name', indexTag, deploymentTag, ...tagKeys]);
}

function createTags({ partition, region, account }: PermissionScope, groups: readonly GroupScope[]): Permission {
  return {
    sid: 'TagInstances',
    actions: ['ec2:CreateTags'],
    resources: [`arn:${partition}:ec2:${region}:${account}:instance/*`],
    conditions: {
      // Auto Scaling's own tag: it is there from the launch on, and only AWS can write a key that begins with aws:.
      StringEquals: { 'ec2:ResourceTag/aws:autoscaling:groupName': groups.map(({ name }) => inEquality(name)) },
      'ForAllValues:StringEquals': { 'aws:TagKeys': distinct(groups.flatMap(keysOf)).map(inEquality) },
      // Of no key at all, "all of them are ours" is true.
      Null: { 'aws:TagKeys': 'false' },
    },
    narrowedTo:
      'instances of managed groups (by the tag that Auto Scaling gives); the keys of their settings, `Name`, `muster:index` and `muster:deployment`',
    wildcard: 'instances come and go; which of them are meant is said by the condition on the tag of their group',
  };
}
