import { isColored, widthOf, type Io } from '../io';
import { painter } from '../../terminal/paint';
import type { World } from '../world';
import type { TextContext } from './groups-text';

/** How something is shown to this person now. */
export function textContextOf(
  io: Pick<Io, 'out' | 'env'>,
  world: Pick<World, 'clock' | 'controls' | 'called'>,
): TextContext {
  return {
    paint: painter(isColored(io)),
    width: widthOf(io),
    now: world.clock.now(),
    isLab: world.controls !== undefined,
    called: world.called,
  };
}
