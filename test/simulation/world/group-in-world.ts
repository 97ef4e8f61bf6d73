import type { GroupSettingsInput } from '../../../functions/fleet/contracts/settings';
import type { GroupPlan } from '../plan';

/** A group as it stands in its world. */
export interface GroupInWorld {
  readonly plan: GroupPlan;
  /** The right settings; an action that spoils them puts these back. A deployment changes them. */
  settings: GroupSettingsInput;
  readonly targetGroups: readonly string[];
}
