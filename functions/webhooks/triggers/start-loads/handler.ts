import type { Clock, Logger } from '../../../shared/runtime';
import type { WebhookMetrics } from '../../contracts/metrics';
import { decideStart } from '../../domain/plan';
import type { LoadExecutions } from '../../ports/executions';
import type { ObjectStore } from '../../ports/objects';
import type { RouteSource } from '../../ports/routes';
import { prefixes, readFileName, timeKey } from '../../stager/keys';

interface Deps {
  readonly routes: RouteSource;
  readonly store: ObjectStore;
  readonly executions: LoadExecutions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: WebhookMetrics;
}

/**
 * Once a minute: starts the load of each table that has something to load and no load under way. Two loads of a table
 * at once would do no harm (the lock in the warehouse sees to it), and no good.
 */
export const makeHandler = (deps: Deps) => async () => {
  const { store, executions, clock, log, metrics } = deps;
  const now = clock.now().getTime();
  const routes = await deps.routes.read();
  const tables = [...new Set(routes.map(({ table }) => table))];
  const started: string[] = [];
  for (const table of tables) {
    const sources = routes.filter((route) => route.table === table).map(({ name }) => name);
    const pending = await oldestOf(store, table, sources);
    for (const Route of sources) {
      const since = pending.oldest.get(Route);
      metrics.duration('OldestUnloaded', since === undefined ? 0 : now - since, { Table: table, Route });
    }
    const waiting = pending.any || (await store.list(prefixes.plans(table), { limit: 1 })).length > 0;
    const latest = waiting ? await executions.latest(table) : undefined;
    const decision = decideStart(waiting, latest, now);
    log.info(decision.reason, { table, action: decision.action });
    if (decision.action === 'wait') continue;
    await executions.start(table, `${table}-${timeKey(now)}`);
    started.push(table);
  }
  return { started };
};

/** As many as S3 lists at once. */
const pageLength = 1000;

/** Since when each route's oldest event waits: files are listed by time, so the first one of a route is its oldest. */
async function oldestOf(store: ObjectStore, table: string, sources: readonly string[]) {
  const oldest = new Map<string, number>();
  let after: string | undefined;
  let any = false;
  do {
    const page = await store.list(prefixes.pending(table), {
      limit: pageLength,
      ...(after !== undefined && { after }),
    });
    any ||= page.length > 0;
    for (const { key } of page) {
      const name = readFileName(key);
      if (name === undefined) continue;
      // An execution without an owner may belong to any table.
      const of = name.source === undefined ? sources : [name.source];
      for (const source of of) if (!oldest.has(source)) oldest.set(source, name.earliestMs);
    }
    after = page.length < pageLength ? undefined : page.at(-1)?.key;
  } while (after !== undefined && sources.some((source) => !oldest.has(source)));
  return { oldest, any };
}
