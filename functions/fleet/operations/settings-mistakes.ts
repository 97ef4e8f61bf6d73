import { StepError } from '../contracts/errors';
import type { SettingsStore } from '../ports/aws';

/** What is wrong with the settings of a group, if so: no launch of it begins, and no step of one gets past that. */
export async function settingsMistakes(
  settings: Pick<SettingsStore, 'read'>,
  group: string,
): Promise<string | undefined> {
  try {
    await settings.read(group);
    return undefined;
  } catch (error) {
    if (error instanceof StepError && error.name === 'SettingsInvalid') return error.message;
    throw error;
  }
}
