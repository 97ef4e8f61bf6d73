import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { keepLabsHeapSmall } from '../../../infra/lab/kernel/heap';
import { createLab } from '../../../infra/lab/systems/fleet/lab';

/** Launches so many instances of one group in a lab as it stands. Returns how many came into service: all. */
export async function runLab(launches: number, region: { readonly throttling: boolean }): Promise<number> {
  // As `npm start` does.
  keepLabsHeapSmall();
  const clock = new VirtualClock();
  const lab = await createLab({ clock, seed: 1, region, reachedOver: 'memory', executors: launches });
  lab.addGroup('web', { maxSize: launches });
  let inService = 0;
  lab.region.bus.watch(({ 'detail-type': type }) => {
    if (type === 'EC2 Instance Launch Successful') inService += 1;
  });
  lab.region.autoScaling.world.setDesiredCapacity('web', launches);
  const dayMs = 86_400_000;
  const done = await clock.runUntil(() => inService >= launches, dayMs);
  await lab.close();
  if (!done) throw new Error(`only ${inService} of ${launches} instances came into service within a day of lab time`);
  return inService;
}
