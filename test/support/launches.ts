import type { Launch } from '../../functions/fleet/contracts/inputs';
import {
  parseGroupSettings,
  type GroupSettings,
  type GroupSettingsInput,
} from '../../functions/fleet/contracts/settings';

/** A launch of `i-0a1b2c3d` into `web`, with these differences. */
export function aLaunch(changes: Partial<Launch> = {}): Launch {
  return {
    group: 'web',
    instanceId: 'i-0a1b2c3d',
    origin: 'EC2',
    destination: 'AutoScalingGroup',
    lifecycle: { hookName: 'muster-launch', token: 'token-1' },
    startedBy: 'lifecycle-event',
    ...changes,
  };
}

/** Settings of group `web`, with these differences. */
export function someSettings(changes: Partial<GroupSettingsInput> = {}): GroupSettings {
  return parseGroupSettings({ group: 'web', ...changes }, 'a test');
}
