import { StepError } from '../../../../functions/fleet/contracts/errors';
import { SettingsInvalid, type GroupSettings } from '../../../../functions/fleet/contracts/settings';
import { parseStoredSettings } from '../../../../functions/fleet/contracts/stored-settings';
import type { SettingsStore } from '../../../../functions/fleet/ports/aws';
import { frozenCopyOf } from '../../kernel/copy';

/** The settings of a region's groups, as a deployment writes them and the functions read them. */
export interface ParameterStoreSettings extends SettingsStore {
  /** Writes a group's parameter, right or wrong: as in AWS, it is checked when it is read. */
  put(group: string, value: unknown): void;
  remove(group: string): void;
}

interface Parameter {
  readonly text: string;
  /** What it says; `undefined` until it is read for the first time, and while it is wrong. */
  settings?: GroupSettings;
}

/** See SPEC.md. */
export function createSettings(): ParameterStoreSettings {
  const parameters = new Map<string, Parameter>();
  return {
    put(group, value) {
      parameters.set(group, { text: JSON.stringify(value) });
    },
    remove(group) {
      parameters.delete(group);
    },
    async list() {
      return [...parameters.keys()].sort();
    },
    async read(group) {
      const parameter = parameters.get(group);
      if (parameter === undefined) throw new StepError('GroupNotManaged', `group ${group} has no settings`);
      // Every step reads them: they are checked once, and no reader can change what the others read.
      return (parameter.settings ??= frozenCopyOf(parse(group, parameter.text)));
    },
  };
}

function parse(group: string, text: string): GroupSettings {
  try {
    return parseStoredSettings(JSON.parse(text), `the settings of ${group}`);
  } catch (error) {
    if (error instanceof SettingsInvalid) throw new StepError('SettingsInvalid', error.message, { cause: error });
    throw error;
  }
}
