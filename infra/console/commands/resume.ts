import type { Command } from 'commander';
import { OperationRefused, resume } from '../../../functions/fleet/operations';
import { fleetCommand, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import { printOutcome } from '../fleet/print-outcome';
import type { Io } from '../io';

/** `muster resume GROUP` */
export function register(program: Command, io: Io): void {
  fleetCommand(
    program,
    io,
    'resume <GROUP>',
    'closes the breaker of a group: held instances are abandoned again when their hold ends',
  ).action((group: string, options: FleetOptions) =>
    withWorld(options, io, async (world) => {
      const managed = await world.settings.list();
      if (!managed.includes(group))
        throw new OperationRefused(`group '${group}' is not managed: managed are ${managed.join(', ') || 'none'}`);
      printOutcome(io, options, await resume(world, { group }));
    }),
  );
}
