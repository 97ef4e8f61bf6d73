import { VirtualClock } from '../../infra/lab/kernel/clock';
import { createLab, type Lab, type LabOptions } from '../../infra/lab/systems/fleet/lab';
import { runUntilSettled } from '../../infra/lab/cli/scenarios/run-until-settled';

/**
 * A lab in virtual time that is closed when the test is over, however it ends. Its Jenkins is reached without a socket, as
 * in the simulation, which saves a fifth of the time; a test that is about HTTP, or whose commands ask Jenkins themselves,
 * says `reachedOver: 'http'`.
 */
export async function withLab<Result>(
  options: Omit<LabOptions, 'clock' | 'seed'> & { seed?: number },
  use: (lab: Lab) => Promise<Result>,
): Promise<Result> {
  const lab = await createLab({ seed: 1, reachedOver: 'memory', ...options, clock: new VirtualClock() });
  try {
    return await use(lab);
  } finally {
    await lab.close();
  }
}

/** Launches `count` more instances at once, and lets time pass until all executions have ended. Returns the new ids. */
export async function launch(lab: Lab, count = 1, group = 'web'): Promise<string[]> {
  const { world } = lab.region.autoScaling;
  const before = new Set(world.group(group).instances.keys());
  world.setDesiredCapacity(group, world.group(group).desired + count);
  // The group needs a moment to react, and its events to arrive.
  await lab.clock.advance(20_000);
  await settle(lab);
  return [...world.group(group).instances.keys()].filter((id) => !before.has(id));
}

/** Lets time pass until no execution runs any more, and the last events have arrived. */
export async function settle(lab: Lab): Promise<void> {
  expect(await runUntilSettled(lab, () => true)).toBe(true);
  await lab.clock.advance(5000);
}

/** The executions, oldest first. */
export function executions(lab: Lab) {
  const { engine, stateMachineArn } = lab.muster;
  const list = engine.listExecutions({ stateMachineArn }).executions ?? [];
  return list.map(({ executionArn = '' }) => engine.describeExecution({ executionArn })).reverse();
}

/** The one execution that there is. */
export function onlyExecution(lab: Lab) {
  const all = executions(lab);
  expect(all).toHaveLength(1);
  return all[0]!;
}

/** The state that an execution entered last. */
export function lastState(lab: Lab, executionArn: string | undefined): string | undefined {
  const { events } = lab.muster.engine.getExecutionHistory({ executionArn: executionArn ?? '' });
  return events.filter(({ type }) => type === 'TaskStateEntered').at(-1)?.stateEnteredEventDetails?.name;
}

export function stateOf(lab: Lab, instanceId: string): string | undefined {
  return lab.region.autoScaling.world.member(instanceId)?.state;
}
