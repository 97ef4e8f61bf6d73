import type { Scene } from './perform';
import type { KindAction } from './plan';

/** What is done in worlds of a kind. What is not possible just now is not done. */
export const deedsOfKinds: Record<KindAction, (scene: Scene) => void> = {
  'value-added': ({ strangers, name, draw, extent }) => strangers.addValue(name, draw, extent < 0.7 ? 'TXT' : 'A'),
  'values-taken-back': ({ strangers }) => strangers.takeValuesBack(),
};
