import type { Command } from 'commander';
import { history } from '../../../functions/fleet/operations/history';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import { pageOf } from '../fleet/page';
import type { Io } from '../io';
import { oneLine } from '../render/plain';
import { tableLines } from '../render/table';
import { moment } from '../render/time';

/** `muster history NAME|GROUP`: who had a number when. */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'history <NAME>', 'tells who had a name, or the names of a group, and when')
    .addHelpText('after', '\nNAME is a name that somebody has or had (web-03), or a group.')
    .option('-n, --limit <count>', 'so many entries, the newest (1 to 1000)', '100')
    .action((name: string, options: FleetOptions & { limit: string }) =>
      withWorld(options, io, async (world) => {
        const entries = await history(world, name, Number(options.limit));
        if (options.json === true) {
          printJson(io, entries);
          return;
        }
        const { width, paint } = pageOf(io, world);
        const rows = entries.map(({ at, name: had, event, instanceId, reason }) => [
          { text: moment(at), paint: (text: string) => paint('dim', text) },
          { text: oneLine(had), paint: (text: string) => paint('bold', text) },
          { text: event },
          { text: instanceId },
          { text: oneLine(reason.replace(/^arn:.*:execution:[^:]*:/, '')) },
        ]);
        io.out.write(`${tableLines(rows, width).join('\n')}\n`);
      }),
    );
}
