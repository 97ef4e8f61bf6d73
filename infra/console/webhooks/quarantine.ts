import type { Command } from 'commander';
import {
  findQuarantined,
  listQuarantine,
  replayQuarantined,
  textOfQuarantined,
  type Quarantine,
  type UnreadableEntry,
} from '../../../functions/webhooks/operations/quarantine';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import { CannotLook, UsageInvalid } from '../failures';
import { widthOf, type Io } from '../io';
import { wrapped } from '../render/plain';
import { placed, storeAndQueueOf, storeOf, toldOfAws, type Where } from './world';

/** `muster webhooks quarantine …` */
export function registerQuarantine(webhooks: Command, io: Io, say: (line: string) => void): void {
  const quarantine = webhooks.command('quarantine').description('authentic events that fit no table');
  placed(quarantine.command('ls').description('lists them, oldest first'))
    .option('--json', 'as JSON')
    .action(
      toldOfAws(async (given: Where & { json?: true }) => {
        const found = await listQuarantine(storeOf(io, given));
        const { entries, unreadable, files } = found;
        if (given.json === true) {
          const events = entries.map((entry) => ({ ...entry, message: undefined }));
          say(json([...events, ...unreadable, ...files.map((file) => ({ file }))]));
        } else for (const line of linesOf(found)) for (const part of shown(io, line)) say(part);
        if (unreadable.length > 0) throw new CannotLook(`objects that cannot be read: ${unreadable.length}`);
      }),
    );
  placed(quarantine.command('show <id>').description('shows one, with its body')).action(
    toldOfAws(async (id: string, given: Where) => {
      const store = storeOf(io, given);
      const entry = await findQuarantined(store, id);
      if (entry === undefined)
        throw new UsageInvalid(`no event in quarantine, or more than one, has an id that begins with ${id}`);
      if ('unreadable' in entry) throw new CannotLook(whyUnreadable(entry));
      const body = await textOfQuarantined(store, entry);
      say(json({ ...entry, message: parsed(entry.message), text: body ?? null }, 2));
    }),
  );
  placed(quarantine.command('replay [ids...]').description('sends them to the queue again'))
    .option('--all', 'all events in quarantine')
    .action(
      toldOfAws(async (ids: string[], given: Where & { all?: true }) => {
        if (ids.length > 0 === (given.all === true)) throw new UsageInvalid('give ids, or --all');
        const { store, queue } = storeAndQueueOf(io, given);
        const { entries, unreadable } = given.all === true ? await listQuarantine(store) : await named(store, ids);
        // One that is named twice is sent once.
        const each = new Map(entries.map((entry) => [entry.id, entry]));
        const gone: string[] = [];
        for (const [id, entry] of each)
          if ((await replayQuarantined(store, queue, entry)) === 'body-gone') gone.push(id);
        say(`events sent to the queue: ${each.size - gone.length}`);
        const problems = unreadable.map(whyUnreadable);
        if (gone.length > 0) problems.push(`the store no longer has the body of ${gone.join(', ')}`);
        if (problems.length > 0) throw new CannotLook(problems.join('\n'));
      }),
    );
}

/** The events of these ids. @throws UsageInvalid where one is of none, or of several. */
async function named(store: ObjectStore, ids: readonly string[]): Promise<Omit<Quarantine, 'files'>> {
  const found = await Promise.all(ids.map((id) => findQuarantined(store, id)));
  const unknown = ids.filter((_, index) => found[index] === undefined);
  if (unknown.length > 0)
    throw new UsageInvalid(
      `no event in quarantine, or more than one, has an id that begins with: ${unknown.join(', ')}`,
    );
  const there = found.filter((entry) => entry !== undefined);
  return {
    entries: there.filter((entry) => 'id' in entry),
    unreadable: there.filter((entry) => 'unreadable' in entry),
  };
}

/** In a terminal as wide as it is, what continues a line further in; in a pipe a line each. */
function shown(io: Io, line: string): readonly string[] {
  if (io.out.isTTY !== true) return [line];
  const [first = '', ...rest] = wrapped(line, widthOf(io));
  if (rest.length === 0) return [first];
  return [first, ...wrapped(rest.join(' '), widthOf(io) - 2).map((part) => `  ${part}`)];
}

function linesOf({ entries, unreadable, files }: Quarantine): string[] {
  const lines = [
    ...entries.map(({ id, source, reason, detail }) => `${id}  ${plain(source)}  ${plain(reason)}  ${plain(detail)}`),
    ...unreadable.map(whyUnreadable),
    ...files.map((file) => `${plain(file)}: its lines are no rows; look at them, and delete the object`),
  ];
  return lines.length === 0 ? ['nothing is in quarantine'] : lines;
}

function whyUnreadable({ key, unreadable }: UnreadableEntry): string {
  return `${plain(key)} cannot be read: ${plain(unreadable)}`;
}

/** As JSON, without the characters that steer a terminal or turn its text round, which JSON leaves as they are. */
function json(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What a sender wrote must not steer a terminal. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\u024f]/g, '?');
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}
