import { StepError } from '../contracts/errors';
import type { GroupSettings } from '../contracts/settings';
import type { Settings } from '../ports/settings';

/** The settings of a group; `undefined` for one that Muster does not look after. */
export async function readSettingsIfAny(settings: Settings, group: string): Promise<GroupSettings | undefined> {
  try {
    return await settings.read(group);
  } catch (error) {
    if (error instanceof StepError && error.name === 'GroupNotManaged') return undefined;
    throw error;
  }
}
