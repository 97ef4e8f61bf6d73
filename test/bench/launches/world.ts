import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createLab, type Lab, type LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { invocationMs } from '../assumptions';
import { timesOf, type LaunchRecord, type LaunchTimes } from './record';
import { watchLaunches } from './watch';

export interface WorldOptions extends Pick<
  LabOptions,
  'interceptPorts' | 'log' | 'metrics' | 'scaleOut' | 'reconciler'
> {
  readonly launches: number;
  /** Over how many groups they are spread. Default 1. */
  readonly groups?: number;
  readonly seed: number;
  /** Called before anything is launched. */
  readonly prepare?: (lab: Lab) => void;
  /** Called at each invocation of a function, by its name: `ClaimIndex` of a step, `start-scale-out` of a trigger. */
  readonly onInvocation?: (name: string) => void;
}

/** How launches at the same moment went. */
export interface WorldResult {
  readonly launches: number;
  readonly records: readonly LaunchRecord[];
  readonly times: readonly LaunchTimes[];
  /** From the first launch to the last instance in service, in milliseconds; `undefined` if some never got there. */
  readonly makespan: number | undefined;
  readonly failedExecutions: number;
  readonly abandoned: number;
  /** Instances in service that have the number of another one. */
  readonly duplicates: number;
}

/** No launch takes that long, also among a thousand; in lab time. */
const patienceMs = 6 * 3_600_000;
const names = (groups: number) => Array.from({ length: groups }, (_, n) => (n === 0 ? 'web' : `web-${n + 1}`));

/**
 * Launches instances of one group, or of several, at the same moment, in a lab under AWS's published API limits in which Jenkins has an
 * executor for each of them and every call of a function takes `invocationMs`.
 */
export async function runWorld(options: WorldOptions): Promise<WorldResult> {
  const { launches, groups: count = 1, seed, prepare, onInvocation = () => undefined, ...more } = options;
  const groups = names(count);
  const sizeOf = (at: number) => Math.floor((launches + at) / count);
  const clock = new VirtualClock();
  const lab = await createLab({
    ...more,
    clock,
    seed,
    region: { throttling: true },
    reachedOver: 'memory',
    executors: launches,
    interceptStep: (name, run) => takingTime(clock, run, () => onInvocation(name)),
    interceptTrigger: (name, run) => takingTime(clock, run, () => onInvocation(name)),
  });
  try {
    groups.forEach((group) => lab.addGroup(group, { maxSize: launches }));
    const watch = watchLaunches(lab);
    prepare?.(lab);
    groups.forEach((group, at) => lab.region.autoScaling.world.setDesiredCapacity(group, sizeOf(at)));
    const complete = await clock.runUntil(() => watch.inService >= launches, patienceMs);
    const records = watch.records();
    const first = Math.min(...records.map(({ launchedAt }) => launchedAt));
    const last = Math.max(...records.map(({ inServiceAt }) => inServiceAt));
    return {
      launches,
      records,
      times: records.map(timesOf),
      makespan: complete ? last - first : undefined,
      failedExecutions: watch.failedExecutions,
      abandoned: watch.abandoned,
      duplicates: groups.reduce((sum, group) => sum + duplicatesIn(lab, group), 0),
    };
  } finally {
    await lab.close();
  }
}

/** What a function does, it does at the end of its time: all of its effects are late by it. */
function takingTime<Event, Answer>(clock: VirtualClock, run: (event: Event) => Answer, invoked: () => void) {
  return async (event: Event): Promise<Awaited<Answer>> => {
    invoked();
    await new Promise<void>((resolve) => clock.after(invocationMs, resolve));
    return await run(event);
  };
}

/** Told from the names that the instances really carry, not from the ledger's opinion. */
function duplicatesIn({ region }: Lab, group: string): number {
  const inService = [...region.autoScaling.world.group(group).instances.values()].filter(
    ({ state }) => state === 'InService',
  );
  const names = inService.map(({ id }) => region.ec2.world.instance(id).tags.actual().get('Name') ?? id);
  return names.length - new Set(names).size;
}
