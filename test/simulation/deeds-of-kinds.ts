import { inService, withOne, type Scene } from './scene';
import type { KindAction } from './plan';

/** What is done in worlds of a kind. What is not possible just now is not done. */
export const deedsOfKinds: Record<KindAction, (scene: Scene) => void> = {
  'neighbour-scales': ({ neighbour, name, extent }) => neighbour?.scale(name, extent),
  'detach-one': (scene) =>
    withOne(
      scene,
      (one) => inService(one) || one.state === 'Standby',
      ({ id }) => scene.departed.detach(scene.name, id, scene.draw < 0.5),
    ),
  'attach-again': ({ departed, name, draw }) => departed.attachOne(name, draw),
  'ends-in-standby': (scene) =>
    withOne(
      scene,
      (one) => one.state === 'Standby',
      ({ id }) => scene.world.lab.region.ec2.world.terminate(id),
    ),
  'records-lost': ({ world, draw, extent }) => {
    const losses = { losesBuilds: draw < 0.5 ? 'freestyle' : 'all', losesQueue: extent < 0.5 } as const;
    world.lab.jenkins?.[extent < 0.7 ? 'crash' : 'restart']({ downForMs: 20_000 + draw * 100_000, ...losses });
  },
  'jenkins-restored': ({ world, draw, extent }) => {
    const { jenkins } = world.lab;
    const backup = jenkins?.backup();
    if (backup === undefined) return;
    world.clock.after(extent * 900_000, () => jenkins?.restore(backup, { downForMs: 20_000 + draw * 100_000 }));
  },
  'value-added': ({ strangers, name, draw, extent }) => strangers.addValue(name, draw, extent < 0.7 ? 'TXT' : 'A'),
  'values-taken-back': ({ strangers }) => strangers.takeValuesBack(),
};
