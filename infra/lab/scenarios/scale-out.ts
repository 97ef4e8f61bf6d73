import type { Lab } from '../lab';
import { callRoll } from '../roll';
import type { Narrator } from '../terminal/narrator';
import type { Screen } from '../terminal/screen';
import { showTable } from '../terminal/table';
import { duration } from '../terminal/words';
import { settled } from './settled';

const group = 'web';

/** Group `web` scales out from nothing by `instances` at once. Returns whether all of them are in service. */
export async function scaleOut(lab: Lab, narrator: Narrator, screen: Screen, instances: number): Promise<boolean> {
  lab.addGroup(group);
  narrator.say(group, `Auto Scaling group ${group}: desired capacity 0 -> ${instances}`);
  lab.region.autoScaling.world.setDesiredCapacity(group, instances);
  const launches = () => [...lab.region.autoScaling.world.group(group).instances.values()];
  await settled(
    lab,
    () => launches().filter(({ state }) => state === 'InService').length === instances || anyFailed(lab),
  );
  // The last events are still on their way.
  await lab.clock.advance(2000);

  const rows = await callRoll(lab, group);
  screen.line();
  showTable(rows, screen);
  screen.line();
  const times = rows.flatMap(({ toServiceMs }) => (toServiceMs === undefined ? [] : [toServiceMs]));
  if (times.length !== instances) {
    screen.line(screen.style('red', `${times.length} of ${instances} instances came into service.`));
    return false;
  }
  screen.line(
    `${instances} of ${instances} instances are in service, the last after ${duration(Math.max(...times))} of lab time.`,
  );
  return true;
}

function anyFailed({ muster }: Lab): boolean {
  const { engine, stateMachineArn } = muster;
  return engine.listExecutions({ stateMachineArn, statusFilter: 'FAILED' }).executions?.length !== 0;
}
