import { VirtualClock } from '../../infra/lab/kernel/clock';
import { createLab, type Lab, type LabOptions } from '../../infra/lab/systems/fleet/lab';
import { runUntilSettled } from '../../infra/lab/cli/scenarios/run-until-settled';
import { ofEachShape, shapeOf } from './shapes';

/** What was handed to each function, by its name (`ClaimIndex`, `start-release`), and to each machine. */
export interface Recording {
  /** One of each shape. */
  readonly inputs: Readonly<Record<string, unknown[]>>;
  readonly executions: readonly { readonly machine: string; readonly name: string; readonly input: unknown }[];
}

/**
 * Plays in the lab all kinds of launches and releases that there are, with the machines that are given, and records what
 * goes from one to the other. In memory and from one seed: the same on every machine.
 */
export async function record(machines: Pick<LabOptions, 'scaleOut' | 'release'> = {}): Promise<Recording> {
  const inputs = new Map<string, Map<string, unknown>>();
  const keep = (name: string, input: unknown) => {
    const [kept, shape] = [inputs.get(name) ?? new Map<string, unknown>(), shapeOf(input).join()];
    inputs.set(name, kept);
    if (!kept.has(shape)) kept.set(shape, JSON.parse(JSON.stringify(input)));
  };
  const lab = await createLab({
    seed: 1,
    clock: new VirtualClock(),
    reachedOver: 'memory',
    ...machines,
    interceptStep: (step, run) => (input) => {
      keep(step, input);
      return run(input);
    },
    interceptTrigger: (name, run) => (event) => {
      keep(name, event);
      return run(event);
    },
  });
  try {
    await play(lab);
    const samples = [...inputs].map(([name, kept]): [string, unknown[]] => [name, [...kept.values()]]);
    return {
      inputs: Object.fromEntries(samples.sort(([one], [other]) => (one < other ? -1 : 1))),
      executions: executionsOf(lab),
    };
  } finally {
    await lab.close();
  }
}

async function play(lab: Lab): Promise<void> {
  const { world } = lab.region.autoScaling;
  const [web, told, pooled] = ['web', 'told', 'pooled'];
  lab.addGroup(web, { settings: { holdMinutes: 5 } });
  lab.addGroup(told, { launchHook: null, notifies: true });
  lab.addGroup(pooled, { warmPool: { minSize: 1, maxGroupPreparedCapacity: 1, reuseOnScaleIn: true } });
  // One fails, is redriven, fails again, and is abandoned when its hold is over; its successor comes into service.
  lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { durationMs: 20_000, result: failing(2) } });
  world.setDesiredCapacity(web, 1);
  await quiet(lab);
  redriveAll(lab);
  await quiet(lab, 30);
  for (const group of [told, pooled]) world.setDesiredCapacity(group, 1);
  await quiet(lab);
  for (const id of world.group(web).instances.keys()) world.replaceRootVolume(id);
  await quiet(lab);
  // The reconciler finds a launch of which no event came; and one that is over before it was done.
  lab.region.bus.setDelivery({ quality: { loss: 1 } });
  world.setDesiredCapacity(web, 2);
  world.setDesiredCapacity(pooled, 0);
  await quiet(lab, 10);
  lab.region.bus.setDelivery({});
  world.setDesiredCapacity(web, 3);
  await lab.clock.advance(40_000);
  for (const group of [web, told]) world.setDesiredCapacity(group, 0);
  await quiet(lab, 15);
}

function failing(times: number): () => 'FAILURE' | 'SUCCESS' {
  let left = times;
  return () => (left-- > 0 ? 'FAILURE' : 'SUCCESS');
}

async function quiet(lab: Lab, minutes = 2): Promise<void> {
  await lab.clock.advance(20_000);
  await runUntilSettled(lab, () => true);
  await lab.clock.advance(minutes * 60_000);
  await runUntilSettled(lab, () => true);
}

function redriveAll({ muster: { engine, stateMachineArn } }: Lab): void {
  const { executions = [] } = engine.listExecutions({ stateMachineArn, statusFilter: 'FAILED' });
  for (const { executionArn = '' } of executions) engine.redriveExecution({ executionArn });
}

/** The oldest of each shape. */
function executionsOf({ muster: { engine, stateMachineArn, releaseArn } }: Lab): Recording['executions'] {
  return [stateMachineArn, releaseArn].flatMap((machine) => {
    const all = engine.listExecutions({ stateMachineArn: machine }).executions ?? [];
    const named = all.map(({ executionArn = '' }) => engine.describeExecution({ executionArn })).reverse();
    return ofEachShape(
      named.map(({ name = '', input = '{}' }) => ({
        machine: machine.split(':').at(-1) ?? '',
        name,
        input: JSON.parse(input) as unknown,
      })),
    );
  });
}
