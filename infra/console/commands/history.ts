import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import { history, mostEntries } from '../../../functions/fleet/operations/history';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { TextContext } from '../fleet/groups-text';
import type { HistoryEntry } from '../../../functions/fleet/ledger/port';
import type { FleetOptions } from '../open-world';
import { textContextOf } from '../fleet/text-context';
import type { Io } from '../io';
import { wholeIn } from '../option-values';
import { graphemes, oneLine, wrapped } from '../render/plain';
import { shortReason } from '../render/short-reason';
import { tableLines } from '../render/table';
import { utcTime } from '../render/time';

/** `muster history NAME|GROUP`: who had a number when. */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'history <NAME>', 'lists the instances that had a name, or the names of a group, and when')
    .addHelpText('after', '\nNAME is a name that an instance has or had (web-03), or a group.')
    .option('-n, --limit <count>', 'only the newest entries, at most so many (1 to 1000)', '100')
    .action((name: string, options: FleetOptions & { limit: string }) => {
      const limit = wholeIn(options.limit, '--limit', mostEntries);
      return withWorld(options, io, async (world) => {
        const entries = await history(world, name, limit);
        if (options.json === true) {
          printJson(io, entries);
          return;
        }
        io.out.write(`${historyLines(entries, textContextOf(io, world)).join('\n')}\n`);
      });
    });
}

const leastForReason = 20;

function historyLines(entries: readonly HistoryEntry[], { width, paint }: TextContext): string[] {
  const rows = entries.map(({ at, name, event, instanceId, reason }) => ({
    cells: [
      { text: utcTime(at), paint: (text: string) => paint('dim', text), isWhole: true },
      { text: oneLine(name), paint: (text: string) => paint('bold', text), isWhole: true },
      { text: event, isWhole: true },
      { text: instanceId, isWhole: true },
    ],
    reason: oneLine(shortReason(reason, instanceId)),
  }));
  const longest = Math.max(
    0,
    ...tableLines(
      rows.map(({ cells }) => cells),
      width,
    ).map((line) => graphemes(stripVTControlCharacters(line)).length),
  );
  if (longest + 2 + leastForReason <= width)
    return tableLines(
      rows.map(({ cells, reason }) => [...cells, { text: reason }]),
      width,
    );
  // No room beside them: below.
  return rows.flatMap(({ cells: [at, name, event, id], reason }) => [
    ...tableLines([[at, name, event].filter((cell) => cell !== undefined)], width),
    ...wrapped(`${id?.text ?? ''}  ${reason}`, width - 4).map((line) => `    ${line}`),
  ]);
}
