import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { NamedError } from '../../../functions/shared/named-error';
import { createS3Store } from '../../../functions/webhooks/adapters/aws/s3-store';
import { createSqsQueue } from '../../../functions/webhooks/adapters/aws/sqs-queue';
import {
  findQuarantined,
  listQuarantine,
  replayQuarantined,
  textOfQuarantined,
} from '../../../functions/webhooks/operations/quarantine';
import { replayArchive } from '../../../functions/webhooks/operations/replay';
import type { EventQueue } from '../../../functions/webhooks/ports/queue';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import { createFolderStore } from '../../lab/systems/webhooks/folder-store';
import { demonstrate } from '../../lab/systems/webhooks/demo';
import { newName, toInbox } from '../../lab/systems/webhooks/inbox';
import { serveWebhooks } from '../../lab/systems/webhooks/serve';
import { explainAws } from '../explain-aws';
import { CannotLook, UsageInvalid } from '../failures';
import type { Io } from '../io';
import { schemaSql, type SchemaOptions } from '../webhooks/schema';

interface Where {
  readonly data?: string;
  readonly bucket?: string;
  readonly queue?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** `muster webhooks …`: runs the webhooks on this machine, and looks after what they left, here or on AWS. */
export function register(program: Command, io: Io): void {
  const say = (line: string) => void io.out.write(`${line}\n`);
  const webhooks = program.command('webhooks').description('loads what partners post into the warehouse, exactly once');
  webhooks
    .command('demo')
    .description("real senders' libraries post, the loader is killed on the way, the tables hold each event once")
    .action(told(async () => io.exit((await demonstrate(say)) ? 0 : 1)));
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
  placed(
    webhooks.command('replay').description('loads archived events again; rows that are in the table stay unchanged'),
  )
    .requiredOption('--table <name>', 'the table')
    .requiredOption('--from <time>', 'events received at or after this time (ISO 8601)')
    .requiredOption('--to <time>', 'and before this time')
    .action(
      toldOfAws(async (given: Where & { table: string; from: string; to: string }) => {
        const range = { fromMs: time(given.from, '--from'), toMs: time(given.to, '--to') };
        if (range.fromMs >= range.toMs) throw new UsageInvalid('--from must be before --to');
        const { store } = worldOf(io, given);
        const files = await replayArchive(store, { table: given.table, ...range, nonce: newName() });
        if (files === 0) throw new CannotLook(`the archive has no events of table ${given.table} in that time`);
        say(`files that wait to be loaded again: ${files}`);
      }),
    );
}

function registerQuarantine(webhooks: Command, io: Io, say: (line: string) => void): void {
  const quarantine = webhooks.command('quarantine').description('authentic events that fit no table');
  placed(quarantine.command('ls').description('lists them, oldest first'))
    .option('--json', 'as JSON')
    .action(
      toldOfAws(async (given: Where & { json?: true }) => {
        const entries = await listQuarantine(worldOf(io, given).store);
        if (given.json === true) say(json(entries.map((entry) => ({ ...entry, message: undefined }))));
        else if (entries.length === 0) say('nothing is in quarantine');
        else
          for (const { id, source, reason, detail } of entries)
            say(`${id}  ${plain(source)}  ${reason}  ${plain(detail)}`);
      }),
    );
  placed(quarantine.command('show <id>').description('shows one, with its body')).action(
    toldOfAws(async (id: string, given: Where) => {
      const { store } = worldOf(io, given);
      const entry = await findQuarantined(store, id);
      if (entry === undefined)
        throw new UsageInvalid(`no event in quarantine, or more than one, has an id that begins with ${id}`);
      const body = await textOfQuarantined(store, entry);
      say(json({ ...entry, message: parsed(entry.message), text: body ?? null }, 2));
    }),
  );
  placed(quarantine.command('replay [ids...]').description('sends them to the queue again'))
    .option('--all', 'all events in quarantine')
    .action(
      toldOfAws(async (ids: string[], given: Where & { all?: true }) => {
        if (ids.length > 0 === (given.all === true)) throw new UsageInvalid('give ids, or --all');
        const { store, queue } = worldOf(io, given);
        const entries =
          given.all === true
            ? await listQuarantine(store)
            : await Promise.all(ids.map((id) => findQuarantined(store, id)));
        const unknown = ids.filter((_, index) => entries[index] === undefined);
        if (unknown.length > 0)
          throw new UsageInvalid(
            `no event in quarantine, or more than one, has an id that begins with: ${unknown.join(', ')}`,
          );
        // One that is named twice is sent once.
        const each = new Map(entries.flatMap((entry) => (entry === undefined ? [] : [[entry.id, entry] as const])));
        const gone: string[] = [];
        for (const [id, entry] of each)
          if ((await replayQuarantined(store, queue, entry)) === 'body-gone') gone.push(id);
        say(`events sent to the queue: ${each.size - gone.length}`);
        if (gone.length > 0) throw new CannotLook(`the store no longer has the body of ${gone.join(', ')}`);
      }),
    );
}

/** Mistakes of the user are reported without a stack trace. */
function told<Given extends unknown[]>(work: (...given: Given) => void | Promise<void>) {
  return async (...given: Given) => {
    try {
      await work(...given);
    } catch (error) {
      if (error instanceof UsageInvalid || error instanceof CannotLook) throw error;
      if (error instanceof NamedError && error.fault === 'operator')
        throw new CannotLook(error.message, { cause: error });
      throw error;
    }
  };
}

/** The same of a command that may ask AWS: no region, no credentials, no such bucket, no permission, no network. */
function toldOfAws<Given extends unknown[]>(work: (...given: Given) => void | Promise<void>) {
  return told(async (...given: Given) => {
    try {
      await work(...given);
    } catch (error) {
      throw error instanceof NamedError ? error : (explainAws(error, { stack: 'muster' }) ?? error);
    }
  });
}

function placed(command: Command): Command {
  return command
    .option('--data <folder>', 'the folder of `muster webhooks serve`')
    .option('--bucket <name>', "the deployment's bucket")
    .option('--queue <url>', "the deployment's queue")
    .option('--region <name>', 'the region of both, if it is not that of the environment')
    .option('--profile <name>', 'the profile of AWS to use');
}

/** A deployment's bucket and queue, or the folder of one machine, whose process takes what is in its inbox. */
function worldOf(
  io: Io,
  { data = 'muster-webhooks', bucket, queue, region, profile }: Where,
): { store: ObjectStore; queue: EventQueue } {
  if (bucket !== undefined) {
    const aws = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
    const send = createSqsQueue(new SQSClient(aws), queue ?? '');
    return {
      store: createS3Store(new S3Client(aws), bucket),
      queue: {
        send: async (body) => (queue === undefined ? usage('a replay needs --queue beside --bucket') : send.send(body)),
      },
    };
  }
  const folder = resolve(io.cwd, data, 'store');
  if (!existsSync(folder)) throw new CannotLook(`there is no store in ${data}: give --data, or --bucket`);
  const store = createFolderStore(folder);
  return { store, queue: toInbox(store) };
}

function usage(message: string): never {
  throw new UsageInvalid(message);
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

function time(text: string, option: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageInvalid(`${option}: got ${text}, allowed: a time, such as 2026-11-26T12:00:00Z`);
  return ms;
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
