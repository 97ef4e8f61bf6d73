import { judge, type Outcome } from '../../support/probes/world-judge';
import type { World } from '../../support/probes/worlds';

// Some seeds of a world in a process of its own.

export interface WorldSeeds {
  readonly world: Omit<World, 'seed'>;
  readonly seeds: readonly number[];
}
export type Outcomes = readonly Outcome[];

if (require.main === module) {
  process.on('message', (asked) => {
    const { world, seeds } = asked as WorldSeeds;
    process.send?.(seeds.map((seed) => judge({ ...world, seed })));
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}
