import { join } from 'node:path';
import { messageOf } from '../../../../functions/shared/aws-errors';
import {
  systemClock,
  type LogFields,
  type Logger,
  jsonLogger,
  embeddedMetrics,
} from '../../../../functions/shared/runtime';
import { createPostgresWarehouse } from '../../../../functions/webhooks/adapters/postgres/warehouse';
import { metricNamespace, webhookMetrics } from '../../../../functions/webhooks/contracts/metrics';
import type { Route } from '../../../../functions/webhooks/contracts/routes';
import type { SecretSource } from '../../../../functions/webhooks/ports/secrets';
import { prefixes } from '../../../../functions/webhooks/stager/keys';
import { makeTakeInbox } from './inbox';
import { runLoad } from './loader';
import type { LocalPostgres } from './postgres';
import { routesFrom, secretsFrom } from './routes-file';
import { localPlace, openStation, type Station } from './station';

export interface ServeOptions {
  readonly folder: string;
  readonly routesFile: string;
  readonly secretsFile: string;
  readonly port: number;
  readonly host: string;
  /** Seconds between two loads. */
  readonly everySeconds: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Runs the webhooks on this machine until it is stopped; continues with what the last run left. */
export async function serveWebhooks(options: ServeOptions): Promise<void> {
  const { say, signal } = options;
  const routes = routesFrom(options.routesFile);
  const log = jsonLogger(say);
  const metrics = embeddedMetrics({
    namespace: metricNamespace,
    definitions: webhookMetrics,
    clock: systemClock,
    write: say,
  });
  const secrets = secretsFrom(options.secretsFile);
  const station = await openStation({ ...options, routes, secrets, log, metrics });
  const warehouse = createPostgresWarehouse({ pool: station.postgres.pool, store: station.store, place: localPlace });
  say(JSON.stringify({ level: 'info', message: 'ready', url: station.url, postgres: station.postgres.url }));
  await tellUnusable(routes, secrets, log);
  const deps = { store: station.store, warehouse, routes, bucket: localPlace.bucket, clock: systemClock, log, metrics };
  const tables = [...new Set(routes.map(({ table }) => table))];
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      const fields: LogFields = { error: error instanceof Error ? error.message : String(error) };
      log.error(`${what} failed, and is tried again`, fields);
    }
  };
  const takeInbox = makeTakeInbox({ ...station, folder: join(options.folder, 'store'), log, metrics });
  keepRunning(station.postgres.server, log, signal);
  // A load waits for a PostgreSQL that is away; where it stays away, its end is not waited for.
  const isStopped = () => signal.aborted && station.postgres.server.ended !== undefined;
  let nextLoad = 0;
  while (!signal.aborted) {
    // Each by itself: what stops one of them does not stop the other.
    await attempt('taking the inbox', takeInbox);
    await attempt('staging', async () => {
      while ((await station.stageOnce()) > 0);
    });
    if (systemClock.now().getTime() >= nextLoad) {
      for (const table of tables) {
        await attempt('loading', async () => {
          if (!(await hasWork(station, table))) return;
          const end = await runLoad(deps, table, { isStopped });
          if (!isStopped() && end.status !== 'SUCCEEDED') log.error('a load has failed', { table, ...end });
        });
      }
      nextLoad = systemClock.now().getTime() + options.everySeconds * 1000;
    }
    await pause(500, signal);
  }
  await station.close();
}

/** Starts PostgreSQL again whenever it ends. Requests are accepted meanwhile, and what is accepted waits. */
function keepRunning(server: LocalPostgres['server'], log: Logger, signal: AbortSignal): void {
  const restart = async (how: string) => {
    log.error('PostgreSQL has ended, and is started again', { how });
    while (!signal.aborted) {
      try {
        await server.start();
        return;
      } catch (error) {
        log.error('PostgreSQL does not start, and is tried again', { error: messageOf(error) });
        await pause(1_000, signal);
      }
    }
  };
  server.onEnd((how) => void restart(how));
}

/** A secret may still be written while it runs; until then its route answers with 503. */
async function tellUnusable(routes: readonly Route[], secrets: SecretSource, log: Logger): Promise<void> {
  for (const { name, secret } of routes) {
    await secrets.read(secret).catch((error: unknown) => {
      log.error('requests of a route are answered with 503', { route: name, error: messageOf(error) });
    });
  }
}

async function hasWork({ store }: Station, table: string): Promise<boolean> {
  for (const prefix of [prefixes.plans(table), prefixes.pending(table)]) {
    if ((await store.list(prefix, { limit: 1 })).length > 0) return true;
  }
  return false;
}

/** Until then, or until the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    // Taken away again: a listener for each pause would be as many as there were pauses.
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
