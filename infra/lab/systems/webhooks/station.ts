import { randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock, type Logger } from '../../../../functions/shared/runtime';
import { toPostgres } from '../../../../functions/webhooks/adapters/postgres/translate';
import type { WebhookMetrics } from '../../../../functions/webhooks/contracts/metrics';
import type { Route } from '../../../../functions/webhooks/contracts/routes';
import type { WarehousePlace } from '../../../../functions/webhooks/domain/sql/place';
import { columnStatements, schemaStatements } from '../../../../functions/webhooks/domain/sql/schema';
import { createApp } from '../../../../functions/webhooks/ingress/app';
import { SecretsCache } from '../../../../functions/webhooks/ingress/secrets-cache';
import type { ObjectStore } from '../../../../functions/webhooks/ports/objects';
import type { SecretSource } from '../../../../functions/webhooks/ports/secrets';
import { stage } from '../../../../functions/webhooks/stager/stage';
import { CannotServe } from './cannot-serve';
import { makeFolder, removeHalves } from './durable';
import { createFolderStore } from './folder-store';
import { createHttpServer } from './http-server';
import { claimFolder } from './owner';
import { openJournalQueue, type LocalQueue } from './journal-queue';
import { startPostgres, type LocalPostgres } from './postgres';

/** Where one machine's tables are. */
export const localPlace: WarehousePlace = {
  schema: 'webhooks',
  bucket: 'webhooks',
  copyRole: 'arn:aws:iam::000000000000:role/copy',
  horizonDays: 8,
};

export interface StationOptions {
  /** Where everything is kept; what is there already continues. */
  readonly folder: string;
  readonly routes: readonly Route[];
  readonly secrets: SecretSource;
  readonly port: number;
  readonly host?: string;
  readonly log: Logger;
  readonly metrics: WebhookMetrics;
}

export interface Station {
  readonly url: string;
  readonly store: ObjectStore;
  readonly queue: LocalQueue;
  readonly postgres: LocalPostgres;
  /** Writes what is in the queue as batches; how many messages it took. */
  stageOnce(): Promise<number>;
  close(): Promise<void>;
}

/** Hidden for as long as a batch may take to be written, as SQS does it. */
const hiddenMs = 30_000;

/** The whole path on one machine but the load: HTTP, a queue and a store in a folder, and a PostgreSQL. */
export async function openStation(options: StationOptions): Promise<Station> {
  const { folder, routes, log, metrics } = options;
  await makeFolder(folder);
  const giveBack = claimFolder(folder);
  // No other user of this machine can read what partners send.
  await makeFolder(join(folder, 'store'));
  chmodSync(join(folder, 'store'), 0o700);
  await removeHalves(join(folder, 'store'));
  const store = createFolderStore(join(folder, 'store'));
  const postgres = await startPostgres({ folder: join(folder, 'postgres') });
  try {
    const queue = await openJournalQueue(join(folder, 'queue.journal'), () => systemClock.now().getTime());
    await prepare(postgres, routes);
    const secrets = new SecretsCache(options.secrets, systemClock);
    const app = createApp(routes, { queue, store, secrets, clock: systemClock, log, metrics, newId: randomUUID });
    const server = await listen(createHttpServer(app), options);
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://${options.host ?? '127.0.0.1'}:${port}`,
      store,
      queue,
      postgres,
      stageOnce: async () => {
        const messages = queue.receive(1000, hiddenMs);
        if (messages.length === 0) return 0;
        const failed = new Set(await stage({ store, routes, clock: systemClock, log, metrics }, messages));
        await queue.delete(messages.map(({ receipt }) => receipt).filter((receipt) => !failed.has(receipt)));
        return messages.length - failed.size;
      },
      close: async () => {
        await new Promise((resolve) => server.close(resolve));
        await queue.close();
        await postgres.stop();
        giveBack();
      },
    };
  } catch (error) {
    // What was started would keep the process from ending.
    await postgres.stop();
    giveBack();
    throw error;
  }
}

/** Creates what is missing of schema, tables and columns. */
export async function prepare({ pool }: Pick<LocalPostgres, 'pool'>, routes: readonly Route[]): Promise<void> {
  const columns = columnStatements(routes, localPlace.schema).map(({ sql }) => sql);
  for (const statement of [...schemaStatements(routes, localPlace.schema), ...columns]) {
    const translated = toPostgres(statement);
    if (translated.kind === 'sql') await pool.query(translated.sql);
  }
  for (const statement of indexStatements(routes)) await pool.query(statement);
}

/**
 * What PostgreSQL needs instead of Redshift's sort key and distribution key: without it each load would read the whole
 * table three times. None is unique: that an event is there once is the load's work, here as there.
 */
function indexStatements(routes: readonly Route[]): string[] {
  const quoted = (name: string) => `"${name}"`;
  const schema = quoted(localPlace.schema);
  return [...new Set(routes.map(({ table }) => table))].flatMap((table) => [
    ...[table, `${table}_conflicts`].map(
      (name) =>
        `CREATE INDEX IF NOT EXISTS ${quoted(indexName(table, `${name}_event`))} ON ${schema}.${quoted(name)} ("event_id", "tenant", "source")`,
    ),
    `CREATE INDEX IF NOT EXISTS ${quoted(`${table}_batch`)} ON ${schema}.${quoted(table)} ("batch_id")`,
  ]);
}

/** PostgreSQL cuts a name after 63, and cut it would be that of the table. */
function indexName(table: string, name: string): string {
  return name.length <= 63 ? name : `${table}_c_event`;
}

async function listen(server: Server, { port, host }: Pick<StationOptions, 'port' | 'host'>): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) =>
      reject(new CannotServe(`port ${port} cannot be had (${cause.code ?? cause.message}): choose another`, { cause })),
    );
    server.listen(port, host ?? '127.0.0.1', () => resolve(server));
  });
}
