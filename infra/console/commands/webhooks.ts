import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { replayArchive } from '../../../functions/webhooks/operations/replay';
import { demonstrate, DemoStopped } from '../../lab/systems/webhooks/demo';
import { newName } from '../../lab/systems/webhooks/inbox';
import { serveWebhooks } from '../../lab/systems/webhooks/serve';
import { CannotLook, UsageInvalid } from '../failures';
import { widthOf, type Io } from '../io';
import { wrapped } from '../render/plain';
import { registerQuarantine } from '../webhooks/quarantine';
import { schemaSql, type SchemaOptions } from '../webhooks/schema';
import { placed, storeOf, told, toldOfAws, type Where } from '../webhooks/world';

/** `muster webhooks …`: runs the webhooks on this machine, and looks after what they left, here or on AWS. */
export function register(program: Command, io: Io): void {
  /** As it is: what a program reads, or a person copies. */
  const say = (line: string) => void io.out.write(`${line}\n`);
  /** For a person, whose terminal may be narrow. */
  const tell = (line: string) => wrapped(line, widthOf(io)).forEach(say);
  const webhooks = program.command('webhooks').description('loads what partners post into the warehouse, exactly once');
  webhooks
    .command('demo')
    .description("real senders' libraries post, the loader is killed on the way, the tables hold each event once")
    .action(
      told(async () => {
        try {
          io.exit((await demonstrate(tell, io.signal)) ? 0 : 1);
        } catch (error) {
          if (!(error instanceof DemoStopped)) throw error;
          io.exit(130);
        }
      }),
    );
  webhooks
    .command('serve')
    .description(
      'runs the application, the queue, the store and a PostgreSQL on this machine, for real use on a small scale',
    )
    .requiredOption('--routes <file>', 'the registry of routes, JSON')
    .requiredOption('--secrets <file>', 'their secrets, JSON: {"name": "secret" or ["old", "new"]}')
    .option('--data <folder>', 'where everything is kept', 'muster-webhooks')
    .option('--port <number>', 'the port; 0 chooses a free one', '8080')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--every <seconds>', 'between two loads', '10')
    .action(
      told(async (given: Record<'routes' | 'secrets' | 'data' | 'port' | 'host' | 'every', string>) => {
        await serveWebhooks({
          folder: resolve(io.cwd, given.data),
          routesFile: existing(io, given.routes),
          secretsFile: existing(io, given.secrets),
          port: number(given.port, '--port', 0, 65_535),
          host: given.host,
          everySeconds: number(given.every, '--every', 1, 3600),
          signal: io.signal,
          say,
        });
      }),
    );
  webhooks
    .command('schema')
    .description('the SQL that creates schema and tables in Redshift')
    .requiredOption('--routes <file>', 'the routes: infra/config/muster.ts, whose section "webhooks" counts, or JSON')
    .option('--schema <name>', 'the schema, if it is not the one of the configuration (webhooks)')
    .option('--column <name>', 'only the SQL that adds this column to existing tables')
    .option(
      '--grant <users...>',
      'also the grants that these database users need to load (output DatabaseUsers of the stack)',
    )
    .action(
      told(async (given: SchemaOptions) => {
        for (const sql of await schemaSql(io.cwd, given)) say(`${sql};`);
      }),
    );
  registerQuarantine(webhooks, io, say);
  registerReplay(webhooks, io, say);
}

function registerReplay(webhooks: Command, io: Io, say: (line: string) => void): void {
  placed(
    webhooks.command('replay').description('loads archived events again; rows that are in the table stay unchanged'),
  )
    .requiredOption('--table <name>', 'the table')
    .requiredOption(
      '--from <time>',
      'events received at or after this time: 2026-11-26 (UTC) or 2026-11-26T12:00:00+01:00',
    )
    .requiredOption('--to <time>', 'and before this time')
    .action(
      toldOfAws(async (given: Where & { table: string; from: string; to: string }) => {
        const range = { fromMs: time(given.from, '--from'), toMs: time(given.to, '--to') };
        if (range.fromMs >= range.toMs) throw new UsageInvalid('--from must be before --to');
        const store = storeOf(io, given);
        const files = await replayArchive(store, { table: given.table, ...range, nonce: newName() });
        if (files === 0) throw new CannotLook(`the archive has no events of table ${given.table} in that time`);
        say(`files that wait to be loaded again: ${files}`);
      }),
    );
}

function existing(io: Io, file: string): string {
  const path = resolve(io.cwd, file);
  if (!existsSync(path)) throw new CannotLook(`there is no file ${file}`);
  return path;
}

function number(text: string, option: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageInvalid(`${option}: got ${text}, allowed: ${min} to ${max}`);
}

const dayOrTime = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A day, which begins at midnight UTC, or a time with its zone: one without would be another on each machine. */
function time(text: string, option: string): number {
  const [, day = ''] = dayOrTime.exec(text) ?? [];
  const ms = day === '' ? NaN : Date.parse(text);
  // A 30th of February is taken for the second of March.
  if (!Number.isNaN(ms) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) return ms;
  throw new UsageInvalid(
    `${option}: got ${text}, allowed: a day (UTC) or a time with its zone, such as 2026-11-26 or 2026-11-26T12:00:00+01:00`,
  );
}
