import { render } from '../../shared/template';
import type { GroupSettings, PlaceholderName } from '../contracts/settings';
import { describeIdentity, identityText, readIdentity, type Identity } from './identity';

/** The tag that says which index an instance holds. Our keys start with `muster:`, so that they clash with nobody's. */
export const indexTag = 'muster:index';

/** The tag that says whose index it is: every deployment counts its own. */
export const deploymentTag = 'muster:deployment';

/** The tags that an instance is to have: its index and whose it is, its name, and those of the settings. */
export function wantedTags(
  settings: GroupSettings,
  values: Readonly<Record<PlaceholderName, string | number | undefined>>,
  identity: Identity,
): Record<string, string> {
  const own = Object.entries(settings.tags).map(([key, value]) => [key, render(value, values)] as const);
  return {
    Name: String(values.name),
    ...Object.fromEntries(own),
    [indexTag]: String(values.index),
    [deploymentTag]: identityText(identity),
  };
}

/**
 * The deployment that an instance is marked for, in words, if it is not this one. An instance without the mark is of
 * whoever holds it: earlier versions wrote none.
 */
export function otherDeployment(present: Readonly<Record<string, string>>, identity: Identity): string | undefined {
  const mark = present[deploymentTag];
  if (mark === undefined || mark === identityText(identity)) return undefined;
  const other = readIdentity(mark);
  return other === undefined ? `'${mark}', which is no deployment's mark` : describeIdentity(other);
}

/** Those of `wanted` that are missing or have another value. */
export function tagsToWrite(
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => present[key] !== value));
}
