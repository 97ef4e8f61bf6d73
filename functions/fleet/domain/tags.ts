import { render } from '../../shared/template';
import type { GroupSettings, PlaceholderName } from '../contracts/settings';

/** The tag that says which index an instance holds. Our keys start with `muster:`, so that they clash with nobody's. */
export const indexTag = 'muster:index';

/** The tags that an instance is to have: its index, its name, and those of the settings. */
export function wantedTags(
  settings: GroupSettings,
  values: Readonly<Record<PlaceholderName, string | number | undefined>>,
): Record<string, string> {
  const own = Object.entries(settings.tags).map(([key, value]) => [key, render(value, values)] as const);
  return { Name: String(values.name), ...Object.fromEntries(own), [indexTag]: String(values.index) };
}

/** Those of `wanted` that are missing or have another value. */
export function tagsToWrite(
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => present[key] !== value));
}
