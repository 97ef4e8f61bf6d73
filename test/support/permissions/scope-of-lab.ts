import type { GroupSettings } from '../../../functions/fleet/contracts/settings';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { scopeOfGroup, type PermissionScope } from '../../../infra/systems/fleet/function-permissions';
import { keyOfTopic } from './iam-actions';
import { worldOf } from './world';

/** As a deployment of the lab's groups, with their settings as they are now, would have it. */
export async function scopeOf(lab: Lab, managed: readonly string[]): Promise<PermissionScope> {
  return scopeWith(lab, await Promise.all(managed.map((group) => lab.settings.read(group))));
}

/** As a deployment of these settings into the lab would have it. */
export function scopeWith(lab: Lab, groups: readonly GroupSettings[]): PermissionScope {
  const { partition, region, account, tableArn, settingsPrefix } = worldOf(lab);
  const place = { partition, region, account };
  return {
    ...place,
    tableArn,
    settingsPrefix,
    notifications: { topicArn: lab.muster.topicArn, keyArn: keyOfTopic(place) },
    stateMachineArns: { scaleOut: lab.muster.stateMachineArn, release: lab.muster.releaseArn },
    groups: groups.map((settings) => scopeOfGroup(settings, place)),
  };
}
