import type { Command } from 'commander';
import { retry } from '../../../functions/fleet/operations';
import { find } from '../../../functions/fleet/operations/find';
import { fleetCommand, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import { printOutcome } from '../fleet/print-outcome';
import type { Io } from '../io';

/** `muster retry NAME` */
export function register(program: Command, io: Io): void {
  fleetCommand(
    program,
    io,
    'retry <NAME>',
    'runs the failed step of a launch again; what has succeeded is kept',
  ).action((name: string, options: FleetOptions) =>
    withWorld(options, io, async (world) => printOutcome(io, options, await retry(world, await find(world, name)))),
  );
}
