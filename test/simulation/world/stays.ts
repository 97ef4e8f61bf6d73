import type { Neighbour } from './neighbour';
import type { World } from './world';

const minute = 60_000;
/** More than the names that an early version had for an instance's attempts. */
const stays = 56;
const daysApart = 10;
const rests = 4;

/**
 * The first group's one instance goes into the pool and out of it, over and over, for forty days. No fault hits it any
 * more, so each stay has to come into service.
 */
export async function comeAndGo(world: World, neighbour: Neighbour | undefined): Promise<void> {
  const [group] = world.groups;
  if (group === undefined) return;
  world.isQuiet = true;
  // It has left, so there is nothing for it to see.
  neighbour?.lab.muster.reconciler.disable();
  const { clock, lab } = world;
  const { weight = 1, name } = group.plan;
  const { world: scaling } = lab.region.autoScaling;
  const serves = () => [...scaling.group(name).instances.values()].some(({ state }) => state === 'InService');
  for (let stay = 1; stay <= stays && world.violation === undefined; stay += 1) {
    scaling.setDesiredCapacity(name, 0);
    await clock.advance(4 * minute);
    scaling.setDesiredCapacity(name, weight);
    await clock.runUntil(serves, 20 * minute);
    if (!serves()) world.violate('settles', `stay ${String(stay)} in ${name} has not begun within 20 minutes`);
    await clock.advance(2 * minute);
    if (stay % Math.floor(stays / rests) !== 0) continue;
    // Nothing is under way: what a run of the reconciler would see each minute is what it saw a minute ago.
    lab.muster.reconciler.disable();
    await clock.advance(daysApart * 24 * 60 * minute);
    lab.muster.reconciler.enable();
  }
  neighbour?.lab.muster.reconciler.enable();
}
