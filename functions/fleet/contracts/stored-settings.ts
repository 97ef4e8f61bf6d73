import { parseGroupSettings, unknownSettings, type GroupSettings } from './settings';

/**
 * The version of the data that outlives a deployment: inputs of executions and states, items of the ledger, settings,
 * names. It increases by one when one of them changes its shape; test/golden checks that.
 */
export const shapesVersion = 1;

/** What the deployment writes into a group's parameter: the settings, and the version that wrote them. */
export function storedSettings(settings: GroupSettings): object {
  return { version: shapesVersion, ...settings };
}

/**
 * Reads the content of a group's parameter. An unknown setting is a mistake, like a misspelt one, unless a newer
 * version wrote it: during a rollback the older functions read the newer settings for a while, and ignore the settings
 * that they do not know.
 *
 * @param source where the settings come from, for the message.
 * @throws SettingsInvalid with every mistake.
 */
export function parseStoredSettings(stored: unknown, source: string): GroupSettings {
  if (typeof stored !== 'object' || stored === null || !isVersion(stored)) return parseGroupSettings(stored, source);
  const { version, ...settings } = stored;
  return parseGroupSettings(version > shapesVersion ? withoutUnknown(settings) : settings, source);
}

function isVersion(stored: object): stored is { readonly version: number } {
  return 'version' in stored && Number.isInteger(stored.version) && (stored.version as number) > 0;
}

function withoutUnknown(settings: object): object {
  const known = structuredClone(settings);
  for (const path of unknownSettings(settings)) {
    const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], known);
    Reflect.deleteProperty(parent as object, path.at(-1) ?? '');
  }
  return known;
}
