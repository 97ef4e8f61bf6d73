import type { Lab } from '../../systems/fleet/lab';
import { summarizeGroup } from '../group-summary';
import type { Narrator } from '../terminal/narrator';
import type { Screen } from '../terminal/screen';
import { showTable } from '../terminal/table';
import { duration } from '../terminal/words';
import { runUntilSettled } from './run-until-settled';

const group = 'web';

export interface ScaleOutOptions {
  /** How long a target drains, when it leaves. */
  readonly drainSeconds?: number;
  /** What an operator does when a launch has failed and been reported. Without one, nothing is done. */
  readonly onFailure?: () => Promise<void>;
}

/** Where it is shown: what happens, and how it ended. */
export interface ScenarioOutput {
  readonly narrator: Narrator;
  readonly screen: Screen;
}

/** Group `web` scales out from nothing by `instances` at once. Returns whether all of them are in service. */
export async function scaleOut(
  lab: Lab,
  { narrator, screen }: ScenarioOutput,
  instances: number,
  { drainSeconds, onFailure }: ScaleOutOptions = {},
): Promise<boolean> {
  lab.addGroup(group, drainSeconds === undefined ? {} : { deregistrationDelaySeconds: drainSeconds });
  narrator.say(group, `Auto Scaling group ${group}: desired capacity 0 -> ${instances}`);
  lab.region.autoScaling.world.setDesiredCapacity(group, instances);
  const launches = () => [...lab.region.autoScaling.world.group(group).instances.values()];
  const areInService = () => launches().filter(({ state }) => state === 'InService').length === instances;
  await runUntilSettled(lab, () => areInService() || hasReported(lab));
  if (!areInService() && onFailure !== undefined) {
    await onFailure();
    await runUntilSettled(lab, areInService);
  }
  // The last events are still on their way.
  await lab.clock.advance(2000);

  const rows = await summarizeGroup(lab, group);
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

function hasReported({ muster, region }: Lab): boolean {
  return region.topics.published.some(({ topicArn }) => topicArn === muster.topicArn);
}
