import { StepError } from '../../../../functions/fleet/contracts/errors';
import { parseGroupSettings, SettingsInvalid } from '../../../../functions/fleet/contracts/settings';
import type { Settings } from '../../../../functions/fleet/ports/settings';

/** The settings of a region's groups, as whoever deploys writes them and the functions read them. */
export interface ParameterStoreSettings extends Settings {
  /** Writes a group's parameter, right or wrong: as in AWS, it is checked when it is read. */
  put(group: string, value: unknown): void;
  remove(group: string): void;
}

/** See SPEC.md. */
export function createSettings(): ParameterStoreSettings {
  const parameters = new Map<string, string>();
  return {
    put(group, value) {
      parameters.set(group, JSON.stringify(value));
    },
    remove(group) {
      parameters.delete(group);
    },
    async list() {
      return [...parameters.keys()].sort();
    },
    async read(group) {
      const text = parameters.get(group);
      if (text === undefined) throw new StepError('GroupNotManaged', `group ${group} has no settings`);
      try {
        return parseGroupSettings(JSON.parse(text), `the settings of ${group}`);
      } catch (error) {
        if (error instanceof SettingsInvalid) throw new StepError('SettingsInvalid', error.message, { cause: error });
        throw error;
      }
    },
  };
}
