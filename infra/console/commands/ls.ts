import type { Command } from 'commander';
import { list } from '../../../functions/fleet/operations/list';
import { groupsText } from '../fleet/groups-text';
import { textContextOf } from '../fleet/text-context';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import type { Io } from '../io';
import { watch } from '../watch';

/** `muster ls [GROUP]` */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'ls [GROUP]', 'lists the managed groups and what their instances are doing')
    .option('-w, --watch', 'repeats every two seconds, until Ctrl-C')
    .action((group: string | undefined, options: FleetOptions & { watch?: boolean }) =>
      withWorld(options, io, async (world) => {
        if (options.json === true) {
          printJson(io, await list(world, group));
          return;
        }
        const text = async () => groupsText(await list(world, group), textContextOf(io, world));
        if (options.watch === true) return watch(io, world, text);
        const groups = await list(world, group);
        io.out.write(groupsText(groups, textContextOf(io, world)));
        if (groups.some(({ instances }) => instances.some(({ stage }) => stage === 'held'))) io.exit(1);
      }),
    );
}
