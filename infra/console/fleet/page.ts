import { isColored, widthOf, type Io } from '../io';
import { painter } from '../../terminal/paint';
import type { World } from '../world';
import type { Page } from './groups-text';

/** How something is shown to this person now. */
export function pageOf(io: Pick<Io, 'out' | 'env'>, world: Pick<World, 'clock' | 'controls' | 'called'>): Page {
  return {
    paint: painter(isColored(io)),
    width: widthOf(io),
    now: world.clock.now(),
    isLab: world.controls !== undefined,
    called: world.called,
  };
}
