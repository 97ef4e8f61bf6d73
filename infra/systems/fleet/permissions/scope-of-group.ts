import type { GroupSettings } from '../../../../functions/fleet/contracts/settings';
import type { GroupScope, PermissionScope } from './scope';

/** Where a deployment is. */
export type DeployedPlace = Pick<PermissionScope, 'partition' | 'account' | 'region'>;

/** What a group's settings mean for permissions. */
export function scopeOfGroup(settings: GroupSettings, place: DeployedPlace): GroupScope {
  const { group, names, tags, targetGroups, dns, jenkins } = settings;
  return {
    name: group,
    targetGroupArns: targetGroups,
    tagKeys: Object.keys(tags),
    namePattern: names.pattern,
    // Also without a job: it can have been taken out while a build of it runs, which a release is to end.
    secretArns: jenkins === undefined ? [] : [secretArn(jenkins.credentialsSecret, place)],
    ...(dns !== undefined && { zone: { zoneId: dns.zoneId, zoneName: dns.zoneName } }),
    ...(dns?.reverseZone !== undefined && { reverseZone: dns.reverseZone }),
  };
}

/**
 * A whole ARN is taken as it stands. A name, and an ARN without its ending, which Secrets Manager takes as well, get any
 * random ending that Secrets Manager may have given: IAM compares with the whole ARN.
 */
function secretArn(nameOrArn: string, { partition, region, account }: DeployedPlace): string {
  if (nameOrArn.startsWith('arn:')) return /-[A-Za-z0-9]{6}$/.test(nameOrArn) ? nameOrArn : `${nameOrArn}-??????`;
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${nameOrArn}-??????`;
}
