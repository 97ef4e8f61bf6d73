import type { GroupSettings } from '../../../../functions/fleet/contracts/settings';
import type { GroupScope, PermissionScope } from './scope';

/** Where a deployment is. */
export type DeployedPlace = Pick<PermissionScope, 'partition' | 'account' | 'region'>;

/** What a group's settings mean for permissions. */
export function scopeOfGroup(settings: GroupSettings, place: DeployedPlace): GroupScope {
  const { group, names, tags, targetGroups, dns } = settings;
  const jenkins = settings.provision === undefined && settings.deploy === undefined ? undefined : settings.jenkins;
  return {
    name: group,
    targetGroupArns: targetGroups,
    tagKeys: Object.keys(tags),
    namePattern: names.pattern,
    secretArns: jenkins === undefined ? [] : [secretArn(jenkins.credentialsSecret, place)],
    ...(dns !== undefined && { zone: { zoneId: dns.zoneId, zoneName: dns.zoneName } }),
    ...(dns?.reverseZone !== undefined && { reverseZone: dns.reverseZone }),
  };
}

/** An ARN is taken as it stands; a name becomes the ARN with any random ending that Secrets Manager may have given. */
function secretArn(nameOrArn: string, { partition, region, account }: DeployedPlace): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${nameOrArn}-??????`;
}
