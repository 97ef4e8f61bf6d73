import type { Command } from 'commander';
import { hold } from '../../../functions/fleet/operations';
import { find } from '../../../functions/fleet/operations/find';
import { fleetCommand, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import { tell } from '../fleet/tell';
import { UsageInvalid } from '../failures';
import type { Io } from '../io';

/** `muster hold NAME --for 4h` */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'hold <NAME>', 'holds a failed launch for so long from now, longer or shorter than it was')
    .requiredOption('--for <time>', 'such as 30m, 4h, 1h30m or 2d')
    .action((name: string, options: FleetOptions & { for: string }) => {
      const minutes = minutesIn(options.for);
      return withWorld(options, io, async (world) =>
        tell(io, options, await hold(world, { ...(await find(world, name)), minutes })),
      );
    });
}

const units = { d: 1440, h: 60, m: 1 } as const;

/** @throws UsageInvalid for text that is no time. */
export function minutesIn(text: string): number {
  const parts = /^(?=.)(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/.exec(text.trim());
  if (parts === null) throw new UsageInvalid(`--for takes a time such as 30m, 4h, 1h30m or 2d, got ${text}`);
  const [, days = '0', hours = '0', minutes = '0'] = parts;
  return Number(days) * units.d + Number(hours) * units.h + Number(minutes) * units.m;
}
