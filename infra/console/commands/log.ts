import { Option, type Command } from 'commander';
import { OperationRefused } from '../../../functions/fleet/operations';
import { find } from '../../../functions/fleet/operations/find';
import { followLog, lastBuild } from '../fleet/build-log';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import type { Io } from '../io';
import { wholeIn } from '../option-values';

// Jenkins keeps no longer one either.
const mostKilobytes = 1_000_000;

/** `muster log NAME [-f]`: the console of its failed or running build. */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'log <NAME>', "prints the console of an instance's last build, which failed or runs")
    .option('-f, --follow', 'follows the log until the build ends, or Ctrl-C')
    .addOption(new Option('--job <job>', 'of this job').choices(['provision', 'deploy']))
    .option('-n, --tail <kilobytes>', 'only the end of the log, so many kilobytes')
    .action((name: string, options: FleetOptions & { follow?: boolean; job?: string; tail?: string }) => {
      const from = options.tail === undefined ? 0 : -1024 * wholeIn(options.tail, '--tail', mostKilobytes);
      return withWorld(options, io, async (world) => {
        const who = await find(world, name);
        const build = await lastBuild(world, who, options.job);
        if (build === undefined) throw new OperationRefused(`no build of ${name} is on record, or none has begun`);
        if (options.json === true) {
          const { settings, ...shown } = build;
          const { text } = await world.logs.read(settings, build, from);
          printJson(io, { ...shown, text });
          return;
        }
        await followLog(io, world, build, { from, follow: options.follow === true });
      });
    });
}
