import type { Command } from 'commander';
import { abandon } from '../../../functions/fleet/operations';
import { find } from '../../../functions/fleet/operations/find';
import { confirm } from '../confirm';
import { fleetCommand, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import { printOutcome } from '../fleet/print-outcome';
import type { Io } from '../io';

/** `muster abandon NAME` */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'abandon <NAME>', 'abandons an instance whose launch failed: its group replaces it')
    .option('-y, --yes', 'does not ask for confirmation')
    .action((name: string, options: FleetOptions & { yes?: boolean }) =>
      withWorld(options, io, async (world) => {
        const who = await find(world, name);
        const question = `Abandon ${name} (${who.instance} of ${who.group} in ${world.where})? Its group terminates and replaces it.`;
        if (!(await confirm(io, question, options))) {
          io.err.write('Nothing was done.\n');
          io.exit(1);
          return;
        }
        printOutcome(io, options, await abandon(world, who));
      }),
    );
}
