import type { Mistake } from '../../functions/shared/schema';
import { fleetSettings } from '../systems/fleet/config';

/** Says of a setting that stood at the top in earlier versions where it stands now; other mistakes stay as they are. */
export function movedSettings(mistake: Mistake): Mistake {
  if (!fleetSettings.includes(mistake.path)) return mistake;
  const allowed = `nothing here: it moved into the section of its system, as fleet: { ${mistake.path}: … }`;
  return { ...mistake, allowed };
}
