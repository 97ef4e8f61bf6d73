import type { Command } from 'commander';
import { hold } from '../../../functions/fleet/operations';
import { longestHoldMinutes } from '../../../functions/fleet/operations/hold';
import { find } from '../../../functions/fleet/operations/find';
import { fleetCommand, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import { printOutcome } from '../fleet/tell';
import { UsageInvalid } from '../failures';
import type { Io } from '../io';

/** `muster hold NAME --for 4h` */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'hold <NAME>', 'holds a failed launch for so long from now, longer or shorter than it was')
    .requiredOption('--for <time>', 'such as 30m, 4h, 1h30m or 2d')
    .action((name: string, options: FleetOptions & { for: string }) => {
      const minutes = minutesIn(options.for);
      if (minutes > longestHoldMinutes) throw new UsageInvalid(`--for takes at most 2d, got '${options.for}'`);
      return withWorld(options, io, async (world) =>
        printOutcome(io, options, await hold(world, { ...(await find(world, name)), minutes })),
      );
    });
}

const units = { d: 1440, h: 60, m: 1 } as const;

/**
 * A time such as `1h30m` in minutes.
 *
 * @param option that it is of, for the message about a mistake.
 * @throws UsageInvalid for text that is no time, and for one that is shorter than a minute.
 */
export function minutesIn(text: string, option = '--for'): number {
  const parts = /^(?=.)(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/.exec(text.trim());
  const [, days = '0', hours = '0', minutes = '0'] = parts ?? [];
  const all = Number(days) * units.d + Number(hours) * units.h + Number(minutes) * units.m;
  if (all < 1) throw new UsageInvalid(`${option} takes a time such as 30m, 4h, 1h30m or 2d, got '${text}'`);
  return all;
}
