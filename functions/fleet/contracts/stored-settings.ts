import { parseGroupSettings, unknownSettings, type GroupSettings } from './settings';

/**
 * The version of what outlives a deployment: inputs of executions and states, items of the ledger, settings, names. It is
 * one more whenever one of those changes its shape; test/golden holds it.
 */
export const shapesVersion = 1;

/** What the deployment writes into a group's parameter: its settings, and by which version they are written. */
export function storedSettings(settings: GroupSettings): object {
  return { version: shapesVersion, ...settings };
}

/**
 * Reads what stands in a group's parameter. Unknown settings are mistakes, as a misspelt one is, unless a newer version
 * wrote them: while a deployment goes back, its older functions meet the newer settings for a while, and what they do not
 * know is not for them.
 *
 * @param source where they come from, for the message.
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
