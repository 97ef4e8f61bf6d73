import type { Command } from 'commander';
import { hold } from '../../../functions/fleet/operations';
import { longestHoldMinutes } from '../../../functions/fleet/operations/hold';
import { find } from '../../../functions/fleet/operations/find';
import { fleetCommand, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import { printOutcome } from '../fleet/print-outcome';
import { UsageInvalid } from '../failures';
import { minutesIn } from '../option-values';
import type { Io } from '../io';

/** `muster hold NAME --for 4h` */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'hold <NAME>', 'holds a failed launch until so long from now: extends or shortens its hold')
    .requiredOption('--for <time>', 'such as 30m, 4h, 1h30m or 2d')
    .action((name: string, options: FleetOptions & { for: string }) => {
      const minutes = minutesIn(options.for);
      if (minutes > longestHoldMinutes) throw new UsageInvalid(`--for takes at most 2d, got '${options.for}'`);
      return withWorld(options, io, async (world) =>
        printOutcome(io, options, await hold(world, { ...(await find(world, name)), minutes })),
      );
    });
}
