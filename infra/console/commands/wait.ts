import { Option, type Command } from 'commander';
import { systemClock } from '../../../functions/shared/runtime';
import { list, type InstanceRow } from '../../../functions/fleet/operations/list';
import { settingsMistakes } from '../../../functions/fleet/operations/settings-mistakes';
import { find } from '../../../functions/fleet/operations/find';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import type { Io } from '../io';
import { oneLine } from '../render/plain';
import { pauseIn } from '../watch';
import type { World } from '../world';
import { minutesIn } from '../option-values';

const everyMs = 2_000;

/** `muster wait GROUP|NAME`: until in service, or a failure. */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'wait <NAME>', 'waits until an instance, or all that a group wants, are in service')
    .addHelpText(
      'after',
      '\nEnds with 0 when all are in service; with 1 when a launch failed, the time-out has passed, or the instance or group is gone.',
    )
    .addOption(new Option('--timeout <time>', 'such as 30m or 2h').default('2h'))
    .action((name: string, options: FleetOptions & { timeout: string }) => {
      const limitMs = minutesIn(options.timeout, '--timeout') * 60_000;
      return withWorld(options, io, async (world) => {
        const verdict = await settle(world, name, limitMs, io.signal);
        const { ready, reason } = verdict;
        if (options.json === true) printJson(io, { ready, reason });
        else (verdict.ready ? io.out : io.err).write(`${oneLine(verdict.reason)}\n`);
        if (!verdict.ready) io.exit(1);
      });
    });
}

interface Verdict {
  readonly ready: boolean;
  readonly reason: string;
}

async function settle(world: World, name: string, limitMs: number, signal: AbortSignal): Promise<Verdict> {
  const isGroup = (await world.settings.list()).includes(name);
  const who = isGroup ? undefined : await find(world, name);
  const until = systemClock.now().getTime() + limitMs;
  for (;;) {
    const now = who === undefined ? await ofGroup(world, name) : await ofInstance(world, who, name);
    if (now.over) return now;
    const mistakes = await settingsMistakes(world.settings, who?.group ?? name);
    if (mistakes !== undefined) return { ready: false, reason: `${now.reason}, and none can continue: ${mistakes}` };
    if (signal.aborted) return { ready: false, reason: `interrupted: ${now.reason}` };
    if (systemClock.now().getTime() >= until) return { ready: false, reason: `timed out: ${now.reason}` };
    await pauseIn(world, signal)(everyMs);
  }
}

type WaitStatus = Verdict & { readonly over: boolean };

async function ofGroup(world: World, group: string): Promise<WaitStatus> {
  const [view] = await list(world, group);
  if (view?.desired === undefined) return { over: true, ready: false, reason: view?.problem ?? `${group} is gone` };
  const { instances } = view;
  const held = instances.filter(({ stage }) => stage === 'held');
  if (held.length > 0) return { over: true, ready: false, reason: held.map(failure).join('; ') };
  const served = instances.filter(({ stage }) => stage === 'in-service' || stage === 'outside').length;
  const wanted = view.desired;
  const moving = instances.some(({ stage }) =>
    ['numbered', 'named', 'provisioning', 'deploying', 'registered', 'waiting'].includes(stage),
  );
  const ready = served >= wanted && !moving;
  return { over: ready, ready, reason: `${served} of ${wanted} instances of ${group} are in service` };
}

async function ofInstance(
  world: World,
  { group, instance }: { group: string; instance: string },
  name: string,
): Promise<WaitStatus> {
  const [view] = await list(world, group);
  const row = view?.instances.find(({ instanceId }) => instanceId === instance);
  if (row === undefined) return { over: true, ready: false, reason: `${name} is gone` };
  switch (row.stage) {
    case 'in-service':
    case 'warm':
      return { over: true, ready: true, reason: `${name} ${row.what}` };
    case 'held':
      return { over: true, ready: false, reason: failure(row) };
    case 'releasing':
    case 'detached':
      return { over: true, ready: false, reason: `${name} ${row.what}` };
    default:
      return { over: false, ready: false, reason: `${name} ${row.what}` };
  }
}

function failure({ name, instanceId, what }: InstanceRow): string {
  return `${name ?? instanceId} is ${what}`;
}
